"""Who may look at the audit trail, and at which of its rows."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, select, true

from marketplace.core.actor import Actor, Role
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    administrator,
    any_of,
    bureau,
    policy,
    visibility,
)
from marketplace.oversight.districts import happened_in_districts

READ = "audit.read"
EXPORT = "audit.export"


def _answers_for_holder(actor: Actor) -> bool:
    return actor.is_person and actor.has_role(Role.HOLDER_MGR) and actor.organisation_id is not None


own_manager = Condition(
    _l("持有单位审核人，只看替本单位办的事"), lambda actor, _record: _answers_for_holder(actor)
)

readers = any_of(administrator, bureau, own_manager)

PERMISSIONS = (
    Permission(READ, readers, _l("审计记录由管理员、科技局和单位审核人查看。")),
    Permission(EXPORT, readers, _l("审计记录由管理员、科技局和单位审核人导出。")),
)

ROUTES = {"oversight.audit": READ, "oversight.export": EXPORT}

FIELDS = (
    "id at actor_kind actor_name person_id organisation_id action subject_kind subject_id "
    "subject_version detail"
)


def _rows_for(actor: Actor) -> ColumnElement[bool]:
    """All for administrators; for the bureau what happened in its districts.

    For a unit what was done for it, but for people's own accounts.
    """
    if actor.is_system or administrator(actor, None):
        return true()
    if bureau(actor, None):
        return happened_in_districts(actor)
    if not _answers_for_holder(actor):
        return false()
    return and_(
        AuditEntry.organisation_id == actor.organisation_id,
        AuditEntry.action.not_like("account.%"),
    )


def _level(actor: Actor, record: AuditEntry) -> Level:
    is_shown = select(AuditEntry.id).where(AuditEntry.id == record.id, _rows_for(actor))
    return Level.OWNER if db.session.scalar(is_shown) else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of oversight into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        AuditEntry,
        records=_rows_for,
        fields=dict.fromkeys(FIELDS.split(), Level.OWNER),
        level=_level,
    )
