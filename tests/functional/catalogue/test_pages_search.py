"""The search page: hits, sentence, conditions, pages, problems, nothing found."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functional.catalogue.pages import Page
from tests.functional.catalogue.test_pages_of_records import Unavailable


def search(visitor: FlaskClient, query: str) -> Page:
    response = visitor.get(f"/search?{query}")
    assert response.status_code == 200, response.text[:200]
    return Page(response.text)


def test_a_hit_shows_marked_title_sentence_holder_freshness_and_facts(
    visitor: FlaskClient,
) -> None:
    page = search(visitor, "q=气孔&kind=result")
    assert "<mark>气孔</mark>" in page.source
    for expected in ("找到 2 项成果，含气孔", "河湾理工大学等 2 家", "确认有效", "60 万–90 万元"):
        assert expected in page.text
    assert 'href="/results/1"' in page.source


def test_the_sentence_tells_words_and_every_condition(visitor: FlaskClient) -> None:
    text = search(visitor, "q=气孔&kind=result&field=3&trl_min=6&mode=3&price_max=100&owner=1").text
    assert (
        "找到 1 项成果，含气孔，技术领域为先进制造，TRL 6 及以上，合作方式为许可，"
        "价格不超过 100 万元，持有人为河湾理工大学。"
    ) in text


def test_the_english_sentence_has_plural_forms(visitor: FlaskClient) -> None:
    assert "1 result with" in Page(visitor.get("/en/search?q=毛刺&kind=result").text).text
    assert "2 results with" in Page(visitor.get("/en/search?q=气孔&kind=result").text).text


def test_each_condition_is_a_chip_that_takes_it_away(visitor: FlaskClient) -> None:
    page = search(visitor, "q=气孔&kind=result&field=3&trl_min=6")
    words = quote("气孔")
    assert f"/search?q={words}&kind=result&trl_min=6" in page.links
    assert f"/search?q={words}&kind=result&field=3" in page.links
    assert "全部清除" in page.text


def test_kinds_are_tabs_with_their_counts(visitor: FlaskClient) -> None:
    text = search(visitor, "q=气孔&kind=result").text
    assert "全部3成果2专利1需求0项目0机构0" in text.replace(" ", "")


def test_hits_with_all_words_come_first_and_a_line_says_where_the_others_begin(
    visitor: FlaskClient,
) -> None:
    page = search(visitor, "q=气孔+焊缝+铝壳")
    assert "1 项含全部 3 个词，排在前面" in page.text
    assert "只含其中一部分词。" in page.text
    narrowed = next(link for link in page.links if "all=1" in link)
    only = Page(visitor.get(narrowed).text)
    assert "找到 1 条记录" in only.text
    assert "也看只含一部分词的" in only.text


def test_an_empty_query_lists_everything_that_is_public(visitor: FlaskClient) -> None:
    text = search(visitor, "").text
    assert "找到 9 条记录" in text
    assert "暂停的成果" not in text
    assert "机密" not in text


def test_fields_left_empty_by_a_form_leave_the_address(visitor: FlaskClient) -> None:
    response = visitor.get("/search?q=气孔&kind=&price_min=&trl_min=6&sort=")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/search?q={quote('气孔')}&trl_min=6"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("q=气孔&field=99", "“技术领域”里没有“99”这一项"),
        ("q=气孔&trl_min=abc", "要填数字，“abc”不是"),
        ("q=气孔&price_min=90&price_max=60", "下限要不大于上限"),
        ("q=气孔&price_min=-1", "“价格（万元）”要填 0 以上的数字，“-1”没有用上。"),
        ("q=气孔&sort=luck", "没有“luck”这种排序"),
        ("q=气孔&page=0", "“0”不是"),
        ("q=气孔&date_min=gestern", "要写成 2026-11-23 这样的日期"),
        ("q=气孔&owner=4711", "里没有“4711”这一项"),
    ],
)
def test_a_parameter_that_cannot_be_used_gets_one_sentence_and_the_rest_counts(
    visitor: FlaskClient, query: str, sentence: str
) -> None:
    text = search(visitor, query).text
    assert sentence in text
    assert "找到 3 条记录" in text


def test_a_text_too_long_is_cut_in_every_link_and_the_page_says_so(visitor: FlaskClient) -> None:
    response = visitor.get("/search", query_string={"q": "气孔" + "长" * 7_000})
    assert response.status_code == 302
    response = visitor.get(response.location)
    page = Page(response.text)
    assert "搜索词太长，只用了前 300 个字。" in page.text
    assert all(link.count(quote("长")) < 300 for link in page.links)


@pytest.mark.parametrize("typed", ["*", '""', "🔋🔋", "？！"])
def test_signs_alone_are_told_as_left_out(visitor: FlaskClient, typed: str) -> None:
    text = Page(visitor.get("/search", query_string={"q": typed}).text).text
    assert f"找到 9 条记录。“{typed}”里没有能搜的字词，没有用上。" in text


def test_nothing_found_says_which_condition_to_drop_and_how_many_there_are_then(
    visitor: FlaskClient,
) -> None:
    page = search(visitor, "q=气孔&kind=result&price_max=20")
    assert "没有成果同时符合：含气孔，价格不超过 20 万元。" in page.text
    assert "不限“价格不超过 20 万元”" in page.text
    assert f"/search?q={quote('气孔')}&kind=result" in page.links


def test_letters_read_as_pinyin_are_told_with_the_way_back(visitor: FlaskClient) -> None:
    page = search(visitor, "q=shukong")
    assert "数控" in page.text
    assert "按拼音“shukong”也找了" in page.text
    assert "只找字母“shukong”" in page.text


def test_a_price_range_can_include_what_is_negotiable(visitor: FlaskClient) -> None:
    without = search(visitor, "q=气孔&price_min=50").text
    included = search(visitor, "q=气孔&price_min=50&price_or=1").text
    assert "找到 1 条记录" in without
    assert "找到 2 条记录，含气孔，价格不低于 50 万元，包括面议的" in included


def test_a_page_beyond_the_last_hit_that_can_be_reached_says_how_to_narrow(
    visitor: FlaskClient,
) -> None:
    page = search(visitor, "page=1001")
    assert "只能翻到前 10,000 项" in page.text


def test_the_search_being_down_is_said_with_the_words_kept(market: Flask) -> None:
    market.extensions["search"] = Unavailable()
    response = market.test_client().get("/search?q=气孔")
    assert response.status_code == 503
    assert "搜索暂时不可用" in response.text
    assert 'value="气孔"' in response.text
    assert market.test_client().get("/suggest?q=气").json == {"suggestions": []}


def test_suggestions_come_with_counts_and_addresses(visitor: FlaskClient) -> None:
    suggestions = visitor.get("/suggest?q=气").json["suggestions"]  # type: ignore[index]
    assert suggestions
    for suggestion in suggestions:
        assert visitor.get(suggestion["address"]).status_code == 200
        assert suggestion["count"].replace("\u00a0", " ").endswith(" 条")
    assert visitor.get("/suggest").json == {"suggestions": []}


def test_suggestions_lead_to_the_kind_that_the_box_has_chosen(visitor: FlaskClient) -> None:
    def addresses(query: str) -> list[str]:
        answer = visitor.get(f"/suggest?q=气&{query}").json
        return [one["address"] for one in answer["suggestions"]]  # type: ignore[index]

    assert addresses("kind=patent")
    assert all(address.endswith("&kind=patent") for address in addresses("kind=patent"))
    assert addresses("kind=nonsense") == addresses("kind=") == addresses("")
    assert not any("kind" in address for address in addresses(""))


def test_a_value_chosen_stays_in_the_form_even_when_nothing_has_it(visitor: FlaskClient) -> None:
    source = visitor.get("/search?q=气孔&field=9").text
    assert 'name="field" value="9" checked' in source


def test_a_list_of_hits_costs_a_fixed_number_of_queries(market: Flask) -> None:
    from sqlalchemy import event

    from marketplace.core.db import db

    statements: list[str] = []
    visitor = market.test_client()
    visitor.get("/search?q=气孔&kind=result")
    with market.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda *args: statements.append(str(args[2]))
        )
    visitor.get("/search?q=气孔&kind=result")
    assert len([text for text in statements if text.startswith("SELECT")]) <= 2


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.text(max_size=60), st.sampled_from(["q", "kind", "field", "trl_min", "price_max", "page"])
)
def test_no_parameter_makes_the_page_fail(visitor: FlaskClient, text: str, name: str) -> None:
    response = visitor.get("/search", query_string={name: text}, follow_redirects=True)
    assert response.status_code == 200
    Page(response.text)


def test_a_page_after_the_last_one_leads_to_the_last_one(visitor: FlaskClient) -> None:
    response = visitor.get("/search?kind=result&page=900")
    assert response.status_code == 302
    assert response.location == "/search?kind=result"


def test_a_patent_number_as_a_certificate_prints_it_finds_the_patent(visitor: FlaskClient) -> None:
    source = visitor.get("/search?kind=patent").text
    shown = re.search(r'<span class="m-nowrap">(\d{12}\.[\dX])</span>', source)
    assert shown is not None
    page = visitor.get("/search", query_string={"q": f"ZL {shown[1][:4]} {shown[1][4:]}"})
    assert 'data-total="1"' in page.text
