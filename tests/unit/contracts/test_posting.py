"""Differences: what is posted so that a contract counts for what it should."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts.facts import Counted
from marketplace.contracts.ledger.posting import Booking, Hands, differences

A, B = {"contract_class": "技术开发"}, {"contract_class": "技术服务"}
things = st.none() | st.builds(
    Counted, st.integers(0, 10**15), st.integers(0, 10**15), st.sampled_from([A, B])
)


@given(before=things, after=things)
def test_before_and_the_differences_make_after(before, after):
    found = {"技术开发": [0, 0, 0], "技术服务": [0, 0, 0]}
    wanted = {name: list(figures) for name, figures in found.items()}
    for thing, sums in ((before, found), (after, wanted)):
        if thing is not None:
            sums[thing.facts["contract_class"]] = [1, thing.turnover, thing.tech_amount]
    for count, turnover, tech_amount, facts in differences(before, after):
        sums = found[facts["contract_class"]]
        for place, amount in enumerate((count, turnover, tech_amount)):
            sums[place] += amount
    assert found == wanted


def test_what_has_not_changed_is_not_posted():
    same = Counted(5, 3, A)
    assert list(differences(same, Counted(5, 3, dict(A)))) == []


def test_a_contract_that_moves_to_another_class_leaves_its_old_place():
    moved = list(differences(Counted(5, 3, A), Counted(5, 3, B)))
    assert moved == [(-1, -5, -3, A), (1, 5, 3, B)]


@pytest.mark.parametrize(
    ("event", "on", "line"),
    [
        ("REGISTER", date(2024, 3, 1), "R"),
        ("AMEND", date(2025, 3, 1), "A"),
        ("DEREGISTER", date(2024, 12, 31), "C"),
        ("REVOKE", date(2025, 1, 1), "P"),
    ],
)
def test_each_event_has_its_line(event, on, line):
    booking = Booking(1, 1, event, on, date(2024, 3, 1), None, None, Hands("甲", "乙"))
    assert booking.line == line
    assert booking.month == on.year * 100 + on.month
