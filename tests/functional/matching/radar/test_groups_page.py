"""The page of what is not found: who opens it, what it says, and what it never tells."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.matching.radar.services import renew_groups
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.matching.radar.conftest import WORDS, Search, search_as
from tests.functional.posting.conftest import People

READERS = ("clerk", "reviewer", "broker", "bureau", "admin")


def told_of(searched: Search, **given: object) -> None:
    searched(5, **given)
    renew_groups()


def test_it_says_what_was_searched_by_how_many_and_leads_on(
    people: People, searched: Search
) -> None:
    told_of(searched)
    page = seen(people.browser("clerk").get("/radar"))
    assert "1 组需求搜不到" in page
    for words in (WORDS, "至少 5 家", "至少 5 次", "现在再搜一次", "发布成果"):
        assert words in page, words
    link = re.search(r'href="(/search\?q=[^"]+)"', page)
    assert link
    assert "没有记录同时符合" in people.browser("clerk").get(link[1]).text


@pytest.mark.parametrize("who", READERS)
def test_holders_brokers_and_the_bureau_open_it(people: People, searched: Search, who: str) -> None:
    told_of(searched)
    page = seen(people.browser(who).get("/radar"))
    assert WORDS in page
    assert ("发布成果" in page) == (who == "clerk")


def test_demanders_and_visitors_do_not(app: Flask, people: People, searched: Search) -> None:
    told_of(searched)
    assert people.browser("demander").get("/radar").status_code == 403
    assert Browser(app).get("/radar").status_code == 302


def test_who_searched_stands_nowhere(people: People, searched: Search) -> None:
    told_of(searched)
    for path in ("/radar", "/en/radar"):
        assert "家工厂" not in people.browser("admin").get(path).text


@pytest.mark.parametrize("who", READERS)
def test_no_page_shows_what_four_searched_for(people: People, searched: Search, who: str) -> None:
    searched(4, "无磁轴承")
    told_of(searched)
    browser = people.browser(who)
    for path in ("/radar", "/en/radar", "/radar?page=2", "/account", "/postings", "/tasks", "/"):
        assert "无磁轴承" not in browser.get(path).text, path


@pytest.mark.parametrize("given", ["month=2026-03", "from=2026-01&to=2026-02", "q=胶&kind=patent"])
def test_no_parameter_narrows_it(people: People, searched: Search, given: str) -> None:
    told_of(searched)
    browser = people.browser("clerk")
    table = re.compile(r"<main.*</main>", re.S)
    plain, narrowed = (
        table.search(browser.get(path).text) for path in ("/radar", f"/radar?{given}")
    )
    assert plain
    assert narrowed
    assert plain[0] == narrowed[0]


def test_conditions_are_told_in_words_and_searched_again(people: People, searched: Search) -> None:
    told_of(searched, conditions=(("kind", "patent"), ("all", "1")))
    page = seen(people.browser("clerk").get("/radar"))
    assert "专利" in page
    assert "全部的词都要有" in page
    assert re.search(r'href="/search\?q=[^"]+&amp;kind=patent&amp;all=1"', page)


def test_an_empty_page_says_why_it_is_empty(people: People) -> None:
    page = seen(people.browser("bureau").get("/radar"))
    assert "没有可以显示的搜不到的需求" in page
    assert "还没有五家单位搜过同样的内容" in page


def test_most_organisations_stand_first(people: People, searched: Search, units: list[int]) -> None:
    searched(5, "无磁轴承")
    others = [people[name].organisation_id or 0 for name in ("clerk", "owner", "rival", "bureau")]
    search_as([*units, *others], "阻燃隔膜")
    renew_groups()
    page = people.browser("clerk").get("/radar").text
    assert page.index("阻燃隔膜") < page.index("无磁轴承")
    assert "至少 10 家" in page.replace("\u00a0", " ")


def test_an_english_page_says_nothing_in_chinese_but_what_was_searched(
    people: People, searched: Search
) -> None:
    told_of(searched, conditions=(("kind", "patent"),))
    page = people.browser("clerk").get("/en/radar").text
    found = re.search(r"<table.*</table>", page, re.S)
    assert found
    marked = re.sub(r'<(\w+)[^>]* lang="zh-CN".*?</\1>', "", found[0], flags=re.S)
    assert '<span lang="zh-CN">' in page
    assert WORDS not in re.sub(r"<[^>]+>", " ", marked)


@pytest.mark.parametrize(
    ("who", "path"), [("clerk", "/postings"), ("broker", "/account"), ("bureau", "/account")]
)
def test_the_way_there_stands_where_they_work(people: People, who: str, path: str) -> None:
    assert 'href="/radar"' in people.browser(who).get(path).text
    assert 'href="/radar"' not in people.browser("demander").get(path).text


def test_words_that_look_like_markup_stay_words(people: People, searched: Search) -> None:
    told_of(searched, words="<script>alert(1)</script> 胶粘剂")
    assert "<script>alert" not in people.browser("clerk").get("/radar").text
