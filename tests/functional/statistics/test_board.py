"""What the goal board says, to whom, and that its numbers are the ledger's."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.contracts.models import Contract
from marketplace.core.actor import Role
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.tables import open_table
from marketplace.statistics.board import board_now, board_years
from marketplace.statistics.goal_lines import GoalLine
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.catalogue.pages import check_page
from tests.functional.statements import statements
from tests.functional.statistics.conftest import YI, amend, cancel, register, set_goal_row, someone


def page(client: FlaskClient, year: int = 2020, language: str = "") -> str:
    answer = client.get(f"{language}/goals?year={year}")
    assert answer.status_code == 200
    check_page(answer.text)
    return seen(answer)


def line_of(year: int = 2020) -> GoalLine:
    db.session.rollback()
    return board_now(db.session, year, is_public=True).lines[0]


def test_exactly_150_is_100_per_cent_and_not_more_than_150(client: FlaskClient) -> None:
    for part in (40, 50, 60):
        register(part * YI)
    line = line_of()
    assert (str(line.completion), line.is_met, line.gap) == ("100.00", False, 0)
    shown = page(client)
    assert "2020 年技术合同成交额 150.00 亿元，正好 150 亿元，还没有“超过 150 亿元”" in shown
    assert "100.00%" in shown
    assert "“超过”不含本数，没有达到" in shown


def test_one_fen_more_meets_the_goal(client: FlaskClient) -> None:
    for part in (40 * YI, 50 * YI, 60 * YI + 1):
        register(part)
    assert line_of().is_met
    assert "2020 年技术合同成交额 150.00 亿元，达到了“超过 150 亿元”的目标" in page(client)


def test_a_goal_of_at_least_is_met_by_its_number(app: Flask) -> None:
    set_goal_row("contract_turnover", 2021, "3", "at_least")
    for _ in range(3):
        register(YI, date(2021, 5, 6))
    assert line_of(2021).is_met


def test_halves_are_rounded_up_and_last(client: FlaskClient) -> None:
    for fen in (26_750_000_000 - 2 * YI, YI, YI):
        register(fen)
    assert "2.68" in page(client)
    assert "2.67" not in page(client)


def test_the_numbers_are_those_of_the_ledger_after_changes_and_cancellations(
    client: FlaskClient,
) -> None:
    numbers = [register(one * YI, date(2020, one, 3)) for one in range(1, 9)]
    amend(numbers[0], 5 * YI, date(2020, 9, 1))
    cancel(numbers[7], date(2020, 10, 1))
    cancel(register(7 * YI, date(2019, 12, 30)), date(2020, 2, 3))
    board = board_now(db.session, 2020, is_public=False)
    # 36 registered, 4 more by the change, 8 taken off again; the 7 of the year before stand apart.
    assert (board.figures.total.turnover, board.figures.total.count) == (32 * YI, 7)
    earlier = next(one for one in board.excluded if one.reason == "cancelled_earlier")
    assert (earlier.count, earlier.turnover) == (1, -7 * YI)
    assert "32.00" in page(client)


def test_each_figure_says_which_amount_it_is_and_what_is_left_out(client: FlaskClient) -> None:
    for tech_amount in (YI // 2, YI // 4, YI // 4):
        register(YI, tech_amount=tech_amount)
    shown = page(client)
    for words in (
        "已登记的合同成交额",
        "技术交易额 1.00 亿元",
        "没有算进来的",
        "不含：还没有登记的合同",
        "按登记日期计入当月",
    ):
        assert words in shown
    assert "上年同期没有可比的数字" in shown


def test_growth_is_of_the_same_months_of_the_year_before(client: FlaskClient) -> None:
    for _ in range(3):
        register(2 * YI, date(2019, 4, 1))
        register(3 * YI, date(2020, 4, 1))
    assert "增长 50.00%" in page(client)


def test_a_month_that_runs_is_compared_with_the_same_days(statistician: Browser) -> None:
    with time_machine.travel("2020-05-20T04:00:00Z", tick=False):
        for year in (2019, 2020):
            for _ in range(3):
                register((year - 2018) * YI, date(year, 5, 19))
        register(90 * YI, date(2019, 5, 21))
        board = board_now(db.session, 2020, is_public=False)
        assert (board.figures.total.turnover, board.before.total.turnover) == (6 * YI, 3 * YI)
        assert board.before.by_code["contract_class"]["技术开发"].count == 3
        shown = seen(statistician.get("/goals?year=2020")).replace("\u00a0", " ")
        assert board.compared_until == date(2019, 5, 20)
        assert "同比是和上年 1 月 1 日到" in shown


def test_a_total_of_too_few_contracts_is_not_public(client: FlaskClient) -> None:
    for amount in (4_321_000_000, 1_234_000_000):
        register(amount)
    shown = page(client)
    assert "2020 年登记的技术合同太少，成交额不公开" in shown
    for told in ("0.43", "0.12", "0.56", "55,550"):
        assert told not in shown
    for form in ("csv", "xlsx"):
        assert client.get(f"/goals/export?year=2020&form={form}").status_code == 200


def test_a_year_without_a_goal_says_so(client: FlaskClient) -> None:
    for _ in range(3):
        register(YI, date(2021, 5, 6))
    assert "这一年没有成交额目标" in page(client, 2021)
    assert "这一年没有登记目标" in page(client, 2021)


def test_an_indicator_without_a_value_is_unknown_and_not_nought(client: FlaskClient) -> None:
    shown = page(client)
    assert "高新技术企业数" in shown
    assert "超过 2,500" in shown
    assert "未知" in shown


def test_the_public_is_told_why_a_figure_does_not_open(client: FlaskClient) -> None:
    register(YI)
    shown = page(client)
    assert "只有登记和统计人员能打开看" in shown
    assert "m-drill" not in shown


def test_what_a_few_contracts_come_to_is_withheld_from_the_public(client: FlaskClient) -> None:
    for _ in range(5):
        register(2 * YI)
        register(3 * YI, date(2020, 8, 1), class_name="技术服务")
    register(777_000_000, date(2020, 9, 1), class_name="技术咨询")
    shown = page(client)
    assert "不公开" in shown
    assert "0.08" not in shown
    board = board_now(db.session, 2020, is_public=True)
    hidden = {code for table, code in board.figures.withheld if table == "month"}
    assert "202009" in hidden
    # One alone would come back as the difference to the total.
    assert len(hidden) > 1


def test_what_stands_under_single_codes_the_public_reads_in_the_tables(
    client: FlaskClient,
) -> None:
    for _ in range(5):
        register(2 * YI)
    assert "按类别、领域、区县等的数在统计表里" in page(client)
    assert board_now(db.session, 2020, is_public=True).figures.by_code == {}
    assert board_now(db.session, 2020, is_public=False).figures.by_code["contract_class"]


def test_the_public_sees_whole_months_only(client: FlaskClient) -> None:
    with time_machine.travel("2020-05-20T04:00:00Z", tick=False):
        for _ in range(3):
            register(2 * YI, date(2020, 4, 1))
        register(3 * YI, date(2020, 5, 19))
        assert board_now(db.session, 2020, is_public=True).figures.total.turnover == 6 * YI
        assert board_now(db.session, 2020, is_public=False).figures.total.turnover == 9 * YI
    with time_machine.travel("2021-01-05T04:00:00Z", tick=False):
        assert board_years(db.session, is_public=True)[0] == 2020
        assert client.get("/goals").status_code == 200


def test_a_year_to_come_has_its_goal_and_nothing_yet(client: FlaskClient) -> None:
    set_goal_row("contract_turnover", 2099, "900")
    shown = page(client, 2099)
    assert "超过 900 亿元" in shown
    assert "0.00%" in shown


def test_nonsense_for_a_year_shows_the_present_one_and_says_so(client: FlaskClient) -> None:
    for year in ("x", "0", "99999999999", "2020'", "3000"):
        answer = client.get("/goals", query_string={"year": year})
        assert answer.status_code == 200
        assert "没有这一年的目标，也没有这一年的数。" in answer.text
    assert "没有这一年的目标" not in client.get("/goals").text


def test_the_board_is_there_in_english(client: FlaskClient) -> None:
    for _ in range(3):
        register(5 * YI)
    shown = page(client, language="/en")
    assert "CNY 1.500 billion" in shown
    assert "CNY 15 billion" in shown
    assert "100 million yuan</small>" not in shown


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_goals_are_exported_with_value_rate_and_basis(
    client: FlaskClient, form: str, tmp_path: Path
) -> None:
    for part in (40, 50, 60):
        register(part * YI)
    answer = client.get(f"/goals/export?year=2020&form={form}")
    assert answer.status_code == 200
    file = tmp_path / f"goals.{form}"
    file.write_bytes(answer.data)
    with open_table(file) as table:
        row = next(iter(table)).cells
    assert row["指标"] == "技术合同成交额"
    assert float(row["完成率（%）"]) == 100
    assert "不含本数" in str(row["是否达到"])
    assert row["口径"] == "已登记技术合同的成交额"


def test_opening_the_board_costs_as_many_questions_for_many_contracts_as_for_few(
    client: FlaskClient,
) -> None:
    def asked() -> int:
        with statements() as sent:
            client.get("/goals?year=2020")
        return sum(one.startswith("SELECT") for one in sent)

    for _ in range(3):
        register(YI)
    asked()
    few = asked()
    for month in range(1, 13):
        register(YI, date(2020, month, 1))
    assert asked() == few


def test_every_place_of_the_board_opens_to_its_contracts(statistician: Browser) -> None:
    for division in ("410102", "410172", "410100", "411002"):
        register(YI, division=division)
    register(3 * YI, division="411002")
    page = statistician.get("/goals?year=2020").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*row=out[^"]*)"', page)}
    assert len(links) == 4
    for link in links:
        answer = statistician.get(link)
        assert answer.status_code == 200, (link, seen(answer)[2500:4500])
        assert ("2 项" if "411002" in link else "1 项") in seen(answer)
        assert statistician.get(link.replace("contracts?", "contracts.csv?")).status_code == 200
    assert statistician.get("/statistics/contracts?table=6&row=out.4110x2").status_code == 422


COUNTED = ("项数", "成交额（亿元）", "累计（亿元）")


def numbers_of(page: str, heading: str) -> list[tuple[str, str]]:
    """Counts and amounts in the table after a heading, each with the address that it opens to."""
    table = page.split(heading, 1)[1].split("<thead>", 1)[1].split("</table>", 1)[0]
    head, *rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    names = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<th.*?</th>", head)]
    found = []
    for row in rows:
        cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        for name, cell in zip(names, cells, strict=True):
            link = re.search(r'class="m-drill" href="([^"]+)"', cell)
            number = re.sub(r"<[^>]+>", "", cell)
            if name in COUNTED:
                found.append((number, link[1].replace("&amp;", "&") if link else ""))
    return found


def opened(browser: Browser, address: str) -> tuple[int, int, int]:
    """Contracts, turnover and technology amount in 分, as the foot of a list has them."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    if "合计 0 项、0.00 元" in seen(answer):
        return 0, 0, 0
    foot = seen(answer).split("<tfoot>")[1].split("</tfoot>")[0]
    found = [
        int(one.replace("−", "-").replace(",", "").replace(".", ""))
        for one in re.findall(r">([−\d,.]+)<", foot)
    ]
    return found[0], found[1], found[2]


def test_what_is_not_counted_opens_to_contracts_that_add_up_to_it(
    app: Flask, statistician: Browser, client: FlaskClient
) -> None:
    year = today().year
    for state in ("accepted", "expert_review", "correction", "refused", "refused", "refused"):
        number = register(3 * YI, date(year, 1, 2))
        with writing() as session:
            waiting = session.get_one(Contract, number)
            waiting.is_counted, waiting.state = False, state
    for on in (date(year, 1, 2), date(year - 1, 12, 30)):
        cancel(register(7 * YI, on), date(year, 1, 5))
    page = statistician.get(f"/goals?year={year}").text
    numbers = numbers_of(page, "没有算进来的")
    assert [one for one, _address in numbers] == ["3", "9.00"] * 2 + ["−1", "−7.00"] * 2
    found = [opened(statistician, address)[:2] for _number, address in numbers]
    assert found == [(3, 9 * YI)] * 4 + [(-1, -7 * YI)] * 4
    assert "/goals/not-counted" not in client.get(f"/goals?year={year}").text
    assert statistician.get("/goals/not-counted?reason=cancelled").status_code == 404
    assert client.get("/goals/not-counted?reason=refused").status_code == 302
    bureau = someone(app, "wenyan", "温岩", Role.BUREAU)
    assert "/goals/not-counted" not in bureau.get(f"/goals?year={year}").text


def test_every_number_by_month_class_and_district_opens_to_contracts_that_add_up_to_it(
    statistician: Browser,
) -> None:
    for month, class_name in ((1, "技术开发"), (3, "技术转让"), (3, "技术许可")):
        register(3 * YI, date(2022, month, 3), class_name=class_name, tech_amount=YI)
    register(YI, date(2022, 5, 3), division="")
    page = statistician.get("/goals?year=2022").text
    for heading, least in (("每个月的数", 36), ("按类别</h2>", 8), ("按卖方所在</h2>", 6)):
        numbers = numbers_of(page, heading)
        assert len(numbers) >= least, heading
        for number, address in numbers:
            count, turnover, _tech = opened(statistician, address)
            amount = f"{turnover / YI:,.2f}" if "." in number else f"{count:,}"
            assert amount == number, (heading, number, address)
    tech = re.search(r'技术交易额 <a class="m-drill" href="([^"]+)">4.00\xa0亿元', page)
    assert tech is not None
    assert opened(statistician, tech[1].replace("&amp;", "&"))[2] == 4 * YI


def test_a_goal_counted_by_transfers_and_licences_opens_to_both(statistician: Browser) -> None:
    for class_name in ("技术开发", "技术转让", "技术许可"):
        register(3 * YI, date(2022, 3, 3), class_name=class_name, tech_amount=YI)
    set_goal_row("achievement_turnover", 2022, "500")
    amounts = {
        "turnover_of_transfers_and_licences": (2, 6 * YI, 2 * YI),
        "tech_amount_registered": (3, 9 * YI, 3 * YI),
    }
    for basis, amount in amounts.items():
        sent = statistician.post(
            "/staff/indicators/achievement_turnover", basis=basis, reason="按科技局的口径"
        )
        assert sent.status_code == 302
        page = statistician.get("/goals?year=2022").text
        row = page.split("科技成果交易额<small>")[1].split("</tr>")[0]
        link = re.search(r'class="m-drill" href="([^"]+)"', row)
        assert link is not None
        assert opened(statistician, link[1].replace("&amp;", "&")) == amount


def test_staff_see_the_ways_to_what_they_keep(statistician: Browser) -> None:
    shown = seen(statistician.get("/goals?year=2020"))
    assert "登记和修改目标" in shown
    assert "提出发布" in shown


def test_what_waits_is_told_beside_the_present_year_alone(client: FlaskClient) -> None:
    register(3 * YI)
    with writing() as session:
        waiting = session.scalars(select(Contract)).one()
        waiting.is_counted, waiting.state = False, "accepted"
    present = today().year
    reasons = {
        year: [one.reason for one in board_now(db.session, year, is_public=False).excluded]
        for year in (2020, present)
    }
    assert reasons == {2020: [], present: ["in_hand"]}


def test_a_file_of_a_year_that_there_is_not_leads_to_the_page_that_says_so(app: Flask) -> None:
    answer = app.test_client().get("/goals/export?year=abc&form=csv")
    assert (answer.status_code, answer.location) == (302, "/goals?year=abc")
    assert app.test_client().get("/goals/export?year=2020&form=pdf").status_code == 404
