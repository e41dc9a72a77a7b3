"""Two sides of a month: what is equal is no difference, and every other contract is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts.reconciling.matching import (
    ONLY_HERE,
    ONLY_THERE,
    Side,
    compare,
)

AMOUNT = st.integers(1, 10**12)


@st.composite
def sides(draw: st.DrawFn) -> list[Side]:
    """Contracts of one month, some without a number, each with other parties."""
    count = draw(st.integers(0, 8))
    return [
        Side(
            number=f"2026{index:012d}" if draw(st.booleans()) else "",
            title="合同",
            seller_name="青堤大学",
            buyer_name=f"第{index}厂",
            signed_on=draw(st.sampled_from([date(2026, 2, 1), None])),
            registered_on=date(2026, 3, 1 + index),
            first_turnover=(turnover := draw(AMOUNT)),
            count=1,
            turnover=turnover,
            tech_amount=draw(st.integers(0, turnover)),
            contract_id=index,
        )
        for index in range(count)
    ]


def theirs(side: Side) -> Side:
    return replace(side, contract_id=None)


@given(sides(), st.randoms())
def test_equal_registers_have_no_difference_in_whatever_order(here: list[Side], random) -> None:  # type: ignore[no-untyped-def]
    there = [theirs(one) for one in here]
    random.shuffle(there)
    result = compare(here, there, {})
    assert result.found == []
    assert result.equal == len(here)


@given(sides(), st.data())
def test_what_only_one_side_has_is_told_once_and_nothing_else(
    everything: list[Side], data: st.DataObject
) -> None:
    where = [data.draw(st.sampled_from(("both", "here", "there"))) for _one in everything]
    here = [one for one, at in zip(everything, where, strict=True) if at != "there"]
    there = [theirs(one) for one, at in zip(everything, where, strict=True) if at != "here"]
    result = compare(here, there, {})
    assert sorted(one.kind for one in result.found) == sorted(
        {"here": ONLY_HERE, "there": ONLY_THERE}[at] for at in where if at != "both"
    )
    assert len({(one.kind, one.key) for one in result.found}) == len(result.found)


@given(sides(), AMOUNT)
def test_the_differences_add_up_to_the_difference_of_the_totals(
    here: list[Side], more: int
) -> None:
    there = [
        replace(theirs(one), turnover=one.turnover + more) if index % 2 else theirs(one)
        for index, one in enumerate(here)
    ][1:]
    result = compare(here, there, {})
    told = sum(
        (one.there.turnover if one.there else 0) - (one.here.turnover if one.here else 0)
        for one in result.found
    )
    total = sum(one.turnover for one in there) - sum(one.turnover for one in here)
    assert told == total


@given(sides())
def test_a_difference_says_the_same_when_it_is_found_again(here: list[Side]) -> None:
    first, again = (compare(here, [], {}).found for _time in range(2))
    assert [one.content for one in first] == [one.content for one in again]
