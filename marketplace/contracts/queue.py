"""What staff have in hand: by the legal clock, then by size; reading only.

What is in hand is some hundreds of contracts, and a day of its clock follows from holidays: so
the order is found here and not by the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from marketplace.contracts.clock import Clock, ClockState, clock_of
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import rules_of
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
DONE = (REGISTERED, *CHANGING, REFUSED, DEREGISTERED, REVOKED)
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
    """One page of a queue, how many each has, and how many are overdue or soon to be done."""

    rows: Sequence[Queued]
    counts: dict[str, int]
    paging: Paging
    overdue: int
    soon: int


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
    waiting = _waiting(seen)
    clocks = {row.id: clock_on(row, day, calendar) for row in waiting}
    chosen = {name: [row for row in waiting if _is_in(name, actor, row)] for name in QUEUES}
    finished = select(func.count(Contract.id)).where(*seen, Contract.state.in_(DONE))
    counts = {name: len(rows) for name, rows in chosen.items()}
    counts[FINISHED] = db.session.scalar(finished) or 0
    paging = page_at(page, counts[queue], PAGE)
    if queue == FINISHED:
        found = _finished(seen, paging)
    else:
        ordered = sorted(chosen[queue], key=lambda row: _place(row, clocks[row.id]))
        ids = [row.id for row in ordered[paging.offset : paging.offset + PAGE]]
        by_id = {
            one.id: one for one in db.session.scalars(select(Contract).where(Contract.id.in_(ids)))
        }
        found = [by_id[number] for number in ids]
    states = [clock.state for clock in clocks.values() if clock]
    return Queue(
        rows=[Queued(one, clocks.get(one.id)) for one in found],
        counts=counts,
        paging=paging,
        overdue=states.count(ClockState.OVERDUE),
        soon=states.count(ClockState.SOON),
    )


def _waiting(seen: list[ColumnElement[bool]]) -> list[Row[Any]]:
    columns = (
        *(Contract.id, Contract.state, Contract.accepted_on, Contract.tech_amount),
        *(Contract.is_disputed, Contract.rule_version, Contract.submitted_at),
    )
    states = (*IN_HAND, *CHANGING)
    asked = select(*columns).where(*seen, Contract.state.in_(states))
    return list(db.session.execute(asked))


def _finished(seen: list[ColumnElement[bool]], paging: Paging) -> list[Contract]:
    asked = (
        select(Contract)
        .where(*seen, Contract.state.in_(DONE))
        .order_by(Contract.registered_on.desc(), Contract.id.desc())
        .limit(PAGE)
        .offset(paging.offset)
    )
    return list(db.session.scalars(asked))


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
    group = 1 if clock is None else 2 if clock.due_on is None else 0
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


def _filters(words: str, class_name: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words:
        columns = (Contract.title, Contract.seller_name, Contract.buyer_name, Contract.number)
        found.append(or_(*(column.contains(words, autoescape=True) for column in columns)))
    if class_name:
        found.append(Contract.class_name == class_name)
    return found
