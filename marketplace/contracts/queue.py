"""What staff have in hand: by the legal clock, then by size; reading only.

What is under a limit or changing is some hundreds of contracts, and a day of its clock follows
from holidays: so their order is found here and not by the database. What waits to be accepted has
no clock and may come in files of many thousands, and what is done may be a million: neither is
ever read as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, union_all

from marketplace.contracts.clock import Clock, ClockState, clock_of
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import rule_book, rules_of
from marketplace.contracts.states import (
    ACCEPTED,
    CHANGE_EXPERTS,
    CHANGE_PENDING,
    CORRECTION,
    DEREGISTERED,
    EXPERT_REVIEW,
    OBJECTION,
    REFUSED,
    REGISTERED,
    REVIEWING,
    REVOKED,
    STATES,
    SUBMITTED,
)
from marketplace.core.actor import Actor, Role
from marketplace.core.calendar.days import WorkingDays
from marketplace.core.calendar.queries import read_working_days
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import visible_to
from marketplace.core.web.paging import Paging, page_at

PAGE = 30
ON_THE_CLOCK = (ACCEPTED, REVIEWING, EXPERT_REVIEW, OBJECTION, CORRECTION)
IN_HAND = (SUBMITTED, *ON_THE_CLOCK)
CHANGING = (CHANGE_PENDING, CHANGE_EXPERTS)
WITH_A_DAY = (REGISTERED, *CHANGING, DEREGISTERED, REVOKED)
"""What is done and was registered; only what was refused has no day of registration."""
WITHOUT_A_DAY = tuple(one for one in STATES if one not in WITH_A_DAY)
MOST = 3_000
"""So many of what is done are counted and paged through; what lies further back is searched for."""
NUMBER_FROM = 8
"""From so many digits on words are the beginning of a number, which an index finds."""
LONGEST_NUMBER = 20
YEARS_SEARCHED = 5
"""So many years back other words are searched for among what is done, which no index finds."""
WAITS_FOR_OTHERS = 2
ALL, MINE, LARGE, CORRECTING, CHANGES, FINISHED = (
    *("all", "mine", "large", "correction", "changes", "done"),
)
QUEUES = (ALL, MINE, LARGE, CORRECTING, CHANGES, FINISHED)


@dataclass(frozen=True)
class Queued:
    """A contract in a queue with its clock; none before it is accepted and once it is done."""

    contract: Contract
    clock: Clock | None


@dataclass(frozen=True)
class Queue:
    """One page of a queue, how many each has, and how many are overdue or soon to be done.

    Of what is done at most ``most`` + 1 are counted; not at all where it would have to be
    searched for another queue's page.
    """

    rows: Sequence[Queued]
    counts: dict[str, int | None]
    paging: Paging
    overdue: int
    soon: int
    most: int
    searched_from: date | None = None
    """The first day of registration of what was searched, where it wasn't all of what is done."""


def clock_on(contract: Contract | Row[Any], day: date, calendar: WorkingDays) -> Clock | None:
    """The clock of a contract; none where no limit runs or waits."""
    if contract.state not in ON_THE_CLOCK:
        return None
    if contract.accepted_on is None and contract.state != CORRECTION:
        return None
    return clock_of(
        contract.accepted_on,
        contract.tech_amount,
        contract.is_disputed,
        contract.rule_version,
        day,
        calendar,
    )


def clock_today(contract: Contract) -> Clock | None:
    """The same today, for a page that shows one contract."""
    return clock_on(contract, today(), read_working_days(db.session))


def staff_queue(
    actor: Actor, queue: str, page: int, *, words: str = "", class_name: str = ""
) -> Queue:
    """A queue of the contracts in the actor's districts; what is done stands newest first."""
    seen = [visible_to(actor, Contract), *_filters(words, class_name)]
    calendar, day = read_working_days(db.session), today()
    waiting, submitted = _waiting(seen), _submitted(seen, actor)
    clocks = _clocks(waiting, day, calendar)
    chosen = {name: [row for row in waiting if _is_in(name, actor, row)] for name in QUEUES}
    counts: dict[str, int | None] = {
        name: len(rows) + _count(submitted.get(name)) for name, rows in chosen.items()
    }
    counts[FINISHED] = None
    if queue == FINISHED:
        done = _finished(seen, _searched_from(words))
        counts[FINISHED] = len(done)
        paging = page_at(page, min(len(done), MOST), PAGE)
        ids = done[paging.offset : paging.last]
    else:
        if not words and not class_name:
            counts[FINISHED] = _finished_count(seen)
        paging = page_at(page, counts[queue] or 0, PAGE)
        ordered = sorted(chosen[queue], key=lambda row: _place(row, clocks[row.id]))
        first = [row.id for row in ordered if _place(row, clocks[row.id])[0] < WAITS_FOR_OTHERS]
        last = [row.id for row in ordered[len(first) :]]
        ids = _on_page(paging, first, submitted.get(queue), last)
    by_id = {
        one.id: one for one in db.session.scalars(select(Contract).where(Contract.id.in_(ids)))
    }
    states = [clock.state for clock in clocks.values() if clock]
    return Queue(
        rows=[Queued(one, clocks.get(one.id)) for one in (by_id[number] for number in ids)],
        counts=counts,
        paging=paging,
        overdue=states.count(ClockState.OVERDUE),
        soon=states.count(ClockState.SOON),
        most=MOST,
        searched_from=_searched_from(words) if queue == FINISHED else None,
    )


def _clocks(rows: Sequence[Row[Any]], day: date, calendar: WorkingDays) -> dict[int, Clock | None]:
    """The clock of each by its id; those accepted on one day have mostly the same."""
    known: dict[tuple[Any, ...], Clock | None] = {}
    found = {}
    for row in rows:
        allowed = rules_of(row.rule_version).days_allowed(
            row.tech_amount, is_disputed=row.is_disputed
        )
        standing = row.state in ON_THE_CLOCK, row.state == CORRECTION
        key = (*standing, row.accepted_on, row.rule_version, allowed)
        if key not in known:
            known[key] = clock_on(row, day, calendar)
        found[row.id] = known[key]
    return found


def _waiting(seen: list[ColumnElement[bool]]) -> list[Row[Any]]:
    columns = (
        *(Contract.id, Contract.state, Contract.accepted_on, Contract.tech_amount),
        *(Contract.is_disputed, Contract.rule_version),
    )
    asked = select(*columns).where(*seen, stands_in(*ON_THE_CLOCK, *CHANGING))
    return list(db.session.execute(asked))


def _submitted(seen: list[ColumnElement[bool]], actor: Actor) -> dict[str, Select[int]]:
    """The ids of what waits to be accepted, large ones first, for each queue that has such."""
    asked = (
        select(Contract.id)
        .where(*seen, stands_in(SUBMITTED))
        .order_by(func.coalesce(Contract.tech_amount, 0).desc(), Contract.id)
    )
    found = {ALL: asked, LARGE: asked.where(_is_large())}
    return found | ({MINE: asked} if SUBMITTED in _states_of(actor) else {})


def _is_large() -> ColumnElement[bool]:
    """The same as :meth:`Rules.is_large` or disputed, for queries."""
    reached = (
        and_(Contract.rule_version == one.version, Contract.tech_amount >= one.large_from)
        for one in rule_book().versions.values()
        if one.large_from is not None
    )
    return or_(Contract.is_disputed.is_(True), *reached)


def _count(asked: Select[int] | None) -> int:
    if asked is None:
        return 0
    rows = asked.order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _on_page(
    paging: Paging, first: list[int], between: Select[int] | None, last: list[int]
) -> list[int]:
    """The ids of a page: what runs, what waits to be accepted, what waits for others."""
    found = first[paging.offset : paging.last]
    missing = paging.last - paging.offset - len(found)
    if between is not None and missing:
        skipped = max(paging.offset - len(first), 0)
        found += db.session.scalars(between.offset(skipped).limit(missing))
    before_last = paging.total - len(last)
    return found + last[max(paging.offset - before_last, 0) : max(paging.last - before_last, 0)]


def stands_in(*states: str) -> ColumnElement[bool]:
    """Whether a contract is in one of some states that few contracts of a register are in.

    SQLite takes all states for equally common and would read the whole register for several.
    """
    each = (select(Contract.id).where(Contract.state == state) for state in states)
    return Contract.id.in_(union_all(*each))


def _finished(seen: list[ColumnElement[bool]], registered_from: date | None) -> list[int]:
    """The ids of the newest that are done, at most :data:`MOST` + 1; what was refused comes last.

    Databases differ about where a missing day stands, so no such day is sorted.
    """
    registered = (
        select(Contract.id)
        .where(*seen, *_registered(registered_from))
        .order_by(Contract.registered_on.desc(), Contract.id.desc())
        .limit(MOST + 1)
    )
    found = list(db.session.scalars(registered))
    refused = (
        select(Contract.id)
        .where(*seen, Contract.state == REFUSED)
        .order_by(Contract.id.desc())
        .limit(MOST + 1 - len(found))
    )
    return [*found, *db.session.scalars(refused)]


def _finished_count(seen: list[ColumnElement[bool]]) -> int:
    """How many these are, without reading them."""
    count = 0
    for conditions in (_registered(), [Contract.state == REFUSED]):
        some = select(Contract.id).where(*seen, *conditions).limit(MOST + 1 - count).subquery()
        count += db.session.scalar(select(func.count()).select_from(some)) or 0
    return count


def _registered(since: date | None = None) -> list[ColumnElement[bool]]:
    """The registered ones, said so that the order of their days finds them and not their states."""
    day = Contract.registered_on
    return [
        Contract.state.not_in(WITHOUT_A_DAY),
        day.is_not(None) if since is None else day >= since,
    ]


def _is_in(queue: str, actor: Actor, row: Row[Any]) -> bool:
    if queue == MINE:
        return row.state in _states_of(actor)
    if queue == LARGE:
        is_large = rules_of(row.rule_version).is_large(row.tech_amount)
        return row.state in IN_HAND and (is_large or row.is_disputed)
    states = {ALL: IN_HAND, CORRECTING: (CORRECTION,), CHANGES: CHANGING}
    return row.state in states.get(queue, ())


def _place(row: Row[Any], clock: Clock | None) -> tuple[int, date, int, int]:
    """What runs goes before what waits to be accepted, and that before what waits for others."""
    group = 1 if clock is None else WAITS_FOR_OTHERS if clock.due_on is None else 0
    due = clock.due_on if clock and clock.due_on else date.max
    return group, due, -(row.tech_amount or 0), row.id


def _states_of(actor: Actor) -> set[str]:
    """The states in which a contract waits for somebody with the actor's roles."""
    found: set[str] = set()
    if actor.has_role(Role.REGISTRAR):
        found |= {SUBMITTED, ACCEPTED, EXPERT_REVIEW, CHANGE_EXPERTS, OBJECTION}
    if actor.has_role(Role.REVIEWER):
        found |= {REVIEWING, EXPERT_REVIEW, OBJECTION, *CHANGING}
    return found


def _is_number(words: str) -> bool:
    return len(words) >= NUMBER_FROM and words.isdecimal() and words.isascii()


def _searched_from(words: str) -> date | None:
    """From which day of registration on words are searched for; none where an index finds them."""
    return date(today().year - YEARS_SEARCHED, 1, 1) if words and not _is_number(words) else None


def _numbered(words: str) -> ColumnElement[bool]:
    """The contract with this number, else those whose number begins so."""
    exactly = Contract.number == words
    if db.session.scalar(select(exists().where(exactly))):
        return exactly
    return Contract.number.between(words, words.ljust(LONGEST_NUMBER, "9"))


def _filters(words: str, class_name: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if _is_number(words):
        found.append(_numbered(words))
    elif words:
        columns = (Contract.title, Contract.seller_name, Contract.buyer_name, Contract.number)
        found.append(or_(*(column.contains(words, autoescape=True) for column in columns)))
    if class_name:
        found.append(Contract.class_name == class_name)
    return found
