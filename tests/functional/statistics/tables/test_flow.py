"""What leaves and what comes in: a deal inside the place stands on both sides and counts once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from marketplace.contracts.ledger.sums import Sum
from marketplace.core.amounts import yi
from marketplace.statistics.tables.declared import FLOW, INSIDE_KEY, families_of
from marketplace.statistics.tables.pages import Asked, TablePage, lay_out
from marketplace.statistics.tables.periods import Available, Period
from marketplace.statistics.tables.reading import Stand, Sums
from marketplace.statistics.tables.seen import Public
from marketplace.statistics.tables.wording import finding, flow_sentence

YI = 10**10
HALF_YEAR = Period.to_month(2022, 6)


def for_everybody(number: int, stand: Stand, sums: Sums) -> TablePage:
    public = Public(sums, families_of(is_demo=False).values(), stand)
    return lay_out(Asked(number, HALF_YEAR), stand, sums, public=public)


@pytest.fixture
def anhui(app: Flask) -> TablePage:
    """Anhui in the first half of 2022, with the province in the place of the city (亿元).

    It sent out 321.8 and took in 428.4, of which 220.7 in 1,791 contracts from other provinces.
    """
    flows = {
        "city>city": Sum(6233, 2077 * YI // 10),
        "city>country": Sum(1000, 1141 * YI // 10),
        "country>city": Sum(1791, 2207 * YI // 10),
    }
    by_key = {("flow", code, False): {202206: one} for code, one in flows.items()}
    total = sum(flows.values(), Sum())
    sums = Sums({**by_key, ("", "", False): {202206: total}})
    stand = Stand(False, Available(202201, 202206), 3, None)
    with app.test_request_context():
        return for_everybody(FLOW, stand, sums)


def figures(page: TablePage, block: int, key: str) -> tuple[int, Decimal]:
    view = page.views[block]
    row = view.total if key == view.block.total else view.row(key)
    assert row is not None
    assert row.now is not None
    return row.now.count, yi(row.now.turnover, 1)


def test_what_stays_inside_is_the_same_seen_from_sellers_and_from_buyers(anhui: TablePage) -> None:
    assert figures(anhui, 0, INSIDE_KEY) == (6233, Decimal("207.7"))
    assert figures(anhui, 1, INSIDE_KEY) == (6233, Decimal("207.7"))
    into, from_outside = figures(anhui, 1, "all-in"), figures(anhui, 1, "country-city")
    assert into == (8024, Decimal("428.4"))
    assert (into[0] - from_outside[0], into[1] - from_outside[1]) == (6233, Decimal("207.7"))


def test_the_headline_that_adds_both_sides_counts_what_stays_inside_twice(
    anhui: TablePage,
) -> None:
    out, into = figures(anhui, 0, "all-out")[1], figures(anhui, 1, "all-in")[1]
    once = figures(anhui, 2, "once")[1]
    assert (out, into, out + into) == (Decimal("321.8"), Decimal("428.4"), Decimal("750.2"))
    assert once == Decimal("542.5")
    assert out + into - once == Decimal("207.7")


def test_the_page_says_what_is_counted_twice(app: Flask, anhui: TablePage) -> None:
    with app.test_request_context():
        sentence = flow_sentence(anhui).replace("\u00a0", " ")
        assert "其中本市内部 207.70 亿元，两边都有；只算一次是 542.50 亿元" in sentence
        assert "本市输出技术 321.80 亿元，其中 64.54% 留在本市" in finding(anhui).replace(
            "\u00a0", " "
        )


def test_what_the_table_of_buyers_hides_that_of_flow_does_not_tell(app: Flask) -> None:
    counts = {
        **{("buyer_nature", code): count for code, count in (("150", 43), ("011", 2), ("700", 3))},
        **{("flow", code): count for code, count in (("city>city", 45), ("city>abroad", 3))},
        ("", ""): 48,
    }
    by_key = {(*place, False): {202206: Sum(count, count * YI)} for place, count in counts.items()}
    stand = Stand(False, Available(202201, 202206), 3, None)
    with app.test_request_context():
        by_buyer, by_flow = (for_everybody(number, stand, Sums(by_key)) for number in (5, FLOW))
    shown = {row.key: row.now for page in (by_buyer, by_flow) for row in page.views[0].rows}
    assert shown["010-all"] is None
    assert shown["700"] is None
    assert shown["city-abroad"] is None
    assert shown["150"] == Sum(43, 43 * YI)
