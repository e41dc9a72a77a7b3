"""Building the ledger again from the history of the contracts, and comparing, to the 分.

Each version of a contract says what it counted for from then on. From these alone follows every
posting and every sum, and with the steps that the contract took what its own row says; what is
held otherwise is a difference, and is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session

from marketplace.contracts.facts import Counted
from marketplace.contracts.ledger.contract_rows import (
    contract_rows,
    last_steps,
    mended_numbers,
    wrong_columns,
)
from marketplace.contracts.ledger.posting import (
    Booking,
    Hands,
    SumKey,
    add_to_sums,
    differences,
)
from marketplace.contracts.models import (
    DIMENSIONS,
    ContractVersion,
    LedgerEntry,
    LedgerSum,
)
from marketplace.contracts.models.ledger import DEREGISTER, REVOKE
from marketplace.core.db import snapshot

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
    """What was compared, and every difference (the first :data:`SHOWN` of them in words).

    ``contracts`` are those that have versions; ``wrong_contracts`` the ids of all whose postings
    or whose own rows differ.
    """

    contracts: int = 0
    versions: int = 0
    entries: int = 0
    sums: int = 0
    position: int = 0
    turnover: int = 0
    tech_amount: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)
    wrong_contracts: list[int] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything agrees."""
        return self.differing == 0

    def note(self, what: str, subject: str, expected: object, found: object) -> None:
        """Count a difference, and keep it where few were found before."""
        self.differing += 1
        if len(self.differences) < SHOWN:
            self.differences.append(Difference(what, subject, str(expected), str(found)))

    def note_contract(self, what: str, contract_id: int, expected: object, found: object) -> None:
        """The same about a contract, which is named however many there are."""
        self.note(what, f"contract {contract_id}", expected, found)
        if self.wrong_contracts[-1:] != [contract_id]:
            self.wrong_contracts.append(contract_id)


def verify_ledger_now() -> Verification:
    """Verify what stands at one moment, however many write meanwhile."""
    with snapshot() as connection:
        return verify_ledger(connection)


def verify_ledger(reading: Session | Connection) -> Verification:
    """Rebuild postings and sums from the versions of all contracts, and compare; compare the rows.

    Reads only, several times, as the transaction that is open sees it.
    """
    result = Verification(position=reading.scalar(select(func.max(LedgerEntry.id))) or 0)
    sums: dict[SumKey, list[int]] = {}
    versions = _Grouped(_read(reading, _versions()))
    entries = _Grouped(_read(reading, _entries()))
    steps = _Grouped(_read(reading, last_steps()))
    mended = _Grouped(_read(reading, mended_numbers()))
    for contract in _read(reading, contract_rows()):
        history = versions.of(contract.id)
        _compare_postings(result, sums, contract, history, entries.of(contract.id))
        step = next(iter(steps.of(contract.id)), None)
        wrong = list(wrong_columns(contract, history, step, mended.of(contract.id)))
        if wrong:
            expected, found = (
                ", ".join(f"{one[0]} {one[side]}" for one in wrong) for side in (1, 2)
            )
            result.note_contract("contract", contract.id, expected, found)
    for contract_id in sorted({*versions.left(), *entries.left(), *steps.left()}):
        result.note_contract("no_contract", contract_id, "a contract", "its history alone")
    _compare_sums(reading, result, sums)
    return result


class _Grouped:
    """Rows in the order of their ``contract_id``, given out contract by contract."""

    def __init__(self, rows: Iterator[Row[Any]]) -> None:
        self._groups = groupby(rows, key=attrgetter("contract_id"))
        self._strangers: list[int] = []
        self._go_on()

    def of(self, contract_id: int) -> list[Row[Any]]:
        """The rows of a contract; to be asked in the order of the ids."""
        while self._next is not None and self._next[0] < contract_id:
            self._strangers.append(self._next[0])
            self._go_on()
        if self._next is None or self._next[0] != contract_id:
            return []
        rows = self._next[1]
        self._go_on()
        return rows

    def left(self) -> list[int]:
        """The ids that nobody has asked for."""
        while self._next is not None:
            self._strangers.append(self._next[0])
            self._go_on()
        return self._strangers

    def _go_on(self) -> None:
        found = next(self._groups, None)
        self._next = (found[0], list(found[1])) if found else None


def _read(reading: Session | Connection, asked: Select[*tuple[Any, ...]]) -> Iterator[Row[Any]]:
    return iter(reading.execute(asked.execution_options(yield_per=AT_ONCE)))


def _versions() -> Select[Any]:
    return select(
        ContractVersion.contract_id,
        ContractVersion.version,
        ContractVersion.event,
        ContractVersion.counts_on,
        ContractVersion.turnover,
        ContractVersion.tech_amount,
        ContractVersion.facts,
        ContractVersion.terms,
    ).order_by(ContractVersion.contract_id, ContractVersion.version)


def _entries() -> Select[Any]:
    return select(
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


def _compare_postings(
    result: Verification,
    sums: dict[SumKey, list[int]],
    contract: Row[Any],
    versions: Sequence[Row[Any]],
    entries: Sequence[Row[Any]],
) -> None:
    result.contracts += bool(versions)
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
            contract_id=contract.id,
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
                (bool(contract.is_demo), booking.month, booking.line),
                (count, turnover, tech_amount),
                facts,
            )
            result.turnover += turnover
            result.tech_amount += tech_amount
        before = after
    found = [(entry.version, _posted(entry)) for entry in entries]
    if sorted(expected) != sorted(found):
        what = "entries" if versions else "no_history"
        result.note_contract(what, contract.id, expected, found)


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


def _compare_sums(
    reading: Session | Connection, result: Verification, expected: dict[SumKey, list[int]]
) -> None:
    left = dict(expected)
    for row in reading.execute(select(*LedgerSum.__table__.columns)):
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
