"""Records beside each other: what is shown, marked, refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.functional.accounts.browsing import Browser, seen
from tests.functional.catalogue.conftest import GONE, PAUSED
from tests.functional.catalogue.pages import Page

BOTH = "/compare?kind=result&id=1&id=2"


@pytest.fixture
def visitor(shared_market: Flask) -> Iterator[Browser]:
    with shared_market.app_context():
        yield Browser(shared_market)


def row(page: str, name: str) -> str:
    """The cells of one line of the table, as text."""
    found = re.search(rf"<th scope=\"row\">{name}(.*?)</tr>", page.replace("\n", " "))
    assert found, f"no line {name}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).replace("\u00a0", " ").split())


def test_anybody_sees_the_fields_side_by_side(visitor: Browser) -> None:
    page = visitor.get(BOTH)
    assert page.status_code == 200
    assert row(page.text, "价格") == "不同 60 万–90 万元 9 万元"
    assert row(page.text, "登记号") == "9412026Y0318 未知"


def test_a_line_with_one_known_value_is_not_called_different(visitor: Browser) -> None:
    assert not row(visitor.get(BOTH).text, "登记号").startswith("不同")


def test_a_field_that_none_of_them_knows_has_no_line(visitor: Browser) -> None:
    assert "学科" not in visitor.get(BOTH).text


def test_chosen_boxes_become_an_address_to_pass_on(visitor: Browser) -> None:
    answer = visitor.get("/compare?item=result-2&item=result-1")
    assert answer.location == "/compare?kind=result&id=2&id=1"


def test_two_kinds_are_refused_with_a_sentence(visitor: Browser) -> None:
    answer = visitor.get("/compare?item=result-1&item=patent-1")
    assert answer.status_code == 200
    assert "只能对比同一种记录" in seen(answer)


def test_a_fifth_is_refused_with_a_sentence(visitor: Browser) -> None:
    answer = visitor.get("/compare?kind=patent&id=1&id=2&id=3&id=7&id=8")
    assert "一次最多对比 4 条" in seen(answer)
    assert answer.text.count('<th scope="col"><a') == 3


@pytest.mark.parametrize("hidden", [GONE, PAUSED, 999])
def test_what_may_not_be_seen_is_left_out_and_counted(visitor: Browser, hidden: int) -> None:
    page = seen(visitor.get(f"/compare?kind=result&id=1&id={hidden}"))
    assert "有 1 条现在不展示" in page
    assert "撤下的机密成果" not in page
    assert "暂停的成果" not in page


@pytest.mark.parametrize(
    "query",
    ["", "?kind=nonsense&id=1", "?kind=result&id=x", "?id=1", "?item=", "?item=result-", "?item=-1",
     "?kind=result&id=99999999999999999999", "?kind=result&id=٣", "?item=result-1e9"],
)  # fmt: skip
def test_an_address_that_says_nothing_leads_to_what_to_do(visitor: Browser, query: str) -> None:
    answer = visitor.get(f"/compare{query}")
    if answer.status_code == 302:
        answer = visitor.get(answer.location)
    assert answer.status_code == 200
    assert "勾选两到四条" in seen(answer)


@pytest.mark.parametrize("kind", ["result", "patent", "project", "organisation"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_kind_can_be_compared_in_both_languages(
    visitor: Browser, kind: str, prefix: str
) -> None:
    answer = visitor.get(f"{prefix}/compare?kind={kind}&id=1&id=2")
    assert answer.status_code == 200
    assert Page(answer.text).inline == []
    assert "<table" in answer.text


def test_hits_have_boxes_for_the_comparison(visitor: Browser) -> None:
    page = visitor.get("/search?q=气孔&kind=result").text
    assert 'name="item" value="result-1" form="compare"' in page
    assert 'id="compare" action="/compare"' in page
