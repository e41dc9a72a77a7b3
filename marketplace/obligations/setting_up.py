"""Setting up what a project owes: one by one, or from the project's dates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Project
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.calendar.terms import months_after, years_after
from marketplace.core.db import writing
from marketplace.core.i18n import today
from marketplace.core.notifications import notify
from marketplace.core.policy import policy
from marketplace.obligations.kinds import DEPOSIT, KINDS, SUBJECT
from marketplace.obligations.models import Obligation
from marketplace.obligations.notices import SET_UP as NEW
from marketplace.obligations.notices import about
from marketplace.obligations.policies import SET_UP
from marketplace.obligations.problems import FormProblems

# No law names these terms; they are a proposal that staff may waive and replace.
INITIAL_MONTHS, FINAL_MONTHS, DEPOSIT_MONTHS = 3, 3, 6
YEARS_WITH_MIDTERM = 2
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Planned:
    """What follows from a project's dates and isn't set up yet."""

    kind: str
    due_on: date

    @property
    def is_overdue(self) -> bool:
        """Whether the last day is over, so that it counts as overdue once it is set up."""
        return self.due_on < today()

    @property
    def code(self) -> str:
        """How a form names it, such as ``final 2026-05-28``."""
        return f"{self.kind} {self.due_on.isoformat()}"


def set_up(actor: Actor, project_id: int, kind: str, due_on: str) -> int:
    """Set up one obligation of a project; its id. ``due_on`` is ISO 8601, today or later.

    Only :func:`generate` sets up what is overdue already, where the project's own dates say so.

    :raises FormProblems: with what is wrong.
    :raises Forbidden: for who isn't staff of the unit's district.
    """
    with writing() as session:
        project = _project(session, actor, project_id)
        if kind not in KINDS:
            raise FormProblems({"kind": _l("请选要交什么。")})
        day = _day(due_on)
        if (kind, day) in _existing(session, project.id):
            raise FormProblems({"due_on": _l("这个项目在这一天已经有同一项义务。")})
        return owe(session, actor, project, kind, day).id


def generate(actor: Actor, project_id: int, shown: Collection[str]) -> int:
    """Set up everything that follows from the project's dates and isn't there; how many.

    ``shown`` are the codes of what staff were shown (:func:`missing`).

    :raises FormProblems: when the project has no dates, or what is missing isn't what was shown.
    :raises Forbidden: for who isn't staff of the unit's district.
    """
    with writing() as session:
        project = _project(session, actor, project_id)
        if not schedule(project.started_on, project.ended_on, project.accepted_on):
            raise FormProblems(
                {"": _l("项目没有起止日期，也没有验收日期，算不出义务。请一项一项设立。")}
            )
        new = missing(session, project)
        if new and {one.code for one in new} != set(shown):
            raise FormProblems(
                {"": _l("要设立的和你看到的不一样，什么都没有设立。请看下面列出的，再按一次。")}
            )
        for one in new:
            owe(session, actor, project, one.kind, one.due_on)
        return len(new)


def missing(session: Session, project: Project) -> list[Planned]:
    """What follows from a project's dates and isn't there, in the order of the days."""
    there = _existing(session, project.id)
    kinds = {kind for kind, _day in there}
    return [
        Planned(kind, day)
        for kind, day in schedule(project.started_on, project.ended_on, project.accepted_on)
        if (kind, day) not in there and (kind == "annual" or kind not in kinds)
    ]


def schedule(
    started_on: date | None, ended_on: date | None, accepted_on: date | None
) -> list[tuple[str, date]]:
    """What a project with these dates owes, and until when, in the order of the days."""
    planned: list[tuple[str, date]] = []
    if started_on:
        planned.append(("initial", months_after(started_on, INITIAL_MONTHS)))
    if started_on and ended_on:
        years = range(started_on.year, ended_on.year)
        planned += [("annual", date(year, 12, 31)) for year in years]
        if ended_on >= years_after(started_on, YEARS_WITH_MIDTERM):
            planned.append(("midterm", started_on + (ended_on - started_on) / 2))
    if end := ended_on or accepted_on:
        planned.append(("final", months_after(end, FINAL_MONTHS)))
        planned.append((DEPOSIT, months_after(end, DEPOSIT_MONTHS)))
    return sorted(planned, key=lambda one: one[1])


def _project(session: Session, actor: Actor, project_id: int) -> Project:
    project = session.get_one(Project, project_id, with_for_update=True)
    policy.require(actor, SET_UP, project)
    if not project.parties:
        raise FormProblems({"": _l("项目没有写明承担单位，不知道义务归谁。请先补上承担单位。")})
    return project


def _existing(session: Session, project_id: int) -> set[tuple[str, date]]:
    """What is there; what was waived may be set up for another day, not generated again."""
    rows = session.execute(
        select(Obligation.kind, Obligation.due_on).where(Obligation.project_id == project_id)
    )
    return {(row.kind, row.due_on) for row in rows}


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise FormProblems({"due_on": _l("请写最后一天，例如 2026-11-23。")}) from None
    if not EARLIEST <= day <= LATEST:
        raise FormProblems({"due_on": _l("这个日期离现在太远。请核对年份。")})
    if day < today():
        raise FormProblems(
            {
                "due_on": _l(
                    "最后一天 %(day)s 已经过了，单位来不及交。请写今天或以后的一天。",
                    day=day.isoformat(),
                )
            }
        )
    return day


def owe(session: Session, actor: Actor, project: Project, kind: str, day: date) -> Obligation:
    """Let the unit that leads a project owe something until a day, and tell it.

    The caller has asked for the permission and has checked the day; it may lie in the past.
    """
    obligation = Obligation(
        project_id=project.id,
        organisation_id=project.parties[0].organisation_id,
        kind=kind,
        due_on=day,
    )
    session.add(obligation)
    session.flush()
    record_audit(session, actor, SET_UP, SUBJECT, obligation.id, kind=kind, due_on=day.isoformat())
    notify(session, obligation.organisation_id, NEW, **about(obligation))
    return obligation
