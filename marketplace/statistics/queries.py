"""What the pages of goals, values and editions show: reading only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.states import StateChange
from marketplace.core.web.paging import Paging, present_page
from marketplace.statistics.models import (
    Edition,
    EditionDraft,
    Goal,
    GoalVersion,
    IndicatorBasis,
    IndicatorValue,
)

MOST = 200
"""Rows of a list that has no pages."""


def all_goals(actor: Actor) -> Sequence[Goal]:
    """Every goal, by year and in the order of the plan."""
    asked = select(Goal).where(visible_to(actor, Goal))
    return db.session.scalars(asked.order_by(Goal.year.desc(), Goal.id)).all()


def find_goal(actor: Actor, goal_id: int) -> Goal | None:
    """The goal of this number."""
    return db.session.scalar(select(Goal).where(Goal.id == goal_id, visible_to(actor, Goal)))


def versions_of(goal: Goal) -> Sequence[GoalVersion]:
    """How a goal was set, the latest first."""
    asked = select(GoalVersion).where(GoalVersion.goal_id == goal.id)
    return db.session.scalars(asked.order_by(GoalVersion.version.desc())).all()


def bases_chosen(actor: Actor, indicator: str) -> Sequence[IndicatorBasis]:
    """The bases that were chosen for an indicator, the one in force first."""
    asked = select(IndicatorBasis).where(
        IndicatorBasis.indicator == indicator, visible_to(actor, IndicatorBasis)
    )
    return db.session.scalars(asked.order_by(IndicatorBasis.id.desc()).limit(MOST)).all()


def entered_values(actor: Actor) -> tuple[Sequence[IndicatorValue], Paging]:
    """The entered values that the actor sees, the latest first, page by page."""
    return _page(select(IndicatorValue).where(visible_to(actor, IndicatorValue)), IndicatorValue)


def find_value(actor: Actor, value_id: int) -> IndicatorValue | None:
    """The entered value of this number, if the actor sees it."""
    return db.session.scalar(
        select(IndicatorValue).where(
            IndicatorValue.id == value_id, visible_to(actor, IndicatorValue)
        )
    )


def edition_list(actor: Actor) -> tuple[Sequence[Edition], Paging]:
    """The published editions, the latest first, page by page."""
    return _page(select(Edition).where(visible_to(actor, Edition)), Edition)


def find_edition(actor: Actor, edition_id: int) -> Edition | None:
    """The edition of this number."""
    return db.session.scalar(
        select(Edition).where(Edition.id == edition_id, visible_to(actor, Edition))
    )


def corrected_by(editions: Sequence[Edition]) -> dict[int, Edition]:
    """The last edition of the same kind and period, for those that aren't the last themselves."""
    years = {one.year for one in editions}
    latest: dict[tuple[str, int, int], Edition] = {}
    for one in db.session.scalars(
        select(Edition).where(Edition.year.in_(years)).order_by(Edition.number)
    ):
        latest[one.kind, one.year, one.last_month] = one
    found = {one.id: latest[one.kind, one.year, one.last_month] for one in editions}
    return {number: last for number, last in found.items() if last.id != number}


def editions_of_year(actor: Actor, kind: str, year: int) -> Sequence[Edition]:
    """The editions of a kind and year, the latest first."""
    return db.session.scalars(
        select(Edition)
        .where(Edition.kind == kind, Edition.year == year, visible_to(actor, Edition))
        .order_by(Edition.id.desc())
        .limit(MOST)
    ).all()


def drafts(actor: Actor) -> tuple[Sequence[EditionDraft], Paging]:
    """What was proposed as an edition, the latest first, page by page."""
    return _page(select(EditionDraft).where(visible_to(actor, EditionDraft)), EditionDraft)


def find_draft(actor: Actor, draft_id: int) -> EditionDraft | None:
    """The proposed edition of this number, if the actor sees it."""
    return db.session.scalar(
        select(EditionDraft).where(EditionDraft.id == draft_id, visible_to(actor, EditionDraft))
    )


def history_of(kind: str, record_id: int) -> Sequence[StateChange]:
    """The steps that a record took, the latest first."""
    return db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_kind == kind, StateChange.subject_id == record_id)
        .order_by(StateChange.id.desc())
    ).all()


def _page(asked: Select[Any], model: Any) -> tuple[Sequence[Any], Paging]:
    total = db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    paging = present_page(total)
    rows = db.session.scalars(
        asked.order_by(model.id.desc()).offset(paging.offset).limit(paging.size)
    ).all()
    return rows, paging
