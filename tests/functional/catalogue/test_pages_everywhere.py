"""What holds on every page of the catalogue."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.functional.catalogue.pages import Page

ADDRESSES = [
    "/",
    "/search",
    "/search?q=气孔",
    "/search?q=气孔+毛刺+数控机床",
    "/search?q=不存在的词&trl_min=9",
    "/search?kind=organisation",
    "/results/1",
    "/results/2",
    "/results/3",
    "/patents/1",
    "/patents/2",
    "/patents/3",
    "/projects/1",
    "/organisations/1",
    "/organisations/2",
    "/about",
    "/nowhere",
]


OWN_NAMES = (
    "青堤机械有限公司", "市评价中心", "省科技厅", "焊机", "焊缝", "气孔", "锂电池", "不存在的词",
    "河南省促进科技成果转化条例",
)  # fmt: skip
"""Names and words that have no English: of records, searched for, or of a law."""


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_is_sound_html_with_one_heading_and_nothing_inline(
    visitor: FlaskClient, address: str, prefix: str
) -> None:
    page = Page(visitor.get(prefix + address).text)
    assert page.headings.count("h1") == 1
    assert page.inline == []
    levels = [int(tag[1]) for tag in page.headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_an_english_page_says_nothing_in_chinese_of_its_own(
    visitor: FlaskClient, address: str
) -> None:
    source = visitor.get("/en" + address).text
    source = re.sub(r"<(\w+)[^>]* lang=\"zh-CN\".*?</\1>", "", source, flags=re.DOTALL)
    quoted = r"<(script|title|b|mark|code)\b.*?</\1>|<(?:input|meta)[^>]*>"
    seen = re.sub(r"<[^>]+>", " ", re.sub(quoted, "", source, flags=re.DOTALL))
    for text in OWN_NAMES:
        seen = seen.replace(text, "")
    assert re.findall(r"[\u4e00-\u9fff]+", seen) == []


@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_every_link_of_a_page_leads_somewhere(visitor: FlaskClient, address: str) -> None:
    for link in set(Page(visitor.get(address).text).links):
        if link.startswith("/"):
            answer = visitor.get(link.partition("#")[0], follow_redirects=True)
            assert answer.status_code == 200, link
        else:
            assert link.startswith(("#", "https://")), link


def test_the_other_language_is_the_same_page_with_the_same_parameters(
    visitor: FlaskClient,
) -> None:
    assert (
        'href="/en/search?q=%E6%B0%94%E5%AD%94&amp;kind=result"'
        in visitor.get("/search?q=%E6%B0%94%E5%AD%94&kind=result").text
    )
    assert 'href="/results/1"' in visitor.get("/en/results/1").text


def test_a_page_names_its_canonical_address_and_both_languages(visitor: FlaskClient) -> None:
    text = visitor.get("/en/results/1?utm_source=mail").text
    assert '<link rel="canonical" href="http://localhost/en/results/1">' in text
    assert 'hreflang="zh-CN" href="http://localhost/results/1' in text


def test_marks_of_freshness_are_explained_with_the_days_that_they_go_by(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = visitor.application.extensions["settings"]
    monkeypatch.setattr(settings, "confirm_days", 45)
    monkeypatch.setattr(settings, "confirm_lower_days", 15)
    text = Page(visitor.get("/about").text).text
    assert "持有人在 45 天内确认过" in text
    assert "上次确认在 45 到 60 天以前" in text
    assert "超过 60 天没有确认" in text
    assert "confirmed 45 to 60 days ago" in Page(visitor.get("/en/about").text).text


def test_assets_have_one_address_in_both_languages_that_changes_with_their_content(
    visitor: FlaskClient,
) -> None:
    pattern = r'href="(/static/css/base\.css\?v=[0-9a-f]{10})"'
    chinese = re.search(pattern, visitor.get("/about").text)
    english = re.search(pattern, visitor.get("/en/about").text)
    assert chinese is not None
    assert english is not None
    assert chinese[1] == english[1]
    assert visitor.get(chinese[1]).status_code == 200


def test_a_page_says_so_when_the_site_is_a_demonstration(market: Flask) -> None:
    assert "演示数据" not in market.test_client().get("/about").text
    market.extensions["settings"].mode = type(market.extensions["settings"].mode)("demo")
    assert "演示数据" in market.test_client().get("/about").text


def test_a_fragment_that_a_later_package_puts_into_a_slot_stands_on_the_page(
    market: Flask,
) -> None:
    market.extensions["slots"].fill("record.actions", lambda page: f"<p>{page.kind} ask</p>")
    assert "<p>result ask</p>" in market.test_client().get("/results/1").text
