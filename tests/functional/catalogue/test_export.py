"""A search as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.core.tables import open_table
from search.engines.base import EngineUnavailable, Found


def rows_of(client: FlaskClient, address: str, folder: Path) -> list[dict[str, object]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype.endswith("spreadsheetml.sheet")
    path = folder / "hits.xlsx"
    path.write_bytes(response.data)
    with open_table(path) as table:
        return [row.cells for row in table]


def test_the_workbook_holds_the_hits_of_the_page_in_its_order(
    visitor: FlaskClient, tmp_path: Path
) -> None:
    page = visitor.get("/search?q=焊&kind=result").get_data(as_text=True)
    assert "/search/export?q=" in page
    rows = rows_of(visitor, "/search/export?q=焊&kind=result", tmp_path)
    assert rows
    assert {row["种类"] for row in rows} == {"成果"}
    places = [page.index(str(row["网址"]).removeprefix("http://localhost")) for row in rows]
    assert places == sorted(places)


def test_the_workbook_is_in_the_language_of_the_page(visitor: FlaskClient, tmp_path: Path) -> None:
    rows = rows_of(visitor, "/en/search/export?kind=patent", tmp_path)
    assert {row["Kind"] for row in rows} == {"Patents"}
    assert all("/en/patents/" in str(row["Address"]) for row in rows)


def test_the_workbook_holds_no_record_that_is_not_public(
    visitor: FlaskClient, tmp_path: Path
) -> None:
    listed = rows_of(visitor, "/search/export", tmp_path)
    total = visitor.get("/search").get_data(as_text=True)
    assert f'data-total="{len(listed)}"' in total


def test_a_search_with_odd_parameters_still_gives_a_workbook(
    visitor: FlaskClient, tmp_path: Path
) -> None:
    assert rows_of(visitor, "/search/export?q=焊&trl_min=x&page=9999999&sort=?", tmp_path)


def test_the_workbook_goes_past_the_first_hundred_hits(
    visitor: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.catalogue.exporting.LARGEST_PAGE", 2)
    few = rows_of(visitor, "/search/export", tmp_path)
    monkeypatch.undo()
    assert [row["网址"] for row in few] == [
        row["网址"] for row in rows_of(visitor, "/search/export", tmp_path)
    ]


def test_without_the_search_the_workbook_gives_way_to_the_sentence_that_it_is_down(
    market: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_request: object) -> Found:
        raise EngineUnavailable("down")

    monkeypatch.setattr(market.extensions["search"].engine, "find", down)
    response = market.test_client().get("/search/export")
    assert response.status_code == 503
    assert not response.data.startswith(b"PK")
