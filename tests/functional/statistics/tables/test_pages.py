"""The tables as pages and files: what the public and staff see, and what a figure opens to."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from random import Random

import pytest
import python_calamine
import time_machine
from flask import Flask

from marketplace.core.actor import Role
from tests.functional.accounts.browsing import Browser, enter
from tests.functional.security.people import add_organisation, add_person
from tests.functional.security.test_other_districts import add_staff
from tests.functional.statements import statements
from tests.functional.statistics.tables.register import contract, random_contracts, store

WITHHELD = "不公布"
YI = 10**10
LICENCE = re.compile(r"(?<![\d,])765\.43")


@pytest.fixture
def city(app: Flask) -> Flask:
    """Nine contracts a month in the hi-tech zone in 2021, one licence in May, nothing before."""
    rows = [
        contract(100 * month + n, date(2021, month, 3 + n), turnover=YI, tech_amount=YI // 2)
        for month in range(1, 13)
        for n in range(9)
    ]
    rows.append(
        contract(9999, date(2021, 5, 20), subtype="LIC-PAT", turnover=765_432_100, title="秘密")
    )
    store(rows)
    return app


@pytest.fixture
def visitor(city: Flask) -> Browser:
    return Browser(city)


@pytest.fixture
def statistician(city: Flask) -> Browser:
    bureau = add_organisation("云岫市科学技术局")
    return enter(city, add_person("stat@yunxiu.example", Role.STAT.value, bureau))


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ")


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("number", range(1, 11))
def test_every_table_is_a_page_for_everybody(visitor: Browser, language: str, number: int) -> None:
    for query in ("", "?year=2021&month=5", "?year=2021&quarter=2", "?year=2021&until=8"):
        assert visitor.get(f"{language}/statistics/t{number}{query}").status_code == 200


def test_the_overview_tells_the_headline_and_leads_to_the_tables(visitor: Browser) -> None:
    page = visitor.get("/statistics").text
    assert "2021 年登记技术合同 109 项，合同成交额 108.08 亿元" in plain(page)
    for number in range(1, 11):
        assert f'href="/statistics/t{number}"' in page


def test_a_table_says_its_unit_its_period_how_far_it_goes_and_what_is_counted(
    visitor: Browser,
) -> None:
    text = plain(visitor.get("/statistics/t3?year=2021&month=5").text)
    for told in (
        "期间：2021 年 5 月",
        "台账第 109 笔",
        "合同成交额（万元）",
        "按登记日期计入当月",
        "部分数据因四舍五入，分项合计与总计略有差异",
    ):
        assert told in text


def test_the_headline_stands_ready_to_be_copied(visitor: Browser) -> None:
    text = plain(visitor.get("/statistics/t1").text)
    assert "截至 2021 年 12 月 31 日，全市共登记技术合同 109 项" in text


def test_a_single_licence_is_not_public_and_neither_is_what_would_tell_it(
    visitor: Browser,
) -> None:
    for query in ("year=2021", "year=2021&month=5", "year=2021&quarter=2", "year=2021&until=6"):
        for row in rows_of(visitor, f"/statistics/t2.csv?{query}"):
            assert row["合同成交额（万元）"] != "765.43"
            if row["名称"].strip() in ("技术许可", "专利实施许可"):
                assert row["合同数（项）"] == WITHHELD
        page = plain(visitor.get(f"/statistics/t2?{query}").text)
        assert not LICENCE.search(page)
        # The other class that has contracts would be the total less the licence.
        assert re.search(r"技术开发\s+不公布", page)
    assert not LICENCE.search(plain(visitor.get("/statistics/t2?view=4&year=2021").text))


def test_staff_see_what_is_not_public_and_open_it_to_its_contract(statistician: Browser) -> None:
    page = statistician.get("/statistics/t2?year=2021&month=5").text
    assert LICENCE.search(plain(page))
    found = re.search(r'href="(/statistics/contracts\?[^"]*row=class.LIC-PAT[^"]*)"', page)
    assert found is not None
    opened = plain(statistician.get(found[1].replace("&amp;", "&")).text)
    assert "2021 年 5 月，合同类别，专利实施许可：" in opened
    assert "1 项，合同成交额 765.43 万元" in opened
    assert "秘密" in opened


def test_the_public_is_not_led_to_contracts_and_may_not_open_them(visitor: Browser) -> None:
    assert "/statistics/contracts" not in visitor.get("/statistics/t2").text
    assert visitor.get("/statistics/contracts?table=2").status_code == 302


def test_contracts_stand_in_the_order_that_the_list_tells(app: Flask) -> None:
    days = (date(2021, 5, 20), date(2021, 6, 1), date(2021, 5, 3), date(2021, 5, 28))
    store([contract(n, day) for n, day in enumerate(days, 1)])
    bureau = add_organisation("云岫市科学技术局")
    somebody = enter(app, add_person("stat@yunxiu.example", Role.STAT.value, bureau))
    page = plain(somebody.get("/statistics/contracts?table=1").text)
    assert "近月在前，同月里后记的在前" in page
    assert re.findall(r"台账第\s(\d+)\s笔", page) == ["2", "4", "3", "1"]


def test_contracts_are_paged_and_end_in_the_same_total(statistician: Browser) -> None:
    address, seen = "/statistics/contracts?table=3&row=field.1&year=2021", set()
    for _page in range(3):
        page = statistician.get(address).text
        assert "109 项，合同成交额 1,080,765.43 万元" in plain(page)
        seen |= set(re.findall(r"台账第\s(\d+)\s笔", page.replace("\u00a0", " ")))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if older is None:
            break
        address = older[1].replace("&amp;", "&")
    assert len(seen) == 109


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_contracts_of_a_figure_are_a_file_whose_last_row_is_the_figure(
    statistician: Browser, form: str
) -> None:
    answer = statistician.get(f"/statistics/contracts.{form}?table=3&row=field.1&year=2021")
    if form == "csv":
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    else:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 109 + 1
    assert float(rows[-1][-2]) == 10_807_654_321
    assert float(rows[-1][-3]) == 109


def test_staff_of_a_district_open_what_its_sellers_registered_and_nothing_else(
    city: Flask,
) -> None:
    somebody = add_staff(city, Role.STAT, "410172")
    page = somebody.get("/statistics/t6").text
    assert "row=out.410172" in page
    assert page.count("/statistics/contracts?") == 2
    mine = somebody.get("/statistics/contracts?table=6&row=out.410172&year=2021")
    assert mine.status_code == 200
    for row in ("out.410105", "in.410172", "out.total"):
        other = somebody.get(f"/statistics/contracts?table=6&row={row}&year=2021")
        assert other.status_code == 403
        assert "你只能看所负责区划的合同" in other.text


def test_staff_of_a_district_see_their_own_sellers_in_full_and_no_small_figure_of_others(
    app: Flask,
) -> None:
    rows = [
        contract(100 * month + n, date(2021, month, 3 + n), seller_division="410105")
        for month in range(1, 13)
        for n in range(9)
    ]
    rows.append(contract(7001, date(2021, 5, 20), turnover=76_543_210_000))
    rows.append(contract(7002, date(2021, 5, 20), turnover=12_345_600, seller_division="410103"))
    other = {"seller_division": "410104", "subtype": "CON"}
    rows.append(contract(7003, date(2021, 5, 21), turnover=98_765_400, **other))
    store(rows)
    somebody = add_staff(app, Role.STAT, "410172")
    query = "year=2021&month=5"
    told = {
        row["名称"].strip(): row["合同数（项）"]
        for row in rows_of(somebody, f"/statistics/t6.csv?{query}")
        if row["部分"] == "输出"
    }
    assert told["郑州高新技术产业开发区"] == "1"
    assert told["二七区"] == told["管城回族区"] == WITHHELD
    pages = [somebody.get(f"/statistics/t{n}?{query}").text for n in (1, 2, 3, 4, 5, 6, 7, 8)]
    pages.append(somebody.get("/goals?year=2021").text)
    for page in pages:
        assert "98.77" not in plain(page)
        assert "12.35" not in plain(page)
    assert "7.65" in plain(pages[5])


def test_a_month_that_runs_is_compared_with_nothing(app: Flask) -> None:
    with time_machine.travel("2021-06-20T04:00:00Z", tick=False):
        rows = [
            contract(year * 10_000 + 100 * month + n, date(year, month, 3 + n))
            for year, last in ((2020, 12), (2021, 6))
            for month in range(1, last + 1)
            for n in range(9)
        ]
        store(rows)
        bureau = add_organisation("云岫市科学技术局")
        somebody = enter(app, add_person("stat@yunxiu.example", Role.STAT.value, bureau))
        assert "截至 2021 年 5 月 31 日" in plain(somebody.get("/statistics/t1").text)
        running = plain(somebody.get("/statistics/t1?year=2021&until=6").text)
        assert "截至 2021 年 6 月 20 日" in running
        assert "不计同比" in running
        assert "这个月还没有过完，所以不和上年比" in running


@pytest.mark.parametrize(
    "query",
    [
        "year=1999",
        "year=x",
        "year=99999999999999",
        "year=2021&month=13",
        "year=2021&month=0",
        "year=2021&quarter=5",
        "year=2021&month=3&quarter=1",
        "month=一",
    ],
)
def test_a_period_without_figures_is_told_and_the_latest_is_shown(
    visitor: Browser, query: str
) -> None:
    page = visitor.get(f"/statistics/t3?{query}")
    assert page.status_code == 200
    assert "下面是 2021 年的。" in plain(page.text)
    assert "期间：2021 年" in plain(page.text)


def test_a_file_of_a_period_that_there_is_not_leads_to_the_page_that_says_so(
    visitor: Browser,
) -> None:
    answer = visitor.get("/statistics/t3.csv?year=abc&number=1")
    assert (answer.status_code, answer.location) == (302, "/statistics/t3?year=abc")


@pytest.mark.parametrize(
    "query",
    [
        "table=99",
        "table=x",
        "table=2&row=nothing",
        "table=2&row=class.nothing",
        "table=2&row=..&year=2021",
        "table=3&row=field.1&year=x",
        "table=3&row=field.1&year=99999",
        "table=3&row=field.1&year=1999&month=13",
        "table=3&row=all.cancelled",
    ],
)
def test_a_figure_that_there_is_not_is_told(statistician: Browser, query: str) -> None:
    for form in ("", ".csv", ".xlsx"):
        assert statistician.get(f"/statistics/contracts{form}?{query}").status_code == 422


@pytest.mark.parametrize("period", ["year=1999", "year=2022&until=4", "year=2030&month=7"])
def test_a_figure_of_nothing_opens_to_an_empty_list_that_adds_up_to_0(
    statistician: Browser, period: str
) -> None:
    page = statistician.get(f"/statistics/contracts?table=3&row=field.1&{period}")
    assert page.status_code == 200
    assert "0 项，合同成交额 0.00 万元" in plain(page.text)
    assert "这里没有计入的合同，合计 0 项、0.00 元。" in plain(page.text)
    for form in ("csv", "xlsx"):
        assert (
            statistician.get(
                f"/statistics/contracts.{form}?table=3&row=field.1&{period}"
            ).status_code
            == 200
        )


def test_a_figure_of_nothing_opens_before_anything_was_registered(app: Flask) -> None:
    bureau = add_organisation("云岫市科学技术局")
    somebody = enter(app, add_person("stat@yunxiu.example", Role.STAT.value, bureau))
    page = somebody.get("/statistics/contracts?table=1&year=2020&until=12")
    assert "0 项，合同成交额 0.00 万元" in plain(page.text)


def test_the_technology_amount_of_a_row_opens_as_its_turnover_does(statistician: Browser) -> None:
    page = statistician.get("/statistics/t3?year=2021").text
    amount = r'href="[^"]*row=field.1&amp;year=2021&amp;until=12">([^<]+)</a>'
    assert re.findall(amount, page) == ["109", "1,080,765.43", "540,000.80"]


@pytest.mark.parametrize("before", ["x", "202105", "999999999999-1", "202105-99999999999", "-"])
def test_a_place_that_there_is_not_begins_at_the_newest(statistician: Browser, before: str) -> None:
    page = statistician.get(f"/statistics/contracts?table=1&before={before}")
    assert page.status_code == 200
    assert "台账第 109 笔" in plain(page.text) or "台账第 108 笔" in plain(page.text)


def test_the_goals_of_a_year_are_a_table_with_chart_and_files(visitor: Browser) -> None:
    page = visitor.get("/statistics/t9?year=2020").text
    assert "超过 150 亿元" in plain(page)
    assert 'href="/statistics/t9.csv?year=2020"' in page
    (row,) = (
        one
        for one in rows_of(visitor, "/statistics/t9.csv?year=2020")
        if one["指标"] == "技术合同成交额"
    )
    assert row["目标"] == "超过 150\u00a0亿元"
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(visitor.get("/statistics/t9.xlsx?year=2020").data)
    )
    assert "技术合同成交额" in str(book.get_sheet_by_index(0).to_python())


@pytest.mark.parametrize("year", ["1999", "x", "99999999999"])
def test_of_a_year_without_goals_the_table_says_so_and_shows_another(
    visitor: Browser, year: str
) -> None:
    assert "没有这一年的目标。下面是" in plain(visitor.get(f"/statistics/t9?year={year}").text)


def test_what_the_catalogue_holds_is_drawn_and_goes_into_files(visitor: Browser) -> None:
    page = visitor.get("/statistics/t10?year=2021").text
    assert 'href="/statistics/t10.xlsx?' in page
    assert "<svg" in page
    rows = rows_of(visitor, "/statistics/t10.csv?year=2021")
    assert [row["种类"] for row in rows] == ["成果", "专利", "需求", "对接"]
    assert {row["现在有效（项）"] for row in rows} == {"0"}
    assert rows[-1]["现在已转化或签约（项）"] == ""
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(visitor.get("/statistics/t10.xlsx?year=2021").data)
    )
    assert "期间新增" in str(book.get_sheet_by_name("说明").to_python())


@pytest.mark.parametrize("number", [0, 11, 99])
def test_there_are_no_other_tables(visitor: Browser, number: int) -> None:
    assert visitor.get(f"/statistics/t{number}").status_code == 404


def test_without_contracts_the_pages_say_so(app: Flask) -> None:
    visitor = Browser(app)
    for path in ("", "/t1", "/t6", "/t10", "/t2.csv", "/t2.xlsx"):
        page = visitor.get(f"/statistics{path}")
        assert page.status_code == 200
        assert "还没有可以公布的月份" in page.text


def test_the_public_does_not_see_the_month_that_is_running(city: Flask) -> None:
    with time_machine.travel(date(2021, 12, 10)):
        page = Browser(city).get("/statistics/t1").text
    assert "2021 年 1–11 月登记技术合同" in plain(page)
    assert "until=11" in page
    assert "until=12" not in page


@pytest.mark.parametrize("number", [1, 2, 4, 6, 7, 8])
def test_a_table_is_read_from_few_statements_however_many_contracts(
    visitor: Browser, number: int
) -> None:
    visitor.get(f"/statistics/t{number}")
    with statements() as sent:
        visitor.get(f"/statistics/t{number}")
    assert len(sent) <= 8
    assert not any("FROM contract" in one for one in sent)


def test_growth_is_exported_in_per_cent_and_left_out_without_a_base(app: Flask) -> None:
    rows = [contract(n, date(2020, 3, 1 + n), turnover=YI) for n in range(1, 5)]
    rows += [contract(10 + n, date(2021, 3, 1 + n), turnover=46 * YI) for n in range(1, 5)]
    store(rows)
    browser = Browser(app)
    year = rows_of(browser, "/statistics/t1.csv?year=2021&until=3")[1]
    assert year["合同成交额同比（%）"] == "4500.00"
    first = rows_of(browser, "/statistics/t1.csv?year=2020&until=3")[0]
    assert first["合同成交额同比（%）"] == ""


def test_classes_that_were_one_before_2021_are_compared_in_the_view_of_four(app: Flask) -> None:
    kinds = ("TRF-PAT", "LIC-PAT", "DEV-COM", "SRV-GEN", "CON")
    store(
        [
            contract(1000 * (year - 2000) + 10 * k + n, date(year, 2, 1 + n), subtype=kind)
            for year in (2020, 2021)
            for k, kind in enumerate(kinds)
            for n in range(4)
        ]
    )
    browser = Browser(app)
    five = {row["名称"].strip(): row for row in rows_of(browser, "/statistics/t2.csv?year=2021")}
    assert five["技术许可"]["合同成交额同比（%）"] == ""
    assert five["技术转让"]["合同成交额同比（%）"] == ""
    assert five["技术开发"]["合同成交额同比（%）"] == "0.00"
    four = rows_of(browser, "/statistics/t2.csv?year=2021&view=4")
    wider = next(row for row in four if row["名称"] == "技术转让（含许可）")
    assert (wider["合同数（项）"], wider["合同成交额同比（%）"]) == ("8", "0.00")
    before = {row["名称"] for row in rows_of(browser, "/statistics/t2.csv?year=2020")}
    assert "技术许可" not in before
    assert "不和上年比" in browser.get("/statistics/t2?year=2021").text


def test_no_table_of_a_sparse_register_shows_fewer_than_three_contracts(app: Flask) -> None:
    store(random_contracts(Random(3), 80))
    browser = Browser(app)
    for number in (1, 2, 3, 4, 5, 6, 7, 8):
        for query in ("year=2021", "year=2021&quarter=3", "year=2021&month=4", "year=2020"):
            for row in rows_of(browser, f"/statistics/t{number}.csv?{query}"):
                count = row["合同数（项）"]
                assert count == WITHHELD or int(count) == 0 or abs(int(count)) >= 3, row
