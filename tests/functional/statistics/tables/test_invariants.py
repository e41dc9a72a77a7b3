"""Whatever a register holds, its tables agree with each other and with its contracts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.core.actor import Actor, ActorKind, Role
from marketplace.core.db import db
from marketplace.statistics.tables.declared import INSIDE_KEY, TABLES
from marketplace.statistics.tables.opening import all_postings, find_opened, sum_of
from marketplace.statistics.tables.pages import Asked, TablePage, lay_out, read_table, stand_for
from marketplace.statistics.tables.periods import Available, Period
from marketplace.statistics.tables.reading import EARLIER, Stand
from marketplace.statistics.tables.rows import REST, TOTAL, Family
from marketplace.statistics.tables.seen import Figures, Public
from marketplace.statistics.tables.views import BlockView
from tests.functional.statistics.tables.register import random_contracts, store, sums_of

STAFF = Actor(ActorKind.PERSON, "统计", 1, 1, frozenset({Role.STAT}))
Reader = Callable[[Asked], TablePage]
PERIODS = (
    Period.to_month(2021, 12),
    Period.to_month(2021, 5),
    Period.of_quarter(2021, 2),
    Period.of_month(2021, 7),
    Period.to_month(2020, 12),
)


@pytest.fixture
def register(app: Flask) -> Iterator[Flask]:
    """A small random register, the same each time."""
    store(random_contracts(Random(7), 60))
    with app.test_request_context():
        yield app


def read_for_staff(asked: Asked) -> TablePage:
    return read_table(db.session, STAFF, asked, stand_for(db.session, STAFF))


def views(number: int, period: Period) -> list[BlockView]:
    return read_for_staff(Asked(number, period)).views


def added(view: BlockView) -> Sum:
    found = NOTHING
    for row in view.rows:
        if row.depth == 0 and row.now is not None:
            found += row.now
    return found


def row_of(view: BlockView, key: str) -> Sum:
    row = view.row(key)
    return row.now if row is not None and row.now is not None else NOTHING


def check_tables(period: Period, read: Reader) -> None:
    def views(number: int, period: Period, *, is_of_four: bool = False) -> list[BlockView]:
        return read(Asked(number, period, is_of_four)).views

    total = total_of(read(Asked(1, period)), period)
    for number in (2, 3, 4, 5, 8):
        for view in views(number, period):
            assert view.total.now == total
            assert added(view) == total, (number, view.block.key)
            check_parts(view)
    (four,) = views(2, period, is_of_four=True)
    assert added(four) == total
    out, into = views(6, period)
    assert (out.total.now, added(out)) == (total, total)
    assert added(into) == into.total.now
    sent, taken, both = views(7, period)
    assert added(sent) == sent.total.now
    assert added(taken) == taken.total.now
    assert taken.total.now == into.total.now
    inside = row_of(both, INSIDE_KEY)
    assert row_of(sent, INSIDE_KEY) == row_of(taken, INSIDE_KEY) == inside
    assert row_of(both, "once") == row_of(both, "all-out") + row_of(both, "all-in") - inside
    assert row_of(both, "once") + row_of(both, "rest") == total


def total_of(page: TablePage, period: Period) -> Sum | None:
    """What the headline counts in a period."""
    rows = [*page.view.rows, *page.months]
    wanted = (period.after, period.last)
    return next(row.now for row in rows if (row.period.after, row.period.last) == wanted)


def check_parts(view: BlockView) -> None:
    """Every row with rows below it is their sum."""
    whole, parts = None, NOTHING
    for row in [*view.rows, None]:
        if row is not None and row.depth and row.now is not None:
            parts += row.now
            continue
        if whole is not None and parts != NOTHING:
            assert whole.now == parts, whole.key
        whole, parts = row, NOTHING


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_the_tables_agree_with_each_other(register: Flask, period: Period) -> None:
    check_tables(period, read_for_staff)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.integers(0, 2**32), st.integers(1, 40), st.sampled_from(PERIODS))
def test_the_tables_of_any_register_agree(
    app: Flask, seed: int, count: int, period: Period
) -> None:
    sums = sums_of(random_contracts(Random(seed), count))
    stand = Stand(False, Available(202001, 202112), 0, None)
    with app.test_request_context():
        check_tables(
            period,
            lambda asked: lay_out(asked, stand, sums, public=None),
        )


@pytest.mark.parametrize("number", sorted(TABLES))
def test_every_figure_opens_to_postings_that_add_up_to_it(register: Flask, number: int) -> None:
    stand = stand_for(db.session, STAFF)
    opened_rows = 0
    for period in PERIODS:
        for view in views(number, period):
            for row in [*view.rows, view.total, view.earlier]:
                opened = find_opened(Asked(number, row.period), stand, row.opens)
                assert opened is not None, row.opens
                postings = list(all_postings(db.session, STAFF, opened))
                listed = Sum(
                    sum(one.count for one in postings),
                    sum(one.turnover for one in postings),
                    sum(one.tech_amount for one in postings),
                )
                assert listed == row.now == sum_of(db.session, opened), (row.opens, str(period))
                opened_rows += bool(postings)
    assert opened_rows > 5


@pytest.mark.parametrize("number", sorted(TABLES))
def test_technology_amounts_are_never_above_the_turnover(register: Flask, number: int) -> None:
    for view in views(number, Period.to_month(2020, 12)):
        for row in view.rows:
            assert row.now is not None
            assert row.now.tech_amount <= row.now.turnover or row.now.count <= 0


def test_months_add_up_to_the_year_to_date(register: Flask) -> None:
    stand = stand_for(db.session, STAFF)
    page = read_table(db.session, STAFF, Asked(1, Period.to_month(2021, 12)), stand)
    found = NOTHING
    for row in page.months:
        assert row.now is not None
        found += row.now
    assert found == page.view.total.now


def test_cancellations_of_earlier_years_stand_on_a_line_of_their_own(register: Flask) -> None:
    view = views(3, Period.to_month(2021, 12))[0]
    assert view.earlier.now is not None
    assert view.earlier.now.count < 0
    assert view.earlier.growth_of("count") is None
    assert view.earlier.key == EARLIER
    assert view.total.key == TOTAL


def atoms(family: Family) -> dict[str, frozenset[str]]:
    """Of which codes each row of a family is made; ``*`` stands for all that no row names."""
    everything = frozenset((*family.codes, "*"))
    named = {line.key: frozenset(line.codes) for line in family.lines}
    return {
        **{key: everything - codes if key == REST else codes for key, codes in named.items()},
        TOTAL: everything,
    }


def solved(rows: list[dict[str, Fraction]]) -> list[tuple[str, dict[str, Fraction]]]:
    """Sums that are known, each with a code that no later one has: exact elimination."""
    found = []
    rest = [dict(row) for row in rows]
    while rest:
        pivot = rest.pop()
        if not pivot:
            continue
        place = next(iter(pivot))
        found.append((place, pivot))
        rest = [less(row, pivot, place) for row in rest]
    return found


def less(row: dict[str, Fraction], pivot: dict[str, Fraction], place: str) -> dict[str, Fraction]:
    factor = row.get(place, Fraction(0)) / pivot[place]
    if not factor:
        return row
    taken = {code: row.get(code, Fraction(0)) - factor * part for code, part in pivot.items()}
    return {code: part for code, part in {**row, **taken}.items() if part}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_small_can_be_computed_from_what_the_public_sees(app: Flask, seed: int) -> None:
    sums = sums_of(random_contracts(Random(seed), 150))
    stand = Stand(False, Available(202001, 202112), 0, None)
    families = {
        block.family.dimension: block.family
        for number in TABLES
        for block in TABLES[number].blocks(PERIODS[0], False, False)
    }
    public = Public(sums, families.values(), stand)
    for family in families.values():
        figures = Figures(sums, family, stand, public=public)
        made_of = atoms(family)
        known = [
            solved(
                [
                    dict.fromkeys(codes, Fraction(1))
                    for key, codes in made_of.items()
                    if figures.is_open(key, Period(2021, "until", 12, point, point))
                ]
            )
            for point in range(13)
        ]
        for key, codes in made_of.items():
            told = []
            for point, pivots in enumerate(known):
                row = dict.fromkeys(codes, Fraction(1))
                for place, pivot in pivots:
                    row = less(row, pivot, place)
                if not row:
                    told.append(point)
            for first, last in combinations(told, 2):
                exact = figures.exact(key, Period(2021, "until", 12, first, last))
                assert exact == NOTHING or abs(exact.count) >= 3, (family.dimension, key)
