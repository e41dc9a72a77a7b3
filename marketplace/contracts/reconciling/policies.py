"""Who compares months with the national system, who may see what differs, and the routes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, true

from marketplace.contracts.batches.policies import city_staff
from marketplace.contracts.models import ReconciliationDifference, ReconciliationRun
from marketplace.contracts.reconciling.states import (
    CLOSE,
    COMPARE,
    DROP,
    FAIL,
    RENEW,
    REOPEN,
    VANISH,
)
from marketplace.core.actor import Actor
from marketplace.core.policy import Level, Permission, only_system, policy, visibility

SEE, LOAD, RESUME = "reconciliation.see", "reconciliation.load", "reconciliation.resume"

_NEEDED = _l("月度核对由负责全市的合同登记和统计人员进行。")
_ONLY_SYSTEM = _l("这一步由系统完成。")
PERMISSIONS = (
    *(Permission(action, city_staff, _NEEDED) for action in (SEE, LOAD, RESUME, CLOSE, REOPEN)),
    *(
        Permission(action, only_system, _ONLY_SYSTEM)
        for action in (COMPARE, FAIL, DROP, RENEW, VANISH)
    ),
)
ROUTES = {
    "reconciliation.months": SEE,
    "reconciliation.month": SEE,
    "reconciliation.load": LOAD,
    "reconciliation.again": LOAD,
    "reconciliation.resume": RESUME,
    "reconciliation.close": CLOSE,
    "reconciliation.reopen": REOPEN,
    "reconciliation.issues": SEE,
    "reconciliation.export": SEE,
}
RUN_FIELDS = "id month state version counts created_at"
DIFFERENCE_FIELDS = (
    "id month kind here there state reason_code reason closed_by closed_at contract_id"
)


def _seen(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.is_system or city_staff(actor, None) else false()


def _level(actor: Actor, _record: Any) -> Level:
    return Level.OWNER if actor.is_system or city_staff(actor, None) else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of reconciliation into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    for model, fields in (
        (ReconciliationRun, RUN_FIELDS),
        (ReconciliationDifference, DIFFERENCE_FIELDS),
    ):
        visibility.declare(
            model,
            records=_seen,
            fields=dict.fromkeys(fields.split(), Level.OWNER),
            level=_level,
        )
