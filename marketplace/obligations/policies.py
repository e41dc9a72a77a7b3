"""Who may do what with obligations, who may see which, and their routes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from marketplace.catalogue.districts import held_in_districts, lies_in_districts
from marketplace.catalogue.models import Project, Result, ResultOwner
from marketplace.catalogue.states import OPEN_STATES
from marketplace.core.actor import HOLDER_ROLES, Actor, Role
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    any_of,
    bureau,
    holder_of_record,
    policy,
    visibility,
)
from marketplace.core.web.access import ANYONE
from marketplace.obligations.kinds import CLOSED
from marketplace.obligations.models import Obligation, ScienceReport, TransferClock
from marketplace.obligations.states import ACCEPT, ACCEPTED, RETURN, SUBMIT, WAIVE

LIST_OWN, LIST_ALL = "obligation.list_own", "obligation.list_all"
OPEN_PAGE = "obligation.open"
SET_UP, SAVE = "obligation.set_up", "obligation.save"
DECIDE_CLOCK, CANCEL_CLOCK = "transfer_clock.decide", "transfer_clock.cancel"
YEARLY = "transfer_report.open"


def _decides_on_others(actor: Actor, record: Any) -> bool:
    if record is None:
        return bureau(actor, record)
    is_own = actor.person_id == record.submitted_by_id or actor.organisation_id in record.owner_ids
    return bureau(actor, record) and not is_own


holder = Condition(
    _l("持有单位的经办或审核人"),
    lambda actor, _record: actor.is_person and actor.has_role(*HOLDER_ROLES),
)
reviewing_bureau = Condition(_l("科技局，不是交的人，也不属于交的单位"), _decides_on_others)
manager_of_unit = Condition(
    _l("持有单位的审核人"),
    lambda actor, record: (
        actor.is_person
        and actor.has_role(Role.HOLDER_MGR)
        and (record is None or actor.organisation_id == record.id)
    ),
)

PERMISSIONS = (
    Permission(LIST_OWN, holder, _l("转化义务由持有单位的经办或审核人查看。")),
    Permission(LIST_ALL, bureau, _l("全部转化义务由科技局查看。")),
    Permission(OPEN_PAGE, any_of(holder, bureau), _l("转化义务由承担单位和科技局查看。")),
    Permission(SET_UP, bureau, _l("转化义务由科技局设立。")),
    Permission(SAVE, holder_of_record, _l("由承担单位的经办或审核人填写。")),
    Permission(SUBMIT, holder_of_record, _l("由承担单位的经办或审核人提交。")),
    Permission(ACCEPT, reviewing_bureau, _l("由科技局接收，交的人自己不能接收。")),
    Permission(RETURN, reviewing_bureau, _l("由科技局退回，交的人自己不能退回。")),
    Permission(WAIVE, reviewing_bureau, _l("由科技局免除，交的人和承担单位的人自己不能免除。")),
    Permission(DECIDE_CLOCK, bureau, _l("一年转化期由科技局决定。")),
    Permission(CANCEL_CLOCK, bureau, _l("一年转化期由科技局取消。")),
    Permission(YEARLY, any_of(manager_of_unit, bureau), _l("年度报告由单位审核人和科技局查看。")),
)

ROUTES = {
    "obligations.own": LIST_OWN,
    "obligations.all_due_list": LIST_ALL,
    "obligations.show": OPEN_PAGE,
    "obligations.save_post": OPEN_PAGE,
    "obligations.decide_post": LIST_ALL,
    "obligations.project": SET_UP,
    "obligations.generate_post": SET_UP,
    "obligations.set_up_post": SET_UP,
    "obligations.clock_post": DECIDE_CLOCK,
    "obligations.cancel_clock_post": CANCEL_CLOCK,
    "obligations.report": ANYONE,
    "obligations.yearly": YEARLY,
    "obligations.yearly_file": YEARLY,
}

OBLIGATION_FIELDS = (
    "id kind due_on state version submitted_on accepted_on since comment project organisation "
    "deposited late_days"
)
REPORT_FIELDS = (
    "id number title authors unit partners written_on abstract keywords scope opens_on told_on "
    "closed_reason obligation"
)
CLOCK_FIELDS = (
    "id result project starts_on due_on reason decided_at cancelled_at cancel_reason met_on"
)


def is_staff(actor: Actor) -> bool:
    """Whether the actor acts for the bureau."""
    return bureau(actor, None)


def _is_own(actor: Actor) -> ColumnElement[bool]:
    if not holder(actor, None) or actor.organisation_id is None:
        return false()
    return Obligation.organisation_id == actor.organisation_id


def _obligations(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if not is_staff(actor):
        return _is_own(actor)
    return held_in_districts(actor, Obligation.organisation_id)


def _reports(actor: Actor) -> ColumnElement[bool]:
    """Accepted reports that aren't closed are public with their project."""
    obligation = select(Obligation.id).where(Obligation.id == ScienceReport.obligation_id)
    is_listed = select(Project.id).where(
        Project.id == ScienceReport.project_id, Project.state.in_(OPEN_STATES)
    )
    return or_(
        obligation.where(_obligations(actor)).exists(),
        and_(
            ScienceReport.scope != CLOSED,
            obligation.where(Obligation.state == ACCEPTED).exists(),
            is_listed.exists(),
        ),
    )


def _clocks(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if is_staff(actor):
        return TransferClock.project.has(lies_in_districts(actor, Project))
    if not holder(actor, None):
        return false()
    return TransferClock.result.has(_owned_by(actor))


def _owned_by(actor: Actor) -> ColumnElement[bool]:
    return Result.owner_links.any(ResultOwner.organisation_id == actor.organisation_id)


def _level(actor: Actor, record: Any) -> Level:
    is_near = actor.is_system or bureau(actor, record) or holder_of_record(actor, record)
    return Level.OWNER if is_near else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of obligations into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    for model, records, fields in (
        (Obligation, _obligations, OBLIGATION_FIELDS),
        (ScienceReport, _reports, REPORT_FIELDS),
        (TransferClock, _clocks, CLOCK_FIELDS),
    ):
        visibility.declare(
            model,
            records=records,
            fields=dict.fromkeys(fields.split(), Level.PUBLIC),
            level=_level,
        )
