"""Withheld cells cannot be recomputed from what is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marketplace.statistics.recomputing import Cell, Key, Sum
from marketplace.statistics.suppression import Axis, crossed, months_axis, suppress

EMPTY = Cell(0, 0, 0)


def cell(contracts: int, price: int = 1_000_000) -> Cell:
    """A cell whose contracts cost the same."""
    return Cell(contracts, contracts, contracts * price, contracts * price // 2)


def added(parts: Iterable[Cell]) -> Cell:
    """Their total."""
    rows = list(parts)
    return Cell(
        sum(each.contracts for each in rows),
        sum(each.count for each in rows),
        sum(each.turnover for each in rows),
        sum(each.tech_amount for each in rows),
    )


def filled(inner: Mapping[Key, Cell], sums: Iterable[Sum]) -> dict[Key, Cell]:
    """All cells, totals computed from the inner ones."""
    cells, waiting = dict(inner), list(sums)
    while waiting:
        ready = [each for each in waiting if all(part in cells for part in each.parts)]
        assert ready, "sums lead to inner cells"
        for each in ready:
            cells[each.total] = added(cells[part] for part in each.parts)
        waiting = [each for each in waiting if each not in ready]
    return cells


def determined(sums: Iterable[Sum], withheld: Iterable[Key]) -> set[Key]:
    """The withheld cells that the equations determine: Gauss and Jordan, as an attacker would."""
    rows = [
        {
            key: Fraction(factor)
            for key in {each.total, *each.parts} & set(withheld)
            if (factor := (key == each.total) - sum(key == part for part in each.parts))
        }
        for each in sums
    ]
    reduced: list[tuple[Key, dict[Key, Fraction]]] = []
    while rows := [row for row in rows if row]:
        chosen = rows.pop()
        pivot = min(chosen, key=repr)
        chosen = {key: factor / chosen[pivot] for key, factor in chosen.items()}
        rows = [without(row, pivot, chosen) for row in rows]
        reduced = [(key, without(row, pivot, chosen)) for key, row in reduced]
        reduced.append((pivot, chosen))
    return {key for key, row in reduced if row.keys() == {key}}


def without(
    row: dict[Key, Fraction], pivot: Key, chosen: Mapping[Key, Fraction]
) -> dict[Key, Fraction]:
    """The row less so much of the chosen one that the pivot is gone."""
    times = row.get(pivot, Fraction(0))
    if not times:
        return row
    found = {
        key: row.get(key, Fraction(0)) - times * chosen.get(key, Fraction(0))
        for key in row.keys() | chosen.keys()
    }
    return {key: factor for key, factor in found.items() if factor}


def table(rows: int, columns: int) -> tuple[Sum, ...]:
    """The sums of a table with totals at both sides."""
    return crossed(side("r", rows), side("c", columns))


def side(letter: str, number: int) -> Axis:
    """A total and its members."""
    members = tuple(f"{letter}{n}" for n in range(number))
    return Axis((*members, letter), (Sum(letter, members),))


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[Key, Cell], tuple[Sum, ...]]:
    """A small table with totals, full of small cells."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    sums = table(rows, columns)
    inner: dict[Key, Cell] = {
        (f"r{row}", f"c{column}"): draw(cells_of_a_month)
        for row, column in product(range(rows), range(columns))
    }
    return filled(inner, sums), sums


cells_of_a_month = st.one_of(
    st.just(EMPTY),
    st.builds(
        lambda contracts, turnover, tech: Cell(
            contracts, contracts, turnover, turnover * tech // 100
        ),
        st.integers(1, 6),
        st.integers(100, 10**10),
        st.integers(0, 100),
    ),
    # A month in which contracts were only amended or cancelled.
    st.builds(
        lambda contracts, turnover: Cell(contracts, -contracts, -turnover, -turnover),
        st.integers(1, 2),
        st.integers(1, 10**9),
    ),
)


@given(tables())
@settings(deadline=None)
def test_solving_the_equations_of_a_table_determines_no_withheld_cell(
    drawn: tuple[dict[Key, Cell], tuple[Sum, ...]],
) -> None:
    cells, sums = drawn
    outcome = suppress(cells, sums)
    assert not outcome.unprotected
    assert {key for key, each in cells.items() if 0 < each.contracts < 3} <= outcome.withheld
    assert not {key for key in outcome.withheld if cells[key] == EMPTY}
    assert determined(sums, outcome.withheld) == set()


@pytest.mark.exhaustive
@given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
@settings(deadline=None)
def test_trying_all_counts_leaves_at_least_two_for_each_withheld_cell(counts: list[int]) -> None:
    places = [*product(("r0", "r1"), ("c0", "c1"))]
    ends = [*product(("r0", "r1"), ("c",)), *product(("r",), ("c0", "c1")), ("r", "c")]

    def all_counts(a: int, b: int, c: int, d: int) -> dict[Key, int]:
        totals = (a + b, c + d, a + c, b + d, a + b + c + d)
        return dict(zip([*places, *ends], (a, b, c, d, *totals), strict=True))

    truth = all_counts(*counts)
    cells = {key: cell(count) for key, count in truth.items()}
    withheld = suppress(cells, table(2, 2)).withheld
    # A reader knows that empty cells are shown, so a withheld one holds a contract.
    choices = [
        range(1, 10) if place in withheld else (count,)
        for place, count in zip(places, counts, strict=True)
    ]
    possible: dict[Key, set[int]] = {key: set() for key in withheld}
    for guess in product(*choices):
        tried = all_counts(*guess)
        if all(key in withheld or tried[key] == truth[key] for key in truth):
            for key in withheld:
                possible[key].add(tried[key])
    assert all(len(values) > 1 for values in possible.values())


@given(st.lists(cells_of_a_month, min_size=1, max_size=7), st.integers(1, 60))
@settings(deadline=None)
def test_the_amounts_of_a_sum_leave_each_small_one_open_from_above(
    parts: list[Cell], open_percent: int
) -> None:
    parts = [each for each in parts if each.turnover >= 0]
    assume(parts)
    sums = (Sum("all", tuple(range(len(parts)))),)
    cells = filled(dict(enumerate(parts)), sums)
    outcome = suppress(cells, sums, open_percent=open_percent)
    assert not outcome.unprotected
    if "all" not in outcome.withheld:
        together = sum(parts[key].turnover for key in outcome.withheld)  # type: ignore[call-overload]
        for key in outcome.small:
            assert together * 100 >= cells[key].turnover * (100 + open_percent)


def test_the_attacker_of_these_tests_finds_a_cell_withheld_alone() -> None:
    sums = table(2, 2)
    assert determined(sums, {("r0", "c0")}) == {("r0", "c0")}
    assert determined(sums, {("r0", "c0"), ("r0", "c1")}) == {("r0", "c0"), ("r0", "c1")}
    rectangle = set(product(("r0", "r1"), ("c0", "c1")))
    assert determined(sums, rectangle) == set()


def test_a_table_without_small_cells_is_shown_whole() -> None:
    sums = table(2, 2)
    inner: dict[Key, Cell] = {(f"r{n // 2}", f"c{n % 2}"): cell(3 + n) for n in range(4)}
    assert suppress(filled(inner, sums), sums).withheld == frozenset()


def test_one_small_cell_takes_the_cheapest_rectangle_with_it() -> None:
    sums = table(3, 3)
    numbers = [[2, 9, 5], [8, 90, 80], [4, 70, 6]]
    cells = filled(
        {(f"r{r}", f"c{c}"): cell(numbers[r][c]) for r in range(3) for c in range(3)}, sums
    )
    outcome = suppress(cells, sums)
    assert outcome.small == {("r0", "c0")}
    assert outcome.others == {("r0", "c2"), ("r2", "c0"), ("r2", "c2")}


def test_two_cells_of_one_contract_are_not_enough_where_their_sum_says_so() -> None:
    sums = (Sum("all", ("a", "b", "c")),)
    cells = filled({"a": cell(1), "b": cell(1), "c": cell(7)}, sums)
    assert suppress(cells, sums).withheld == {"a", "b", "c"}


def test_a_cell_beside_a_much_cheaper_one_is_not_open_enough() -> None:
    # With only b withheld beside it, a would be known from above to a millionth.
    sums = (Sum("all", ("a", "b", "c")),)
    cells = filled({"a": cell(2, 10**12), "b": cell(3, 10**5), "c": cell(4, 10**12)}, sums)
    assert suppress(cells, sums).withheld == {"a", "c"}


def test_a_month_does_not_come_back_from_its_quarter_or_the_year_so_far() -> None:
    year = months_axis(2020)
    months = {key: cell(9 + n) for n, key in enumerate(year.members) if len(str(key)) == 7}
    inner = {key: each for key, each in months.items() if "Q" not in str(key)}
    inner["2020-05"] = cell(1)
    cells = filled(inner, year.sums)
    outcome = suppress(cells, year.sums)
    assert outcome.small == {"2020-05"}
    assert not outcome.unprotected
    assert determined(year.sums, outcome.withheld) == set()
    assert "2020" not in outcome.withheld


def test_four_and_five_classes_and_the_subtypes_below_do_not_tell_on_each_other() -> None:
    sums = (
        Sum("all", ("development", "transfer", "licence", "service")),
        Sum("all", ("development", "transfer of 2001", "service")),
        Sum("transfer of 2001", ("transfer", "licence")),
        Sum("licence", ("of patents", "of know-how")),
    )
    inner: dict[Key, Cell] = {
        "development": cell(40),
        "transfer": cell(20),
        "service": cell(30),
        "of patents": cell(2),
        "of know-how": EMPTY,
    }
    cells = filled(inner, sums)
    outcome = suppress(cells, sums)
    assert {"of patents", "licence"} <= outcome.withheld
    assert not outcome.unprotected
    assert determined(sums, outcome.withheld) == set()


def test_deals_inside_the_city_do_not_come_back_through_the_other_view() -> None:
    sums = (
        Sum("sold", ("inside", "to the province", "abroad")),
        Sum("bought", ("inside", "from the province")),
    )
    cells = filled(
        {
            "inside": cell(2),
            "to the province": cell(12),
            "abroad": cell(5),
            "from the province": cell(8),
        },
        sums,
    )
    withheld = suppress(cells, sums).withheld
    assert withheld & {"to the province", "abroad", "sold"}
    assert withheld & {"from the province", "bought"}


def test_districts_over_months_quarters_and_the_year_stay_closed_together() -> None:
    districts = side("d", 5)
    year = months_axis(2020)
    sums = crossed(districts, year)
    inner: dict[Key, Cell] = {
        (f"d{d}", f"2020-{month:02}"): cell(counted)
        if (counted := (d * 7 + month * 5) % 11)
        else EMPTY
        for d in range(5)
        for month in range(1, 13)
    }
    cells = filled(inner, sums)
    outcome = suppress(cells, sums)
    assert not outcome.unprotected
    assert determined(sums, outcome.withheld) == set()
    assert len(outcome.withheld) < len(cells) / 2


def test_what_is_out_already_is_reported_and_not_withheld() -> None:
    sums = (Sum("all", ("a", "b")),)
    cells = filled({"a": cell(2), "b": cell(9)}, sums)
    outcome = suppress(cells, sums, public={"b", "all"})
    assert outcome.withheld == {"a"}
    assert outcome.unprotected == {"a"}


def test_what_an_earlier_issue_withheld_stays_withheld() -> None:
    sums = (Sum("all", ("a", "b", "c")),)
    cells = filled({"a": cell(4), "b": cell(9), "c": cell(30)}, sums)
    assert suppress(cells, sums, withheld_before={"b"}).withheld == {"a", "b"}


def test_cells_without_contracts_may_be_shown() -> None:
    sums = (Sum("all", ("a", "b", "c", "d")),)
    cells = filled({"a": cell(2), "b": cell(5), "c": EMPTY, "d": cell(40)}, sums)
    assert suppress(cells, sums).withheld == {"a", "b"}


def test_a_month_in_which_one_contract_was_only_amended_counts_as_small() -> None:
    sums = (Sum("all", ("a", "b")),)
    cells = filled({"a": Cell(1, 0, -500_000), "b": cell(9)}, sums)
    assert "a" in suppress(cells, sums).small


def test_a_total_that_is_not_the_sum_of_its_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="sum of its parts"):
        suppress({"all": cell(9), "a": cell(4), "b": cell(4)}, (Sum("all", ("a", "b")),))


def test_an_empty_cell_with_an_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="no contract"):
        suppress({"a": Cell(0, 0, 5)}, ())
