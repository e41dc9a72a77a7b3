"""The pages of a result, patent, project and organisation."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalogue.models import Patent, Project, Result
from marketplace.core.db import db, writing
from marketplace.settings import Mode
from tests.functional.catalogue.conftest import GONE, MARKED_UP, PAUSED
from tests.functional.catalogue.pages import Page


def seen(visitor: FlaskClient, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return Page(response.text).text


def test_a_result_shows_state_holder_readiness_patent_terms_price_and_project(
    visitor: FlaskClient,
) -> None:
    text = seen(visitor, "/results/1")
    for expected in (
        "铝壳焊缝气孔闭环控制",
        "Closed-loop control of pores in aluminium welds",
        "可洽谈",
        "河湾理工大学",
        "机构已核验",
        "持有人确认有效",
        "TRL 7",
        "1 件有效",
        "许可、转让",
        "60 万–90 万元",
        "9412026Y0318",
        "ZL 202110318264.1",
        "还有 65 天",
        "方鹤鸣",
    ):
        assert expected in text


def test_a_level_is_told_only_with_the_evaluation_that_found_it(visitor: FlaskClient) -> None:
    assert "国际先进" in seen(visitor, "/results/1")
    assert "国际领先" not in seen(visitor, "/results/2")


def test_what_nobody_knows_of_a_result_reads_as_unknown(visitor: FlaskClient) -> None:
    text = seen(visitor, "/results/3")
    assert "成熟度未知" in text.replace(" ", "")
    assert "价格未知" in text.replace(" ", "")
    assert "知识产权" not in text


def test_a_result_without_a_level_of_readiness_tells_its_stage(market: Flask) -> None:
    with market.app_context(), writing() as session:
        session.get_one(Result, 3).stage = "2"
    visitor = market.test_client()
    text = seen(visitor, "/results/3").replace(" ", "")
    assert "成熟度中期阶段" in text
    assert "成熟度未知" not in text
    assert "成熟度中期阶段" in seen(visitor, "/search?kind=result").replace(" ", "")
    assert "Middle stage" in seen(visitor, "/en/results/3")


def test_an_imported_record_says_where_it_came_from(visitor: FlaskClient) -> None:
    assert "来自 papers" in seen(visitor, "/results/3")
    assert "From patents_2022, imported" in seen(visitor, "/en/patents/2")


def test_a_patent_shows_number_term_date_checked_class_owners_and_result(
    visitor: FlaskClient,
) -> None:
    text = seen(visitor, "/patents/1")
    for expected in (
        "ZL 202110318264.1",
        "至 2041-03-25",
        "2026-11-01 核对",
        "B23K 26/03",
        "作业；运输",
        "河湾理工大学",
        "青堤机械有限公司",
        "铝壳焊缝气孔闭环控制",
        "方鹤鸣",
    ):
        assert expected in text


def test_a_project_shows_number_funder_clock_and_what_came_of_it(visitor: FlaskClient) -> None:
    text = seen(visitor, "/projects/1")
    for expected in ("2024-P-017", "省科技厅", "财政资助", "还有 65 天", "铝壳焊缝气孔闭环控制"):
        assert expected in text


def test_an_organisation_lists_what_it_holds_and_links_to_all_of_it(visitor: FlaskClient) -> None:
    page = Page(visitor.get("/organisations/1").text)
    assert "铝壳焊缝气孔闭环控制" in page.text
    assert "/search?kind=result&owner=1" in page.links
    assert "机构未核验" in seen(visitor, "/organisations/2")


def test_the_text_of_a_record_never_becomes_markup(visitor: FlaskClient) -> None:
    for address in ("/patents/3", "/search?q=焊机", "/en/search?q=焊机"):
        response = visitor.get(address)
        assert "<script>alert" not in response.text
        assert MARKED_UP.split()[0].replace("&", "&amp;") in response.text
    assert Page(visitor.get("/patents/3").text).json_ld[0]["name"] == MARKED_UP


def test_json_ld_describes_the_record_in_the_language_of_the_page(visitor: FlaskClient) -> None:
    data = Page(visitor.get("/en/results/1").text).json_ld[0]
    assert data["@type"] == "CreativeWork"
    assert data["name"] == "Closed-loop control of pores in aluminium welds"
    assert data["inLanguage"] == "en"
    assert data["offers"] == {
        "@type": "AggregateOffer",
        "lowPrice": "600000.00",
        "highPrice": "900000.00",
        "priceCurrency": "CNY",
    }
    assert data["copyrightHolder"][0]["name"] == "Hewan University of Technology"


def test_a_chinese_title_on_an_english_page_is_marked_as_chinese(visitor: FlaskClient) -> None:
    assert '<h1 class="m-words" lang="zh-CN">' in visitor.get("/en/results/2").text
    assert '<h1 class="m-words">' in visitor.get("/en/results/1").text


def test_a_withdrawn_record_says_when_and_shows_nothing_of_it(visitor: FlaskClient) -> None:
    response = visitor.get(f"/results/{GONE}")
    assert response.status_code == 410
    assert "这项成果已由持有人撤下" in response.text
    assert f"result-{GONE}" in response.text
    assert "机密" not in response.text


def test_a_suspended_record_looks_like_one_that_never_was(visitor: FlaskClient) -> None:
    response = visitor.get(f"/results/{PAUSED}")
    assert response.status_code == 404
    assert "暂停的成果" not in response.text
    assert visitor.get("/results/999999").status_code == 404


@pytest.mark.parametrize("kind", ["results", "patents", "projects", "organisations"])
def test_a_number_larger_than_any_record_has_is_a_page_that_is_not_there(
    visitor: FlaskClient, kind: str
) -> None:
    for number in (2**31, 2**63, 10**40):
        assert visitor.get(f"/{kind}/{number}").status_code == 404


def test_outside_a_demonstration_lists_mark_what_is_fictional(market: Flask) -> None:
    with market.app_context(), writing() as session:
        session.get(Result, 1).is_demo = True  # type: ignore[union-attr]
        session.get(Project, 1).is_demo = True  # type: ignore[union-attr]
    visitor = market.test_client()
    badge = '<span class="m-badge m-badge--wait">演示数据</span>'
    pages = {"/": 1, "/search?q=气孔&kind=result": 1, "/organisations/1": 2, "/patents/1": 1}
    assert {address: visitor.get(address).text.count(badge) for address in pages} == pages
    market.extensions["settings"].mode = Mode.DEMO
    assert {visitor.get(address).text.count(badge) for address in pages} == {0}


def test_a_linked_record_that_is_not_public_is_not_told(market: Flask) -> None:
    with market.app_context():
        with writing() as session:
            session.get(Patent, 1).state = "suspended"  # type: ignore[union-attr]
        text = Page(market.test_client().get("/results/1").text).text
        assert "一种焊缝气孔检测装置" not in text
        assert "知识产权" not in text


def test_an_expired_patent_is_told_by_the_end_that_its_term_had(market: Flask) -> None:
    with market.app_context():
        with writing() as session:
            session.get(Patent, 1).legal_status = "expired"  # type: ignore[union-attr]
        assert "原定至 2041-03-25" in Page(market.test_client().get("/patents/1").text).text


def test_records_open_while_the_search_is_down(market: Flask) -> None:
    market.extensions["search"] = Unavailable()
    visitor = market.test_client()
    assert "铝壳焊缝气孔闭环控制" in seen(visitor, "/results/1")
    assert "铝壳焊缝气孔闭环控制" in seen(visitor, "/")


def test_a_record_of_another_holder_keeps_its_order_of_holders(market: Flask) -> None:
    with market.app_context():
        assert [owner.id for owner in db.session.get(Result, 1).owners] == [1, 2]  # type: ignore[union-attr]
    text = seen(market.test_client(), "/results/1")
    assert text.index("河湾理工大学") < text.index("青堤机械有限公司")


class Unavailable:
    """A search service whose engine doesn't answer."""

    def __getattr__(self, name: str) -> object:
        from search.engines.base import EngineUnavailable

        def refuse(*_args: object, **_values: object) -> None:
            raise EngineUnavailable("down")

        return refuse
