"""The legal clock on a page: words first, a tick a day, the date last."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, get_template_attribute

from marketplace.contracts.clock import clock_of
from marketplace.contracts.rule_versions import RULES_2000, RULES_2026
from marketplace.core.calendar.queries import read_working_days
from marketplace.core.db import db

LARGE = 500_000_000
"""500 万元 in 分."""


def drawn(app: Flask, accepted_on: date | None, amount: int, version: str, path: str) -> str:
    """The clock as it is drawn on 2026-11-23, with plain spaces."""
    with app.test_request_context(path):
        calendar = read_working_days(db.session)
        clock = clock_of(accepted_on, amount, False, version, date(2026, 11, 23), calendar)
        text = str(get_template_attribute("_macros/clock.html", "clock")(clock))
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("accepted_on", "amount", "version", "told", "ticks"),
    [
        (date(2026, 11, 4), 0, RULES_2026, ['m-clock"><b>剩 2 个工作日', "2026-11-25"], (13, 15)),
        (date(2026, 11, 3), 0, RULES_2026, ["m-clock--soon", "剩 1 个工作日"], (14, 15)),
        (date(2026, 11, 2), 0, RULES_2026, ["m-clock--soon", "今天到期"], (15, 15)),
        (date(2026, 10, 30), 0, RULES_2026, ["m-clock--late", "超期 1 个工作日", "应于"], (15, 15)),
        (None, 0, RULES_2026, ["m-clock--paused", "停计", "补正后重新起算"], (0, 15)),
        (date(2026, 10, 19), LARGE, RULES_2026, ["大额或有争议，30 个工作日"], (25, 30)),
        (date(2026, 11, 20), LARGE, RULES_2026, ["暂定，放假安排还没有公布"], (1, 30)),
        (date(2026, 11, 4), 0, RULES_2000, ["剩 11 天"], (19, 30)),
        (date(2026, 10, 19), 0, RULES_2000, ["超期 5 天"], (30, 30)),
    ],
)
def test_a_clock_says_how_it_stands_in_words_ticks_and_a_date(
    app: Flask,
    accepted_on: date | None,
    amount: int,
    version: str,
    told: list[str],
    ticks: tuple[int, int],
) -> None:
    text = drawn(app, accepted_on, amount, version, "/")
    for words in told:
        assert words in text
    assert (text.count('<rect class="on"'), text.count("<rect")) == ticks
    assert "style=" not in text
