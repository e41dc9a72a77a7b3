"""Clocks and marks in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.catalogue import wording
from marketplace.core.i18n import today

pytestmark = pytest.mark.usefixtures("market")


@pytest.mark.parametrize(
    ("days", "state"), [(200, "open"), (91, "open"), (90, "soon"), (0, "soon"), (-1, "late")]
)
def test_a_duty_to_transfer_is_due_soon_in_its_last_quarter(days: int, state: str) -> None:
    clock = wording.obligation_clock(True, today() + timedelta(days=days))
    assert clock is not None
    assert clock.state == state


def test_the_clock_of_the_duty_does_not_follow_the_rule_of_freshness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wording, "fresh_days", lambda: 10)
    clock = wording.obligation_clock(True, today() + timedelta(days=60))
    assert clock is not None
    assert clock.state == "soon"


@pytest.mark.parametrize(
    ("age", "state"), [(0, "ok"), (90, "ok"), (91, "old"), (120, "old"), (121, "none")]
)
def test_a_record_is_fresh_for_a_quarter_and_unconfirmed_after_a_third_of_a_year(
    age: int, state: str
) -> None:
    mark = wording.freshness(today() - timedelta(days=age))
    assert mark is not None
    assert mark.state == state


def test_an_old_mark_names_the_days_that_it_goes_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "stale_days", lambda: 200)
    mark = wording.freshness(today() - timedelta(days=201))
    assert mark is not None
    assert mark.text.replace("\u00a0", " ").startswith("超过 200 天未确认")
