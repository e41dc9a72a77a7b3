"""Figures of the demonstration say so wherever they go, and end when something real counts."""

from __future__ import annotations

import csv
import io

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.contracts.ledger.sums import ends_demo
from marketplace.core.db import db
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.statistics.conftest import YI, register

EXPORTS = (
    "/statistics/t2.{form}?year=2020",
    "/statistics/contracts.{form}?table=1&year=2020",
    "/goals/export?year=2020&form={form}",
)
MARK = "演示数据"


def some(*, is_demo: bool) -> None:
    for _ in range(4):
        register(YI, is_demo=is_demo)


def rows_of(answer: TestResponse, form: str) -> list[list[object]]:
    if form == "csv":
        return [list(row) for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert MARK in str(book.get_sheet_by_name("说明").to_python())
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("address", EXPORTS)
def test_every_file_of_the_demonstration_says_so_in_its_name_and_in_each_row(
    statistician: Browser, address: str, form: str
) -> None:
    some(is_demo=True)
    answer = statistician.get(address.format(form=form))
    assert "demo-" in answer.headers["Content-Disposition"]
    heads, *rows = rows_of(answer, form)
    assert heads[0] == "数据"
    assert rows
    assert {row[0] for row in rows} == {MARK}


@pytest.mark.parametrize("address", EXPORTS)
def test_a_file_of_real_figures_does_not(statistician: Browser, address: str) -> None:
    some(is_demo=True)
    some(is_demo=False)
    answer = statistician.get(address.format(form="csv"))
    assert "demo-" not in answer.headers["Content-Disposition"]
    assert MARK not in answer.data.decode("utf-8-sig")


def test_the_board_says_when_the_demonstration_no_longer_counts(
    app: Flask, client: FlaskClient
) -> None:
    words = "演示合同不再计入"
    assert not ends_demo(db.session)
    some(is_demo=True)
    assert ends_demo(db.session)
    assert words not in seen(client.get("/goals?year=2020"))
    some(is_demo=False)
    db.session.rollback()
    assert not ends_demo(db.session)
    assert words in seen(client.get("/goals?year=2020"))
