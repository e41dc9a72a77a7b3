"""Lists of obligations, reports and clocks; reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import selectinload

from marketplace.accounts.models import Organisation
from marketplace.catalogue.districts import lies_in_districts
from marketplace.catalogue.models import Project, Result, ResultOwner, ResultProject
from marketplace.catalogue.states import DRAFT
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import visible_to
from marketplace.core.states import StateChange
from marketplace.core.web.paging import Paging, page_at
from marketplace.obligations.kinds import SUBJECT
from marketplace.obligations.models import Obligation, ScienceReport, TransferClock
from marketplace.obligations.states import OPEN_STATES, STATES

PAGE = 30
MOST_CLOCKS = 200
OVERDUE = "overdue"
FILTERS = (OVERDUE, *STATES)
_PARTS = (selectinload(Obligation.project), selectinload(Obligation.organisation))


@dataclass(frozen=True)
class DueList:
    """One page of a list, what is overdue first, and how many each filter finds.

    Beside its first page stand the years within which results are to be converted, those that
    end first; the count of what is overdue holds both.
    """

    rows: Sequence[Obligation]
    counts: dict[str, int]
    paging: Paging
    clocks: Sequence[TransferClock] = ()


def _is_overdue() -> ColumnElement[bool]:
    return Obligation.state.in_(OPEN_STATES) & (Obligation.due_on < today())


def own_due(actor: Actor, chosen: str | None, page: int) -> DueList:
    """What the actor's own unit owes."""
    own = Obligation.organisation_id == actor.organisation_id
    clocks = running_clocks(actor).where(
        _is_of(ResultOwner.organisation_id == actor.organisation_id)
    )
    return _due_list(actor, own, clocks, chosen, page)


def all_due(actor: Actor, chosen: str | None, page: int) -> DueList:
    """What all units owe in the districts that the actor answers for."""
    return _due_list(actor, true(), running_clocks(actor), chosen, page)


def own_clocks(actor: Actor) -> Sequence[TransferClock]:
    """The years that run for results of the actor's own unit, those that end first."""
    own = _is_of(ResultOwner.organisation_id == actor.organisation_id)
    return db.session.scalars(running_clocks(actor).where(own).limit(MOST_CLOCKS)).all()


def running_clocks(actor: Actor) -> Select[TransferClock]:
    """The decisions that stand about results which aren't converted yet, by the last day."""
    return (
        select(TransferClock)
        .where(
            visible_to(actor, TransferClock),
            TransferClock.cancelled_at.is_(None),
            TransferClock.met_on.is_(None),
        )
        .options(selectinload(TransferClock.result), selectinload(TransferClock.project))
        .order_by(TransferClock.due_on, TransferClock.id)
    )


def _is_of(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return TransferClock.result.has(Result.owner_links.any(condition))


def units_to_report(actor: Actor) -> Sequence[Organisation]:
    """The units with a yearly report in the districts that staff answer for, by name."""
    found = _with_a_report(actor).order_by(Organisation.name_key, Organisation.id)
    return db.session.scalars(found).all()


def is_any_unit_to_report(actor: Actor) -> bool:
    """Whether :func:`units_to_report` finds one."""
    return bool(db.session.scalar(select(_with_a_report(actor).exists())))


def _with_a_report(actor: Actor) -> Select[Organisation]:
    """The units that hold a result which isn't a draft, or owe something."""
    owing = select(Obligation.organisation_id).where(visible_to(actor, Obligation))
    holding = (
        select(ResultOwner.organisation_id)
        .join(Result, Result.id == ResultOwner.result_id)
        .where(Result.state != DRAFT)
    )
    return select(Organisation).where(
        visible_to(actor, Organisation),
        lies_in_districts(actor, Organisation),
        or_(Organisation.id.in_(owing), Organisation.id.in_(holding)),
    )


def _due_list(
    actor: Actor,
    condition: ColumnElement[bool],
    clocks: Select[TransferClock],
    chosen: str | None,
    page: int,
) -> DueList:
    conditions = [visible_to(actor, Obligation), condition]
    states = db.session.execute(
        select(Obligation.state, func.count()).where(*conditions).group_by(Obligation.state)
    ).all()
    counts: dict[str, int] = {row[0]: row[1] for row in states}
    late_clocks = clocks.where(TransferClock.due_on < today())
    overdue = _count(select(Obligation.id).where(*conditions, _is_overdue()))
    counts[OVERDUE] = overdue + _count(late_clocks)
    if chosen == OVERDUE:
        conditions.append(_is_overdue())
    elif chosen in STATES:
        conditions.append(Obligation.state == chosen)
    if chosen == OVERDUE:
        total = overdue
    else:
        total = sum(row[1] for row in states if chosen not in STATES or row[0] == chosen)
    paging = page_at(page, total, PAGE)
    rows = db.session.scalars(
        _in_order(select(Obligation).where(*conditions))
        .options(*_PARTS)
        .limit(PAGE)
        .offset(paging.offset)
    ).all()
    if paging.number > 1 or chosen in STATES:
        return DueList(rows, counts, paging)
    shown = late_clocks if chosen == OVERDUE else clocks
    return DueList(rows, counts, paging, db.session.scalars(shown.limit(MOST_CLOCKS)).all())


def _count(statement: Select[Any]) -> int:
    found = statement.order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def _in_order(statement: Select[Any]) -> Select[Any]:
    """What waits for somebody first, the longest overdue at the top; then what is done."""
    waits = case(
        (Obligation.state.in_(OPEN_STATES), 0), (Obligation.accepted_on.is_(None), 1), else_=2
    )
    return statement.order_by(waits, Obligation.due_on, Obligation.id)


def find_obligation(actor: Actor, obligation_id: int) -> Obligation | None:
    """The obligation, where the actor may see it."""
    return db.session.scalar(
        select(Obligation).where(Obligation.id == obligation_id, visible_to(actor, Obligation))
    )


def report_of(obligation: Obligation) -> ScienceReport | None:
    """The report that an obligation asked for, as it was handed in last."""
    return db.session.scalar(
        select(ScienceReport).where(ScienceReport.obligation_id == obligation.id)
    )


def history_of(obligation: Obligation) -> Sequence[StateChange]:
    """The steps that it took, newest first."""
    return db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_kind == SUBJECT, StateChange.subject_id == obligation.id)
        .order_by(StateChange.id.desc())
    ).all()


def find_report(actor: Actor, report_id: int) -> ScienceReport | None:
    """The science report, where the actor may see it."""
    return db.session.scalar(
        select(ScienceReport).where(ScienceReport.id == report_id, visible_to(actor, ScienceReport))
    )


def reports_of_project(actor: Actor, project_id: int) -> Sequence[ScienceReport]:
    """The science reports of a project that the actor may see, in their order."""
    return db.session.scalars(
        select(ScienceReport)
        .where(
            ScienceReport.project_id == project_id,
            visible_to(actor, ScienceReport),
        )
        .options(selectinload(ScienceReport.obligation))
        .order_by(ScienceReport.sequence, ScienceReport.id)
    ).all()


def find_clock(actor: Actor, clock_id: int) -> TransferClock | None:
    """The decision, where the actor may see it."""
    return db.session.scalar(
        select(TransferClock).where(TransferClock.id == clock_id, visible_to(actor, TransferClock))
    )


def find_project(actor: Actor, project_id: int) -> Project | None:
    """The project, where the actor may see it."""
    return db.session.scalar(
        select(Project).where(Project.id == project_id, visible_to(actor, Project))
    )


def obligations_of_project(actor: Actor, project_id: int) -> Sequence[Obligation]:
    """What a project owes, by the last day."""
    return db.session.scalars(
        select(Obligation)
        .where(Obligation.project_id == project_id, visible_to(actor, Obligation))
        .options(*_PARTS)
        .order_by(Obligation.due_on, Obligation.id)
    ).all()


def results_of_project(actor: Actor, project_id: int) -> Sequence[Result]:
    """The results of a project that the actor may see."""
    return db.session.scalars(
        select(Result)
        .join(ResultProject, ResultProject.result_id == Result.id)
        .where(ResultProject.project_id == project_id, visible_to(actor, Result))
        .order_by(Result.id)
    ).all()


def seen_among(actor: Actor, result_ids: Select[int]) -> frozenset[int]:
    """Those of the results that the actor may see: who reads the rest reads no title."""
    seen = select(Result.id).where(Result.id.in_(result_ids), visible_to(actor, Result))
    return frozenset(db.session.scalars(seen))


def clocks_of_project(actor: Actor, project_id: int) -> Sequence[TransferClock]:
    """The decisions about a project's results, newest first, also those taken back."""
    return db.session.scalars(
        select(TransferClock)
        .where(TransferClock.project_id == project_id, visible_to(actor, TransferClock))
        .options(selectinload(TransferClock.result))
        .order_by(TransferClock.id.desc())
    ).all()
