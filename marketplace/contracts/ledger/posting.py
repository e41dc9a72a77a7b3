"""Posting: from what a contract counted for, and counts for now, to entries and sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Executable, Select, Table, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.contracts.facts import Counted, Facts
from marketplace.contracts.models.ledger import (
    AMEND,
    DIMENSIONS,
    REGISTER,
    LedgerEntry,
    LedgerSum,
)
from marketplace.core.actor import Actor
from marketplace.core.bulk import insert_rows
from marketplace.core.db import db, now
from marketplace.core.locks import lock_until_commit
from marketplace.core.postgresql import is_postgresql

REGISTERED, AMENDED, CANCELLED, CANCELLED_EARLIER = "R", "A", "C", "P"
LINES = (REGISTERED, AMENDED, CANCELLED, CANCELLED_EARLIER)
ALL = ""
AMOUNTS = ("count", "turnover", "tech_amount")
COLUMNS = ("is_demo", "dimension", "month", "code", "line", *AMOUNTS)

Difference = tuple[int, int, int, Facts]
SumKey = tuple[bool, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Hands:
    """Through whose hands a posting went: who entered the contract, and who let it count."""

    entered_by: str
    released_by: str
    entered_by_id: int | None = None
    released_by_id: int | None = None

    @classmethod
    def of(cls, entered: Actor, released: Actor) -> Hands:
        """The same from the two who acted."""
        return cls(entered.name, released.name, entered.person_id, released.person_id)

    def as_columns(self) -> dict[str, Any]:
        """As versions and entries keep them."""
        return {
            "entered_by": self.entered_by,
            "entered_by_id": self.entered_by_id,
            "released_by": self.released_by,
            "released_by_id": self.released_by_id,
        }


@dataclass(frozen=True, slots=True)
class Booking:
    """One event of one contract that is to be posted.

    ``before`` is what the contract counted for until now, ``after`` what it counts for from now
    on, nothing where it doesn't count. ``registered_on`` decides on which line a cancellation
    stands.
    """

    contract_id: int
    version: int
    event: str
    counts_on: date
    registered_on: date
    before: Counted | None
    after: Counted | None
    hands: Hands
    batch_id: int | None = None
    is_demo: bool = False

    @property
    def line(self) -> str:
        """The line of the statistics that it changes."""
        if self.event == REGISTER:
            return REGISTERED
        if self.event == AMEND:
            return AMENDED
        is_of_this_year = self.registered_on.year == self.counts_on.year
        return CANCELLED if is_of_this_year else CANCELLED_EARLIER

    @property
    def month(self) -> int:
        """Year × 100 + month in which it counts."""
        return self.counts_on.year * 100 + self.counts_on.month


def hold_ledger(session: Session) -> None:
    """Wait until whoever posted before has committed; nobody else posts before this has."""
    lock_until_commit(session, "ledger")


def post(session: Session, bookings: Sequence[Booking]) -> None:
    """Add the differences that the bookings make to the ledger, and to its sums.

    To be called in the transaction that changes the contracts. Whoever posts waits for whoever
    posted before to have committed, so positions in the ledger are in the order of commits.
    """
    if not bookings:
        return
    hold_ledger(session)
    moment = now()
    entries = []
    sums: dict[SumKey, list[int]] = {}
    for booking in bookings:
        shared = {
            "contract_id": booking.contract_id,
            "version": booking.version,
            "event": booking.event,
            "line": booking.line,
            "counts_on": booking.counts_on,
            "month": booking.month,
            "batch_id": booking.batch_id,
            "is_demo": booking.is_demo,
            "at": moment,
            **booking.hands.as_columns(),
        }
        for count, turnover, tech_amount, facts in differences(booking.before, booking.after):
            amounts = {"d_count": count, "d_turnover": turnover, "d_tech_amount": tech_amount}
            entries.append({**shared, **amounts, **facts})
            add_to_sums(
                sums,
                (booking.is_demo, booking.month, booking.line),
                (count, turnover, tech_amount),
                facts,
            )
    if entries:
        insert_rows(session, cast(Table, LedgerEntry.__table__), entries)
        _add_sums(session, sums)


def differences(before: Counted | None, after: Counted | None) -> Iterator[Difference]:
    """What has to be added so that ``after`` counts where ``before`` did.

    One row of differences where both stand under the same codes; else the old leaves its place
    and the new takes another. Nothing where nothing that counts has changed.
    """
    if before and after and before.facts == after.facts:
        turnover = after.turnover - before.turnover
        tech_amount = after.tech_amount - before.tech_amount
        if turnover or tech_amount:
            yield 0, turnover, tech_amount, after.facts
        return
    if before:
        yield -1, -before.turnover, -before.tech_amount, before.facts
    if after:
        yield 1, after.turnover, after.tech_amount, after.facts


def add_to_sums(
    sums: dict[SumKey, list[int]],
    place: tuple[bool, int, str],
    amounts: tuple[int, int, int],
    facts: Facts,
) -> None:
    """Add a difference under each of its codes; ``place`` is demo or not, month, line."""
    is_demo, month, line = place
    for dimension, code in ((ALL, ALL), *((name, facts[name]) for name in DIMENSIONS)):
        key = (is_demo, dimension, month, code, line)
        kept = sums.get(key)
        if kept is None:
            sums[key] = list(amounts)
        else:
            for index, amount in enumerate(amounts):
                kept[index] += amount


def _add_sums(session: Session, sums: dict[SumKey, list[int]]) -> None:
    table = cast(Table, LedgerSum.__table__)
    rows = [(*key, *amounts) for key, amounts in sorted(sums.items())]
    if is_postgresql(db.engine):
        # One statement: each of several would wait for the server's answer to the one before.
        statement = postgresql.insert(table).from_select(COLUMNS, _as_table(table, rows))
        session.execute(_added(table, statement))
    else:
        named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        session.execute(_added(table, sqlite.insert(table)), named)


def _as_table(table: Table, rows: Sequence[tuple[Any, ...]]) -> Select[Any]:
    arrays = [
        literal(list(values), postgresql.ARRAY(table.c[name].type))
        for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True)
    ]
    return select(func.unnest(*arrays).table_valued(*COLUMNS).render_derived())


def _added(table: Table, statement: Any) -> Executable:
    """The statement, adding to the sums that stand already."""
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: table.c[name] + statement.excluded[name] for name in AMOUNTS},
    )
