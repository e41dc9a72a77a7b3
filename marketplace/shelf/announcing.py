"""From what saved searches found to one notice or letter: at once, daily, weekly.

What is due follows from the clock alone: at once unless the search spoke up within a quarter of
an hour; daily what was found before the last 08:00, weekly before the last Monday 08:00, in
Asia/Shanghai. The schedule asks every few minutes, so that a run that was missed is made up by
the next. Marking as announced, notice and letter are one transaction for each person: whatever
is killed when, nothing goes out twice and nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.acting import actor_in_absence
from marketplace.accounts.models import Person
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import DISPLAY_ZONE
from marketplace.core.locks import lock_until_commit
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import notify
from marketplace.shelf.finding import found_among
from marketplace.shelf.models import Frequency, SavedSearch, SearchMatch
from search.engines.base import EngineUnavailable

log = structlog.get_logger(__name__)

LETTER = NOTICE = "saved_searches"
PAUSE = timedelta(minutes=15)
LETTER_HOUR = time(8)
LETTER_WEEKDAY = 0
"""Monday, as ``date.weekday`` counts."""


def announce_all() -> None:
    """Announce whatever is due; what the schedule calls."""
    for frequency in (Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY):
        announce(frequency)


def announce(frequency: Frequency) -> None:
    """Announce what is due to those who want to hear so often.

    Where the search doesn't answer, everything waits for the next call.
    """
    due = _due(frequency)
    people = db.session.scalars(
        select(SavedSearch.person_id).join(SearchMatch).where(due).distinct()
    ).all()
    for person_id in people:
        try:
            _announce_to(person_id, due)
        except EngineUnavailable as reason:
            log.warning("alerts_wait", reason=reason.code)
            return


def last_letter_hour(frequency: Frequency, moment: datetime) -> datetime:
    """The last time, up to ``moment``, at which daily or weekly letters were due."""
    there = moment.astimezone(DISPLAY_ZONE)
    hour = there.replace(hour=LETTER_HOUR.hour, minute=0, second=0, microsecond=0)
    if frequency is Frequency.WEEKLY:
        hour -= timedelta(days=(there.weekday() - LETTER_WEEKDAY) % 7)
    if hour > there:
        hour -= timedelta(days=7 if frequency is Frequency.WEEKLY else 1)
    return hour


def _due(frequency: Frequency) -> ColumnElement[bool]:
    waiting = and_(SearchMatch.announced_at.is_(None), SavedSearch.frequency == frequency)
    if frequency is Frequency.AT_ONCE:
        quiet = or_(SavedSearch.announced_at.is_(None), SavedSearch.announced_at <= now() - PAUSE)
        return and_(waiting, quiet)
    return and_(waiting, SearchMatch.found_at < last_letter_hour(frequency, now()))


def _announce_to(person_id: int, due: ColumnElement[bool]) -> None:
    keep, drop = _sorted_out(person_id, due)
    with writing() as session:
        lock_until_commit(session, f"announce {person_id}")
        session.execute(delete(SearchMatch).where(SearchMatch.id.in_(drop)))
        told = {
            search.id: taken
            for search in _present_searches(session, keep)
            if (taken := _take(session, search, keep[search.id]))
        }
        if told:
            _tell(session, person_id, told)


def _sorted_out(
    person_id: int, due: ColumnElement[bool]
) -> tuple[Mapping[int, Sequence[int]], Sequence[int]]:
    """The matches that still stand, by search, and those that don't: no longer found, or unseen."""
    person = db.session.get_one(Person, person_id)
    by_search: dict[SavedSearch, list[SearchMatch]] = defaultdict(list)
    rows = db.session.execute(
        select(SavedSearch, SearchMatch)
        .join(SearchMatch)
        .where(SavedSearch.person_id == person_id, due)
        .order_by(SavedSearch.id, SearchMatch.id)
    )
    for search, match in rows:
        by_search[search].append(match)
    keep: dict[int, list[int]] = {}
    drop: list[int] = []
    for search, matches in by_search.items():
        actor = actor_in_absence(person, search.organisation_id)
        keys = {(one.kind, one.record_id) for one in matches}
        found = found_among(actor, search, keys) if person.is_open else set()
        keep[search.id] = [one.id for one in matches if (one.kind, one.record_id) in found]
        drop += [one.id for one in matches if (one.kind, one.record_id) not in found]
    return keep, drop


def _present_searches(session: Session, keep: Mapping[int, Sequence[int]]) -> Sequence[SavedSearch]:
    return session.scalars(
        select(SavedSearch)
        .where(SavedSearch.id.in_(keep), SavedSearch.frequency != Frequency.OFF)
        .order_by(SavedSearch.id)
        .with_for_update()
    ).all()


def _take(session: Session, search: SavedSearch, ids: Sequence[int]) -> Sequence[int]:
    """Mark those of the matches as announced that nobody else has; the ids of these."""
    waiting = session.scalars(
        select(SearchMatch.id).where(SearchMatch.id.in_(ids), SearchMatch.announced_at.is_(None))
    ).all()
    if waiting:
        moment = now()
        session.execute(
            update(SearchMatch).where(SearchMatch.id.in_(waiting)).values(announced_at=moment)
        )
        search.announced_at = moment
        if search.by_inbox:
            notify(
                session,
                None,
                NOTICE,
                person_id=search.person_id,
                search_id=search.id,
                name=search.name,
                count=len(waiting),
            )
    return waiting


def _tell(session: Session, person_id: int, told: Mapping[int, Sequence[int]]) -> None:
    """One letter about all the searches that are told by mail."""
    by_mail = session.scalars(
        select(SavedSearch.id).where(SavedSearch.id.in_(told), SavedSearch.by_mail)
    ).all()
    if by_mail:
        matches = [match_id for search_id in by_mail for match_id in told[search_id]]
        send_letter(session, LETTER, "person", person_id, recipient_id=person_id, matches=matches)
