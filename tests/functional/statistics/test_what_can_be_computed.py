"""Board, tables, editions and goals together tell no sum of fewer than three contracts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import count, product
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.contracts.ledger.posting import CANCELLED, CANCELLED_EARLIER, REGISTERED
from marketplace.contracts.models import LedgerEntry
from marketplace.contracts.models.ledger import REGISTER
from marketplace.core.db import db
from marketplace.statistics.board import board_now
from marketplace.statistics.editions import decide_edition, propose_edition
from marketplace.statistics.figures import LINES, MONTHS, Figures
from marketplace.statistics.indicators import COMPUTED
from marketplace.statistics.keeping_goals import choose_basis
from marketplace.statistics.models import Edition
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.states import CONFIRM_EDITION
from marketplace.statistics.tables import reading, seen
from marketplace.statistics.tables.declared import families_of
from marketplace.statistics.tables.exposure import LEAST_CONTRACTS
from marketplace.statistics.tables.periods import Period
from marketplace.statistics.tables.rows import REST, TOTAL, Family
from marketplace.statistics.told import read_told
from tests.functional.statistics.conftest import (
    amend,
    cancel,
    luxin,
    mengzhao,
    register,
    set_goal_row,
)

YEAR = 2021
OF_CLASSES = "turnover_of_transfers_and_licences"

PRIME = 2**61 - 1
CLASS_OF = {"DEV": "技术开发", "SRV": "技术服务", "TRF": "技术转让", "LIC": "技术许可"}


@dataclass(frozen=True)
class Cell:
    """A posting under one dimension, or a place where there could be one."""

    id: int
    position: int
    month: int
    line: str
    codes: dict[str, str]
    entry: LedgerEntry | None = None

    @classmethod
    def of(cls, entry: LedgerEntry, dimension: str) -> Cell:
        codes = {dimension: getattr(entry, dimension)}
        return cls(entry.id, entry.id, entry.month, entry.line, codes, entry)

    def code(self, dimension: str) -> str | None:
        """The code in a dimension; classes follow from subtypes."""
        if dimension == "contract_class" and "subtype" in self.codes:
            name = CLASS_OF[self.codes["subtype"][:3]]
            is_wider = name == "技术许可" and self.month // 100 < 2021
            return "技术转让" if is_wider else name
        return self.codes.get(dimension)


Entries = list[Cell]
Known = frozenset[int]
"""A sum that the public knows: the postings that it adds up, by their place in the ledger."""


def publish(kind: str, month: int) -> None:
    form = {"kind": kind, "year": str(YEAR), "last_month": str(month), "note": ""}
    decide_edition(luxin, propose_edition(mengzhao, form), CONFIRM_EDITION, "")


def choose_classes() -> None:
    set_goal_row("achievement_turnover", YEAR, "500")
    choose_basis(mengzhao, "achievement_turnover", {"basis": OF_CLASSES, "reason": "会议纪要"})


def chosen(entries: Entries, *conditions: Callable[[Cell], bool]) -> Known:
    return frozenset(one.id for one in entries if all(holds(one) for holds in conditions))


def counts(one: Cell) -> bool:
    return one.line != CANCELLED_EARLIER


def of_year(year: int, last: int, first: int = 1) -> Callable[[Cell], bool]:
    return lambda one: year * 100 + first <= one.month <= year * 100 + last


def in_row(family: Family, key: str) -> Callable[[Cell], bool]:
    if key == TOTAL:
        return counts
    if key == reading.EARLIER:
        return lambda one: not counts(one)
    line = next(one for one in family.lines if one.key == key)
    return lambda one: counts(one) and (one.code(family.dimension) in line.codes) != (key == REST)


def told_by_tables(entries: Entries, dimension: str) -> Iterator[Known]:
    """Every row of every table up to every open point of both years."""
    stand = reading.read_stand(db.session, is_public=True)
    families = families_of(stand.is_demo)
    years = (YEAR - 1, YEAR)
    sums = reading.read_sums(db.session, stand, years, families.values())
    told = read_told(db.session, years, is_demo=stand.is_demo)
    public = seen.Public(sums, families.values(), stand, told=told)
    for family in (families[dimension], families[""]):
        figures = seen.Figures(sums, family, stand, public=public)
        keys = [TOTAL, reading.EARLIER, *(line.key for line in family.lines)]
        for year in years:
            for month in range(1, 13):
                for key in keys:
                    if figures.is_open(key, Period.to_month(year, month)):
                        yield chosen(entries, in_row(family, key), of_year(year, month))


def told_by_figures(
    entries: Entries, figures: Figures, year: int, last: int, dimensions: Iterable[str]
) -> Iterator[Known]:
    """What a board or an edition says of one year."""
    period = of_year(year, last)
    if not figures.is_total_withheld:
        yield chosen(entries, counts, period)
    for month in range(1, last + 1):
        if (MONTHS, str(year * 100 + month)) not in figures.withheld:
            yield chosen(entries, counts, of_year(year, month, month))
    for line in (CANCELLED, CANCELLED_EARLIER):
        if (LINES, line) not in figures.withheld:
            yield chosen(entries, lambda one, line=line: one.line == line, period)  # type: ignore[misc]
    for name in dimensions:
        codes = {one.code(name) for one in entries}
        for code in codes - {None}:
            if (name, code) not in figures.withheld:
                yield chosen(
                    entries,
                    counts,
                    period,
                    lambda one, name=name, code=code: one.code(name) == code,  # type: ignore[misc]
                )


def told_by_boards(entries: Entries, dimension: str) -> Iterator[Known]:
    board = board_now(db.session, YEAR, is_public=True)
    yield from told_by_figures(entries, board.figures, YEAR, 12, ())
    yield from told_by_figures(entries, board.before, YEAR - 1, 12, ())
    for line in board.lines:
        if line.actual is not None and line.basis == OF_CLASSES and dimension == "subtype":
            yield chosen(entries, counts, of_year(YEAR, 12), is_of_classes)


def is_of_classes(one: Cell) -> bool:
    return one.code("contract_class") in COMPUTED[OF_CLASSES].classes


def told_by_editions(entries: Entries, dimension: str) -> Iterator[Known]:
    for edition in db.session.scalars(select(Edition)):
        before = [one for one in entries if one.position <= edition.position]
        content = edition.content
        last = edition.last_month
        for name, year in (("figures", YEAR), ("figures_before", YEAR - 1)):
            figures = Figures.of_content(content[name])
            tied = {dimension, "contract_class"} if dimension == "subtype" else {dimension}
            told = tied.intersection(content["dimensions"])
            yield from told_by_figures(before, figures, year, last, told)
        for line in content["goals"]:
            is_told = line["actual"] is not None and line["basis"] == OF_CLASSES
            if is_told and dimension == "subtype":
                yield chosen(before, counts, of_year(YEAR, last), is_of_classes)


def with_empty_cells(entries: list[LedgerEntry], dimension: str) -> Entries:
    """The postings, and one of nothing wherever there could be one, for nobody knows of none."""
    codes = {getattr(one, dimension) for one in entries}
    places = [0, *(edition.position for edition in db.session.scalars(select(Edition)))]
    number = count(max((one.id for one in entries), default=0) + 1)
    empty = [
        Cell(next(number), place + 1, year * 100 + month, line, {dimension: code})
        for place, year, month, line, code in product(
            places, (YEAR - 1, YEAR), range(1, 13), (REGISTERED, CANCELLED), codes
        )
    ]
    return [*(Cell.of(one, dimension) for one in entries), *empty]


def small_and_known(entries: Entries, known: set[Known]) -> list[Entries]:
    """Postings of few contracts that no public sum tells apart, and whose own sum follows."""
    real = {one.id for one in entries if one.entry is not None}
    nothing = set().union(*(each for each in known if not each & real))
    sums = [each - nothing for each in known if each & real]
    inside: dict[int, list[int]] = {one.id: [] for one in entries if one.id not in nothing}
    for n, each in enumerate(sums):
        for number in each:
            inside[number].append(n)
    atoms: dict[tuple[int, ...], Entries] = {}
    for one in entries:
        if one.id in inside:
            atoms.setdefault(tuple(inside[one.id]), []).append(one)
    rows: list[dict[int, int]] = [{} for _ in sums]
    for place, members in enumerate(atoms):
        for n in members:
            rows[n][place] = 1
    pivots: dict[int, dict[int, int]] = {}
    for row in rows:
        if reduced := less_all(row, pivots):
            place = min(reduced)
            inverse = pow(reduced[place], -1, PRIME)
            pivots[place] = {at: by * inverse % PRIME for at, by in reduced.items()}
    return [
        postings
        for place, postings in enumerate(atoms.values())
        if is_small(postings) and not less_all({place: 1}, pivots)
    ]


def less_all(row: dict[int, int], pivots: dict[int, dict[int, int]]) -> dict[int, int]:
    """What is left of a sum when all known ones are taken off, reckoned modulo a large prime."""
    row = dict(row)
    left: dict[int, int] = {}
    while row:
        place = min(row)
        factor = row.pop(place)
        pivot = pivots.get(place)
        if pivot is None:
            left[place] = factor
            continue
        for at, by in pivot.items():
            if at != place:
                if value := (row.get(at, 0) - factor * by) % PRIME:
                    row[at] = value
                else:
                    row.pop(at, None)
    return left


def is_small(cells: Entries) -> bool:
    """Whether a price could be read off: amendments alone are differences, and tell none."""
    postings = [one.entry for one in cells if one.entry is not None]
    if all(one.event != REGISTER for one in postings) or not any(counts(one) for one in cells):
        return False
    totals = (
        sum(one.d_count for one in postings),
        sum(one.d_turnover for one in postings),
        sum(one.d_tech_amount for one in postings),
    )
    return any(totals) and len({one.contract_id for one in postings}) < LEAST_CONTRACTS


def check_everything_public() -> None:
    """Dimension by dimension: only the sum of all contracts ties one to another."""
    db.session.rollback()
    found = list(db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)))
    for dimension in ("subtype", "seller_division"):
        entries = with_empty_cells(found, dimension)
        known = {
            one
            for told in (told_by_tables, told_by_boards, told_by_editions)
            for one in told(entries, dimension)
            if one
        }
        leaks = small_and_known(entries, known)
        assert not leaks, [[str(one) for one in cells if one.entry] for cells in leaks]


ACTS = ("some",) * 4 + ("one", "amend", "cancel", "publish", "publish")


@pytest.mark.parametrize("seed", range(2))
def test_no_subtraction_over_all_that_is_public_tells_a_few_contracts(
    app: Flask, seed: int
) -> None:
    play(Random(seed), 24)
    check_everything_public()


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(100, 146))
def test_it_tells_none_of_many_registers_either(app: Flask, seed: int) -> None:
    play(Random(seed), 16 + seed % 20)
    check_everything_public()


def play(random: Random, steps: int) -> None:
    """Fill a register, publish in between, and go on changing it in months that were published."""
    choose_classes()
    contracts: list[int] = []
    published: set[tuple[str, int]] = set()
    for _ in range(steps):
        act, year = random.choice(ACTS), YEAR - (random.random() < 0.2)
        month, amount = random.randint(1, 12), random.randint(1, 10**9)
        if act in ("some", "one") or not contracts:
            classes = ("技术开发", "技术服务", "技术转让", *(("技术许可",) if year == YEAR else ()))
            where = random.choice(classes), random.choice(("410102", "410103", "410105"))
            number = random.randint(2, 6) if act == "some" else 1
            on = date(year, month, 15)
            contracts.extend(add(amount + n * n, on, *where) for n in range(number))
        elif act == "amend":
            amend(random.choice(contracts), amount, date(YEAR, month, 16))
        elif act == "cancel":
            cancel(contracts.pop(random.randrange(len(contracts))), date(YEAR, month, 17))
        elif (edition := (random.choice(("board", "tables")), month)) not in published:
            with suppress(FormProblems):
                publish(*edition)
                published.add(edition)


def add(amount: int, on: date, class_name: str, division: str) -> int:
    return register(amount, on, class_name=class_name, division=division)
