"""Who may do what to an upload, who may see which, and the routes of uploads."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, true

from marketplace.core.actor import Actor
from marketplace.core.policy import Level, Permission, only_system, policy, visibility
from marketplace.posting.models import Upload
from marketplace.posting.policies import REVIEWS, WRITE, clerk, kinds_written_by

_ONLY_CLERKS = _l("上传表格由持有单位的经办进行，需求由需求方进行，要替单位办事。")
_ONLY_SYSTEM = _l("这一步由系统完成。")

PERMISSIONS = (
    Permission("upload.receive", clerk, _ONLY_CLERKS),
    Permission("upload.submit", clerk, _ONLY_CLERKS),
    Permission("upload.undo", clerk, _ONLY_CLERKS),
    Permission("upload.resume", clerk, _ONLY_CLERKS),
    Permission("upload.checked", only_system, _ONLY_SYSTEM),
    Permission("upload.fail", only_system, _ONLY_SYSTEM),
    Permission("upload.submitted", only_system, _ONLY_SYSTEM),
    Permission("upload.undone", only_system, _ONLY_SYSTEM),
)

FIELDS = "id kind organisation_id by_name name size state rows good bad notes problem created_at"

ROUTES = {
    "uploads.listed": WRITE,
    "uploads.new": WRITE,
    "uploads.create": WRITE,
    "uploads.template": WRITE,
    "uploads.shown": WRITE,
    "uploads.issues": WRITE,
    "uploads.submit": WRITE,
    "uploads.resume": WRITE,
    "uploads.ask_undo": WRITE,
    "uploads.undo": WRITE,
    "uploads.decide": REVIEWS,
}


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Only the clerks of the organisation that sent it; nobody else, the bureau included."""
    if actor.is_system:
        return true()
    kinds = kinds_written_by(actor)
    if not kinds:
        return false()
    return and_(Upload.organisation_id == actor.organisation_id, Upload.kind.in_(kinds))


def _level(actor: Actor, upload: Any) -> Level:
    return Level.OWNER if actor.is_system or clerk(actor, upload) else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of uploads into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        Upload,
        records=_visible,
        fields=dict.fromkeys(FIELDS.split(), Level.OWNER),
        level=_level,
    )
