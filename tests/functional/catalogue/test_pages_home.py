"""The home page: figures that open to a search, the newest records, searches to try."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.functional.catalogue.pages import Page


def test_a_figure_opens_to_a_search_that_finds_as_many(visitor: FlaskClient) -> None:
    home = visitor.get("/")
    assert "公开的成果" in home.text
    for address, found in (
        ("/search?kind=result", "找到 3 项成果"),
        ("/search?kind=patent", "找到 3 件专利"),
        ("/search?kind=organisation", "找到 2 家机构"),
        ("/search?kind=project", "找到 1 个项目"),
    ):
        assert address in Page(home.text).links
        assert found in Page(visitor.get(address).text).text


def test_the_notes_below_the_figures_are_counted(visitor: FlaskClient) -> None:
    text = Page(visitor.get("/").text).text
    assert "33% 在 90 天内由持有人确认有效" in text
    assert "其中 1 家已核验" in text
    assert "1 个在一年转化期内" in text


def test_only_searches_that_find_something_are_offered(visitor: FlaskClient) -> None:
    page = Page(visitor.get("/").text)
    assert "焊缝 气孔" in page.text
    assert "管网 漏水" not in page.text


def test_a_market_without_records_says_so(client: FlaskClient) -> None:
    page = Page(client.get("/").text)
    assert "市场里还没有记录" in page.text
    assert "天内由持有人确认有效" not in page.text
    assert "还没有公开的记录" in Page(client.get("/search").text).text
