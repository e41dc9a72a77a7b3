"""Building the ledger again from the history of the contracts, and comparing, to the 分.

Each version of a contract says what it counted for from then on. From these alone follows every
posting and every sum; what the ledger holds otherwise is a difference, and is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from marketplace.contracts.facts import Counted
from marketplace.contracts.ledger.posting import (
    Booking,
    Hands,
    SumKey,
    add_to_sums,
    differences,
)
from marketplace.contracts.models import (
    DIMENSIONS,
    Contract,
    ContractVersion,
    LedgerEntry,
    LedgerSum,
)
from marketplace.contracts.models.ledger import DEREGISTER, REVOKE

SHOWN = 20
AT_ONCE = 5_000
NOBODY = Hands("", "")

Posted = tuple[str, str, int, date, int, int, int, tuple[str, ...]]


@dataclass(frozen=True)
class Difference:
    """One place where the ledger isn't what the history gives; ``what`` names it for programs."""

    what: str
    subject: str
    expected: str
    found: str


@dataclass
class Verification:
    """What was compared, and every difference (the first :data:`SHOWN` of them in words)."""

    contracts: int = 0
    versions: int = 0
    entries: int = 0
    sums: int = 0
    position: int = 0
    turnover: int = 0
    tech_amount: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything agrees."""
        return self.differing == 0

    def note(self, what: str, subject: str, expected: object, found: object) -> None:
        """Count a difference, and keep it where few were found before."""
        self.differing += 1
        if len(self.differences) < SHOWN:
            self.differences.append(Difference(what, subject, str(expected), str(found)))


def verify_ledger(session: Session) -> Verification:
    """Rebuild postings and sums from the versions of all contracts, and compare.

    Reads only, in one transaction; on PostgreSQL the caller may make it a snapshot.
    """
    result = Verification(position=session.scalar(select(func.max(LedgerEntry.id))) or 0)
    sums: dict[SumKey, list[int]] = {}
    entries = _grouped(_entries(session))
    posted = next(entries, None)
    for contract_id, versions in _grouped(_versions(session)):
        while posted is not None and posted[0] < contract_id:
            _note_strangers(result, posted)
            posted = next(entries, None)
        found = posted[1] if posted is not None and posted[0] == contract_id else []
        if found:
            posted = next(entries, None)
        _compare_contract(result, sums, contract_id, versions, found)
    while posted is not None:
        _note_strangers(result, posted)
        posted = next(entries, None)
    _compare_sums(session, result, sums)
    return result


def _versions(session: Session) -> Iterator[Row[Any]]:
    asked = (
        select(
            ContractVersion.contract_id,
            ContractVersion.version,
            ContractVersion.event,
            ContractVersion.counts_on,
            ContractVersion.turnover,
            ContractVersion.tech_amount,
            ContractVersion.facts,
            Contract.is_demo,
        )
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .order_by(ContractVersion.contract_id, ContractVersion.version)
    )
    return iter(session.execute(asked.execution_options(yield_per=AT_ONCE)))


def _entries(session: Session) -> Iterator[Row[Any]]:
    asked = select(
        LedgerEntry.contract_id,
        LedgerEntry.version,
        LedgerEntry.event,
        LedgerEntry.line,
        LedgerEntry.month,
        LedgerEntry.counts_on,
        LedgerEntry.d_count,
        LedgerEntry.d_turnover,
        LedgerEntry.d_tech_amount,
        *(getattr(LedgerEntry, name) for name in DIMENSIONS),
    ).order_by(LedgerEntry.contract_id, LedgerEntry.id)
    return iter(session.execute(asked.execution_options(yield_per=AT_ONCE)))


def _grouped(rows: Iterator[Row[Any]]) -> Iterator[tuple[int, list[Row[Any]]]]:
    for contract_id, group in groupby(rows, key=attrgetter("contract_id")):
        yield contract_id, list(group)


def _compare_contract(
    result: Verification,
    sums: dict[SumKey, list[int]],
    contract_id: int,
    versions: list[Row[Any]],
    entries: list[Row[Any]],
) -> None:
    result.contracts += 1
    result.versions += len(versions)
    result.entries += len(entries)
    expected: list[tuple[int, Posted]] = []
    before: Counted | None = None
    for version in versions:
        after = (
            None
            if version.event in (DEREGISTER, REVOKE)
            else Counted(version.turnover, version.tech_amount, version.facts)
        )
        booking = Booking(
            contract_id=contract_id,
            version=version.version,
            event=version.event,
            counts_on=version.counts_on,
            registered_on=versions[0].counts_on,
            before=before,
            after=after,
            hands=NOBODY,
        )
        for count, turnover, tech_amount, facts in differences(before, after):
            codes = tuple(facts[name] for name in DIMENSIONS)
            place = (booking.event, booking.line, booking.month, booking.counts_on)
            expected.append((version.version, (*place, count, turnover, tech_amount, codes)))
            add_to_sums(
                sums,
                (bool(version.is_demo), booking.month, booking.line),
                (count, turnover, tech_amount),
                facts,
            )
            result.turnover += turnover
            result.tech_amount += tech_amount
        before = after
    found = [(entry.version, _posted(entry)) for entry in entries]
    if sorted(expected) != sorted(found):
        result.note("entries", f"contract {contract_id}", expected, found)


def _posted(entry: Row[Any]) -> Posted:
    return (
        entry.event,
        entry.line,
        entry.month,
        entry.counts_on,
        entry.d_count,
        entry.d_turnover,
        entry.d_tech_amount,
        tuple(getattr(entry, name) for name in DIMENSIONS),
    )


def _note_strangers(result: Verification, posted: tuple[int, list[Row[Any]]]) -> None:
    """Postings of a contract that has no history."""
    contract_id, entries = posted
    result.entries += len(entries)
    result.note("no_history", f"contract {contract_id}", "no entries", f"{len(entries)} entries")


def _compare_sums(
    session: Session, result: Verification, expected: dict[SumKey, list[int]]
) -> None:
    left = dict(expected)
    for row in session.execute(select(*LedgerSum.__table__.columns)):
        key = (bool(row.is_demo), row.dimension, row.month, row.code, row.line)
        amounts = [row.count, row.turnover, row.tech_amount]
        result.sums += 1
        wanted = left.pop(key, [0, 0, 0])
        if wanted != amounts:
            result.note("sum", _sum_name(key), wanted, amounts)
    for key, amounts in left.items():
        if any(amounts):
            result.note("sum", _sum_name(key), amounts, "nothing")


def _sum_name(key: SumKey) -> str:
    is_demo, dimension, month, code, line = key
    return f"{dimension or 'all'} {code} {month} {line}{' demo' if is_demo else ''}"
