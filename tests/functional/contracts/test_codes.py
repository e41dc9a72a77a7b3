"""Codes of places, countries and currencies that nobody knows, in files and in forms."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.models import Contract
from marketplace.core.db import db
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import CONTRACT, Scene, seen, send
from tests.functional.contracts.registers import bring_in, row

UNKNOWN = [
    ("卖方行政区划", "410199", "没有查到行政区划代码 410199"),
    ("买方行政区划", "999999", "没有查到行政区划代码 999999"),
    ("买方国别", "999", "没有查到国家或地区代码 999"),
    ("币种", "XYZ", "没有查到货币代码 XYZ"),
]


@pytest.fixture(autouse=True)
def in_november(app: object) -> object:
    with time_machine.travel("2026-11-23 02:00Z", tick=False):
        yield


@pytest.mark.parametrize(("column", "code", "sentence"), UNKNOWN)
def test_a_finished_register_comes_in_and_tells_what_nobody_knows(
    tmp_path: Path, column: str, code: str, sentence: str
) -> None:
    rows = [row(合同登记编号=f"202441010000000{n}", **{column: code}) for n in (1, 2)]
    report = bring_in(tmp_path / "a.csv", rows)
    assert (report.created, report.failed) == (2, 0)
    told = [one for one in report.first_warnings if sentence in str(one.reason)]
    assert [(one.row, one.column, one.value) for one in told] == [
        (2, column, code),
        (3, column, code),
    ]


@pytest.mark.parametrize(
    ("column", "code", "sentence"), [one for one in UNKNOWN if one[0] != "买方行政区划"]
)
def test_an_ordinary_file_is_refused_what_nobody_knows(
    tmp_path: Path, column: str, code: str, sentence: str
) -> None:
    report = bring_in(tmp_path / "a.csv", [row(**{column: code})], is_history=False)
    assert (report.created, report.failed) == (0, 1)
    assert sentence in str(report.first_errors[0].reason)


def test_a_buyer_may_sit_in_a_place_that_is_too_new_to_be_known(tmp_path: Path) -> None:
    report = bring_in(tmp_path / "a.csv", [row(买方行政区划="330198")], is_history=False)
    assert (report.created, report.failed) == (1, 0)
    assert any("330198" in str(one.reason) for one in report.first_warnings)


@pytest.mark.parametrize("code", ["410105", "410172", "ZZ-ZD", "金水区", "411002", "411071"])
def test_places_of_the_city_and_of_the_country_come_in_without_a_word(
    tmp_path: Path, code: str
) -> None:
    rows = [row(卖方行政区划=code, 买方行政区划=code)]
    report = bring_in(tmp_path / "a.csv", rows, is_history=False)
    assert report.created == 1
    assert not any("行政区划" in str(one.reason) for one in report.first_warnings)


def test_the_form_says_at_the_field_that_there_is_no_such_code(
    seller: Browser, scene: Scene
) -> None:
    fields = {**CONTRACT, "seller_division": "410199", "currency": "XYZ", "rate": "7"}
    answer = send(seller, "/contracts/new", do="submit", **fields)
    assert answer.status_code == 422
    assert "没有查到行政区划代码 410199" in seen(answer)
    assert "相近的有：410" in seen(answer)
    assert "没有查到货币代码 XYZ" in seen(answer)
    db.session.rollback()
    assert db.session.scalars(select(Contract)).all() == []
