"""Who may do what with contracts, who may see which, and their routes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, true

from marketplace.contracts.models import Contract, ContractBatch
from marketplace.core.actor import Actor, Role
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    in_districts,
    only_system,
    policy,
    visibility,
)

IMPORT, IMPORT_HISTORY = "contract.import", "contract.import_history"
VERIFY_LEDGER = "ledger.verify"

REGISTER_ROLES = (Role.REGISTRAR, Role.REVIEWER, Role.STAT, Role.ADMIN)


def _with_role(*roles: Role) -> Condition:
    return Condition(
        _l("合同登记和统计人员"), lambda actor, _record: actor.is_person and actor.has_role(*roles)
    )


register_staff = _with_role(*REGISTER_ROLES)

PERMISSIONS = (
    Permission(IMPORT, only_system, _l("合同由命令行导入；在网页上由登记员或统计员上传。")),
    Permission(IMPORT_HISTORY, only_system, _l("已办结的登记册由系统管理员用命令行导入。")),
    Permission(VERIFY_LEDGER, only_system, _l("台账由命令行核对。")),
)

ROUTES: dict[str, str] = {}


def is_register_staff(actor: Actor) -> bool:
    """Whether the actor registers, reviews or counts contracts."""
    return register_staff(actor, None)


def _contracts(actor: Actor) -> ColumnElement[bool]:
    """Staff see those of their districts, organisations those in which they are a party."""
    if actor.is_system:
        return true()
    if is_register_staff(actor):
        return in_districts(actor, Contract.seller_division)
    own = actor.organisation_id if actor.is_person else None
    return or_(Contract.seller_id == own, Contract.buyer_id == own) if own else Contract.id < 0


CONTRACT_FIELDS = (
    "id state version number title class_name subtype turnover tech_amount currency rate "
    "payment_mode tech_field ip_type patent_numbers plan_source industry socio_goal is_related "
    "signed_on effective_on ends_on office registered_on changed_on rule_version origin "
    "seller_name seller_uscc seller_nature seller_division seller_country "
    "buyer_name buyer_uscc buyer_nature buyer_division buyer_country"
)
BATCH_FIELDS = (
    "id source state counts brought_by released_by released_at created_at file is_history"
)
STAFF_FIELDS = "seller_phone seller_representative buyer_phone buyer_representative batch_id"


def _level(actor: Actor, _record: object) -> Level:
    return Level.OWNER if actor.is_system or is_register_staff(actor) else Level.NAMED


def declare_policies() -> None:
    """Put the rows of contracts into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        Contract,
        records=_contracts,
        fields={
            **dict.fromkeys(CONTRACT_FIELDS.split(), Level.NAMED),
            **dict.fromkeys(STAFF_FIELDS.split(), Level.OWNER),
        },
        level=_level,
    )
    visibility.declare(
        ContractBatch,
        records=lambda actor: true() if _sees_batches(actor) else ContractBatch.id < 0,
        fields=dict.fromkeys(
            [
                "id",
                "source",
                "state",
                "counts",
                "brought_by",
                "released_by",
                "released_at",
                "created_at",
                "file",
            ],
            Level.OWNER,
        ),
        level=_level,
    )


def _sees_batches(actor: Actor) -> bool:
    return actor.is_system or (is_register_staff(actor) and not actor.districts)
