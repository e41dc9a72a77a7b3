"""Whose searches without a hit count, who is told of them, and the routes of the radar."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, true

from marketplace.core.actor import HOLDER_ROLES, STAFF_ROLES, Actor, Role
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    acts_with,
    any_of,
    bureau,
    policy,
    visibility,
)
from marketplace.matching.radar.models import UnmetGroup

RECORD = "radar.record"
READ = "radar.read"


def _counts(actor: Actor, _record: Any) -> bool:
    acts = actor.is_person and actor.organisation_id is not None
    return acts and not actor.has_role(*STAFF_ROLES)


searcher = Condition(_l("替单位办事的人，管理部门除外"), _counts)
holders_and_brokers = Condition(
    _l("持有单位的经办或审核人，或技术经理人"),
    lambda actor, _record: acts_with(actor, *HOLDER_ROLES, Role.MANAGER),
)

PERMISSIONS = (
    Permission(RECORD, searcher, _l("只计替单位办事的人搜不到的内容。")),
    Permission(
        READ,
        any_of(holders_and_brokers, bureau),
        _l("搜不到的需求给持有单位、技术经理人和科技局看，要替单位办事。"),
    ),
)

ROUTES = {"radar.groups": READ, "radar.record": RECORD}

FIELDS = "id words conditions organisations searches reached_on recent_on"


def _visible(actor: Actor) -> ColumnElement[bool]:
    return true() if _sees(actor) else false()


def _level(actor: Actor, _group: Any) -> Level:
    return Level.OWNER if _sees(actor) else Level.PUBLIC


def _sees(actor: Actor) -> bool:
    return actor.is_system or policy.can(actor, READ)


def declare_policies() -> None:
    """Put the rows of the radar into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        UnmetGroup,
        records=_visible,
        fields=dict.fromkeys(FIELDS.split(), Level.OWNER),
        level=_level,
    )
