"""Who brings, releases and undoes batches of contracts, and their routes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from marketplace.contracts.batch_states import (
    CLOSE,
    COUNT,
    END,
    FAIL,
    FINISH,
    RELEASE,
    SETTLE,
    UNDO,
)
from marketplace.contracts.policies import is_register_staff
from marketplace.core.actor import Actor, Role
from marketplace.core.policy import Condition, Permission, only_system, policy

LIST, BRING, RESUME = "contract_batch.list", "contract_batch.bring", "contract_batch.resume"


def _is_city_staff(actor: Actor, _record: Any) -> bool:
    # A batch has contracts of all districts.
    return is_register_staff(actor) and not actor.districts


def _brings(actor: Actor, record: Any) -> bool:
    return _is_city_staff(actor, record) and actor.has_role(Role.REGISTRAR, Role.STAT)


def _is_second_person(actor: Actor, record: Any) -> bool:
    is_first = record is not None and actor.person_id == record.brought_by_id
    return _is_city_staff(actor, record) and not is_first


city_staff = Condition(_l("合同登记和统计人员，负责全市的"), _is_city_staff)
bringers = Condition(_l("登记员或统计员，负责全市的"), _brings)
second_person = Condition(_l("合同登记和统计人员，负责全市的，不是上传的人"), _is_second_person)

_ONLY_SYSTEM = _l("这一步由系统完成。")
PERMISSIONS = (
    Permission(LIST, city_staff, _l("合同批次由负责全市的合同登记和统计人员查看。")),
    Permission(BRING, bringers, _l("合同文件由负责全市的登记员或统计员上传。")),
    Permission(
        RELEASE,
        second_person,
        _l("合同批次由第二个人放行：负责全市的合同登记或统计人员，不是上传的人。"),
    ),
    Permission(UNDO, city_staff, _l("合同批次由负责全市的合同登记和统计人员撤回。")),
    Permission(RESUME, city_staff, _l("停下的批次由负责全市的合同登记和统计人员接着处理。")),
    Permission(FINISH, only_system, _ONLY_SYSTEM),
    Permission(COUNT, only_system, _ONLY_SYSTEM),
    Permission(CLOSE, only_system, _ONLY_SYSTEM),
    Permission(FAIL, only_system, _ONLY_SYSTEM),
    Permission(SETTLE, only_system, _ONLY_SYSTEM),
    Permission(END, only_system, _ONLY_SYSTEM),
)

ROUTES = {
    "contract_batches.listed": LIST,
    "contract_batches.new": BRING,
    "contract_batches.create": BRING,
    "contract_batches.template": BRING,
    "contract_batches.shown": LIST,
    "contract_batches.issues": LIST,
    "contract_batches.release": LIST,
    "contract_batches.ask_undo": LIST,
    "contract_batches.undo": LIST,
    "contract_batches.resume": LIST,
}


def declare_policies() -> None:
    """Put the rows of batches into the table of permissions."""
    policy.add(PERMISSIONS)
