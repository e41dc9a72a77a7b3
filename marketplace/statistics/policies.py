"""Who may set goals, enter and release values, publish and confirm editions; and the routes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, true

from marketplace.contracts.policies import LIST_ALL
from marketplace.core.actor import Actor, Role
from marketplace.core.policy import Condition, Level, Permission, only_system, policy, visibility
from marketplace.core.web.access import ANYONE
from marketplace.statistics.models import (
    Edition,
    EditionDraft,
    Goal,
    IndicatorBasis,
    IndicatorValue,
)
from marketplace.statistics.states import (
    CONFIRM_EDITION,
    DROP_EDITION,
    REFUSE_EDITION,
    RELEASE_VALUE,
    RELEASED,
    RETURN_VALUE,
)

SET_GOAL, CHOOSE_BASIS = "goal.set", "indicator.choose_basis"
ENTER_VALUE, SEE_VALUES = "indicator_value.enter", "indicator_value.see"
PUBLISH_EDITION, SEE_DRAFTS = "edition.publish", "edition.see_drafts"
VERIFY_EDITION = "edition.verify"


def _counts(actor: Actor) -> bool:
    return actor.is_person and actor.has_role(Role.STAT, Role.ADMIN)


def _is_second_person(actor: Actor, record: Any) -> bool:
    if not _counts(actor):
        return False
    return record is None or record.submitted_by_id != actor.person_id


statistician = Condition(
    _l("统计员"), lambda actor, _record: actor.is_person and actor.has_role(Role.STAT)
)
counting_staff = Condition(_l("统计员或管理员"), lambda actor, _record: _counts(actor))
second_person = Condition(_l("统计员或管理员，不是交来的人"), _is_second_person)
who_brought_it = Condition(
    _l("交来的统计员"),
    lambda actor, record: (
        actor.is_person
        and actor.has_role(Role.STAT)
        and (record is None or record.submitted_by_id == actor.person_id)
    ),
)

PERMISSIONS = (
    Permission(SET_GOAL, counting_staff, _l("目标由统计员或管理员登记和修改。")),
    Permission(CHOOSE_BASIS, counting_staff, _l("统计口径由统计员或管理员选定。")),
    Permission(SEE_VALUES, counting_staff, _l("填报的指标值由统计员和管理员查看。")),
    Permission(ENTER_VALUE, counting_staff, _l("指标值由统计员或管理员填报。")),
    Permission(
        RELEASE_VALUE, second_person, _l("由另一位统计员或管理员放行，填报的人自己不能放行。")
    ),
    Permission(
        RETURN_VALUE, second_person, _l("由另一位统计员或管理员退回，填报的人自己不能退回。")
    ),
    Permission(SEE_DRAFTS, counting_staff, _l("待确认的发布版由统计员和管理员查看。")),
    Permission(PUBLISH_EDITION, statistician, _l("发布版由统计员提出。")),
    Permission(
        CONFIRM_EDITION, second_person, _l("由另一位统计员或管理员确认，提出的人自己不能确认。")
    ),
    Permission(
        REFUSE_EDITION, second_person, _l("由另一位统计员或管理员退回，提出的人自己不能退回。")
    ),
    Permission(DROP_EDITION, who_brought_it, _l("只有提出的统计员可以撤回。")),
    Permission(VERIFY_EDITION, only_system, _l("发布版由命令行重算核对。")),
)

ROUTES = {
    "goals.board": ANYONE,
    "goals.board_file": ANYONE,
    "goals.uncounted": LIST_ALL,
    "goals.register": SET_GOAL,
    "goals.new_post": SET_GOAL,
    "goals.edit": SET_GOAL,
    "goals.edit_post": SET_GOAL,
    "goals.basis": CHOOSE_BASIS,
    "goals.basis_post": CHOOSE_BASIS,
    "goals.values": SEE_VALUES,
    "goals.values_post": ENTER_VALUE,
    "goals.value": SEE_VALUES,
    "goals.value_post": SEE_VALUES,
    "editions.published": ANYONE,
    "editions.edition": ANYONE,
    "editions.edition_json": ANYONE,
    "editions.proposed": SEE_DRAFTS,
    "editions.proposed_post": PUBLISH_EDITION,
    "editions.draft": SEE_DRAFTS,
    "editions.draft_post": SEE_DRAFTS,
}

FIELDS: dict[type, str] = {
    Goal: "id indicator year operator value unit strength source note version",
    IndicatorBasis: "id indicator basis reason at chosen_by",
    IndicatorValue: (
        "id indicator basis as_of value source state version submitted_by decided_by comment"
    ),
    Edition: (
        "id kind year last_month number note content content_hash position computed_at "
        "published_at published_by confirmed_by"
    ),
    EditionDraft: "id kind year last_month note content position state submitted_by decided_by",
}


def is_counting_staff(actor: Actor) -> bool:
    """Whether the actor keeps goals and figures."""
    return _counts(actor)


def _values(actor: Actor) -> ColumnElement[bool]:
    """What is released is public."""
    sees_all = actor.is_system or _counts(actor)
    return true() if sees_all else IndicatorValue.state == RELEASED


def _drafts(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.is_system or _counts(actor) else false()


def _level(actor: Actor, _record: object) -> Level:
    return Level.OWNER if actor.is_system or _counts(actor) else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of the statistics into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    for model, records, level in (
        (Goal, lambda _actor: true(), Level.PUBLIC),
        (IndicatorBasis, lambda _actor: true(), Level.PUBLIC),
        (IndicatorValue, _values, Level.PUBLIC),
        (Edition, lambda _actor: true(), Level.PUBLIC),
        (EditionDraft, _drafts, Level.OWNER),
    ):
        visibility.declare(
            model,
            records=records,
            fields=dict.fromkeys(FIELDS[model].split(), level),
            level=_level,
        )
