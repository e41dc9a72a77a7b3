"""Who may see every figure, and the contracts behind one; and the routes of the tables."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, true

from marketplace.contracts.models import LedgerEntry
from marketplace.core.actor import Actor, Role
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    in_districts,
    policy,
    visibility,
)
from marketplace.core.web.access import ANYONE

SEE_ALL, OPEN_FIGURE = "figures.see_all", "figures.open"

ROLES = (Role.STAT, Role.REGISTRAR, Role.REVIEWER, Role.BUREAU, Role.ADMIN)


def _is_staff(actor: Actor) -> bool:
    return actor.is_person and actor.has_role(*ROLES)


figure_staff = Condition(
    _l("统计、登记、审核人员，科技局和管理员"), lambda actor, _record: _is_staff(actor)
)

PERMISSIONS = (
    Permission(
        SEE_ALL,
        figure_staff,
        _l("不到 3 项的数只给统计、登记、审核人员，科技局和管理员看。"),
    ),
    Permission(
        OPEN_FIGURE,
        figure_staff,
        _l("数字由哪些合同组成，只给统计、登记、审核人员，科技局和管理员看。"),
    ),
)

ROUTES = {
    "statistics.overview": ANYONE,
    "statistics.table": ANYONE,
    "statistics.table_xlsx": ANYONE,
    "statistics.table_csv": ANYONE,
    "statistics.contracts": OPEN_FIGURE,
    "statistics.contracts_xlsx": OPEN_FIGURE,
    "statistics.contracts_csv": OPEN_FIGURE,
}

FIELDS = (
    "id contract_id version event line counts_on month d_count d_turnover d_tech_amount "
    "contract_class subtype tech_field seller_nature buyer_nature seller_division buyer_division "
    "flow ip_type plan_source socio_goal industry at"
)


def _entries(actor: Actor) -> ColumnElement[bool]:
    """All for staff; for those of some districts what sellers there registered."""
    if actor.is_system:
        return true()
    return in_districts(actor, LedgerEntry.seller_division) if _is_staff(actor) else false()


def _level(actor: Actor, record: LedgerEntry) -> Level:
    if actor.is_system:
        return Level.OWNER
    is_theirs = not actor.districts or record.seller_division in actor.districts
    return Level.OWNER if _is_staff(actor) and is_theirs else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of the tables into those of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        LedgerEntry,
        records=_entries,
        fields=dict.fromkeys(FIELDS.split(), Level.OWNER),
        level=_level,
    )
