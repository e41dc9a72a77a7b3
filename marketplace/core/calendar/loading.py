"""Loading the official list of a year: what it would change, and the change itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.calendar.announced import announced, announced_lists
from marketplace.core.calendar.days import DAY, ListedDay
from marketplace.core.calendar.lists import read_lines
from marketplace.core.calendar.models import LONGEST_SOURCE, CalendarDay, CalendarYear
from marketplace.core.calendar.queries import LOAD, SUBJECT, read_working_days
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import policy

KEEP = "calendar.keep"
"""The event: the subject is a ``calendar_year`` whose number is the year.

Whoever keeps days that were counted in working days counts them again from
:func:`~marketplace.core.calendar.queries.read_working_days`: all that are provisional, and those
of limits that touch the year or the December before it. It may come more than once.
"""
LONGEST_REASON = 500


class CalendarProblems(Exception):
    """Why a list isn't taken: field → the sentence that says what would be right."""

    def __init__(self, problems: Mapping[str, LazyString | str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = {field: str(sentence) for field, sentence in problems.items()}


@dataclass(frozen=True)
class Changes:
    """What a list would change: days that become worked or off, against the present calendar.

    ``is_same`` says that it is loaded already; ``needs_reason`` that it replaces an official one.
    """

    now_working: tuple[date, ...]
    now_off: tuple[date, ...]
    is_same: bool
    needs_reason: bool


def loadable_years() -> range:
    """The years whose list can be looked at or loaded: from the first known to the one after next.

    The notice for a year comes in the autumn before it.
    """
    return range(announced().first_year, today().year + 3)


def changes_of(session: Session, year: int, source: str, days: Sequence[ListedDay]) -> Changes:
    """What loading the list would change."""
    present = read_working_days(session)
    stored = session.get(CalendarYear, year)
    future = present.with_list(year, days)
    begin, end = date(year - 1, 12, 1), date(year, 12, 31)
    span = [begin + number * DAY for number in range((end - begin).days + 1)]
    changed = [day for day in span if present.is_working_day(day) != future.is_working_day(day)]
    return Changes(
        tuple(day for day in changed if future.is_working_day(day)),
        tuple(day for day in changed if not future.is_working_day(day)),
        is_same=stored is not None and _is_same(stored, source, days),
        needs_reason=present.is_official(year),
    )


def load_year(actor: Actor, year: int, text: str, source: str, reason: str) -> bool:
    """Let the list count, as lines that :func:`read_lines` reads; whether anything changed.

    The same list with the same source again changes nothing. One that replaces another, or that
    which came with the program, needs a reason.

    :raises CalendarProblems: for a list, a source or a reason that can't be taken.
    :raises Forbidden: for who doesn't keep the calendar.
    """
    policy.require(actor, KEEP)
    source, reason = source.strip(), reason.strip()
    found = read_lines(text, year)
    problems = problems_of_source(source)
    if found.problems:
        problems["list"] = _l("名单里还有错，请改好再载入。")
    if problems:
        raise CalendarProblems(problems)
    with writing() as session:
        lock_until_commit(session, "calendar")
        stored = session.get(CalendarYear, year, populate_existing=True)
        if stored is not None and _is_same(stored, source, found.days):
            return False
        _check_reason(reason, is_needed=stored is not None or year in announced_lists())
        if stored is not None:
            session.delete(stored)
            session.flush()
        session.add(_year(actor, year, source, found.days))
        told = {"reason": reason} if reason else {}
        record_audit(
            session, actor, LOAD, SUBJECT, year, None, source=source, rows=len(found.days), **told
        )
        return True


def problems_of_source(source: str) -> dict[str, LazyString | str]:
    """What is wrong with the notice that was named."""
    if not source.strip():
        return {"source": _l("请写明出自哪份通知，最好带文号。")}
    if len(source.strip()) > LONGEST_SOURCE:
        return {"source": _l("来源不超过 %(most)s 个字。", most=LONGEST_SOURCE)}
    return {}


def _check_reason(reason: str, *, is_needed: bool) -> None:
    if is_needed and not reason:
        raise CalendarProblems({"reason": _l("这一年已经有名单，请写明为什么换。")})
    if len(reason) > LONGEST_REASON:
        raise CalendarProblems({"reason": _l("原因不超过 %(most)s 个字。", most=LONGEST_REASON)})


def _is_same(stored: CalendarYear, source: str, days: Sequence[ListedDay]) -> bool:
    return stored.source == source.strip() and [one.listed for one in stored.days] == list(days)


def _year(actor: Actor, year: int, source: str, days: Sequence[ListedDay]) -> CalendarYear:
    rows = [CalendarDay(year=year, day=one.day, kind=one.kind, name=one.name) for one in days]
    return CalendarYear(
        year=year, source=source, loaded_by_id=actor.person_id, loaded_at=now(), days=rows
    )
