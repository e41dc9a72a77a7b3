"""The newest open demands on the home page: those that the viewer may see, under their names."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.catalogue.services import take_listing_step
from marketplace.demands.fragments import NEWEST
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.demands.conftest import MASKED, opened
from tests.functional.posting.conftest import RIVAL, People


def listed(browser: Browser) -> list[int]:
    """The demands of the home page in their order."""
    return [int(one) for one in re.findall(r'href="/demands/(\d+)"', browser.get("/").text)]


def test_without_an_open_demand_the_home_page_has_no_column_for_them(
    app: Flask, people: People
) -> None:
    assert "正在征集的需求" not in seen(Browser(app).get("/"))


def test_the_newest_come_first_and_only_so_many(app: Flask, people: People) -> None:
    ids = [opened(people, title_zh=f"需求 {n}") for n in range(NEWEST + 1)]
    assert listed(Browser(app)) == ids[:0:-1]


@pytest.mark.parametrize(
    ("who", "visible"),
    [
        ("", {"public"}),
        ("clerk", {"public", "signed_in"}),
        ("neighbour", {"public", "signed_in"}),
        ("demander", {"public", "signed_in", "matched"}),
    ],
)
def test_each_viewer_finds_those_that_are_for_them(
    app: Flask, people: People, who: str, visible: set[str]
) -> None:
    ids = {one: opened(people, visibility=one) for one in ("public", "signed_in", "matched")}
    browser = people.browser(who) if who else Browser(app)
    assert set(listed(browser)) == {ids[one] for one in visible}


@pytest.mark.parametrize("action", ["close", "withdraw"])
def test_what_has_ended_is_not_there_any_more_even_for_its_owner(
    people: People, action: str
) -> None:
    demand_id = opened(people)
    take_listing_step(people["demander"], "demand", demand_id, f"demand.{action}", "不找了")
    assert listed(people.browser("demander")) == []


def test_a_masked_one_stands_there_under_the_other_name(app: Flask, people: People) -> None:
    opened(people, **MASKED)
    for browser in (Browser(app), people.browser("neighbour"), people.browser("demander")):
        section = browser.get("/").text.partition('id="h-demand"')[2]
        assert "某动力电池企业" in section
        assert RIVAL not in section
