"""The forecast of the year: computed by itself, kept with its day, told with how good it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.contracts.models import Contract
from marketplace.core.db import db, writing
from marketplace.core.states import StateChange
from marketplace.statistics.models import StoredForecast
from marketplace.statistics.stored_forecasts import compute_forecast, content_of, told_forecast
from tests.functional.accounts.browsing import seen
from tests.functional.catalogue.pages import check_page
from tests.functional.statements import statements
from tests.functional.statistics.conftest import YI, register, set_goal_row

DAY = datetime(2024, 9, 30, 4, tzinfo=UTC)


def fill(years: int, each_month: int = 3) -> None:
    """Contracts of 1 亿元 in each month of the years before the day, and of its own year."""
    for year in range(2024 - years, 2025):
        for month in range(1, 13 if year < 2024 else 10):
            for _number in range(each_month):
                register(YI, date(year, month, 5))


def hand_in(day: date, *, is_registered: bool = True) -> int:
    """A contract that was handed in here, and registered twenty days later."""
    number = register(YI, day + timedelta(days=20))
    steps = [("submitted", day), ("reviewing", day + timedelta(days=5))]
    if is_registered:
        steps.append(("registered", day + timedelta(days=20)))
    with writing() as session:
        for target, on in steps:
            session.add(
                StateChange(
                    at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC),
                    subject_kind="contract",
                    subject_id=number,
                    version=1,
                    action="contract.step",
                    source="draft",
                    target=target,
                    actor_kind="person",
                    actor_name="登记员",
                )
            )
        if not is_registered:
            contract = session.get_one(Contract, number)
            contract.state, contract.registered_on, contract.is_counted = "reviewing", None, False
    return number


def test_from_fewer_than_thirty_cases_there_is_no_forecast_and_the_page_says_so(
    client: FlaskClient,
) -> None:
    set_goal_row("contract_turnover", 2024, "100")
    for _ in range(5):
        register(YI, date(2024, 2, 1))
    with time_machine.travel(DAY, tick=False):
        compute_forecast()
        shown = seen(client.get("/goals?year=2024"))
    assert "最近 24 个月只有 5 个先例，不够 30 个" in shown
    assert "大概落在" not in shown


def test_a_forecast_is_a_range_above_what_is_registered_with_its_test_on_the_past(
    client: FlaskClient,
) -> None:
    set_goal_row("contract_turnover", 2024, "100")
    fill(5)
    with time_machine.travel(DAY, tick=False):
        compute_forecast()
        answer = client.get("/goals?year=2024")
    check_page(answer.text)
    shown = seen(answer)
    content = db.session.get_one(StoredForecast, 2024).content
    assert content["registered"] == 27 * YI
    assert content["registered"] < content["low"] <= content["middle"] <= content["high"]
    assert content["tried"]
    assert "大概落在" in shown
    assert "回头检验" in shown
    assert "2024-09-30 算的" in shown
    assert "算作登记那天才来的" in shown


def test_the_public_is_told_whole_yi_of_past_spans_too(app: Flask) -> None:
    fill(5)
    with time_machine.travel(DAY, tick=False):
        compute_forecast()
    told = told_forecast(db.session, 2024)
    assert told is not None
    assert told["tried"]
    amounts = [told[key] for key in ("low", "middle", "high")]
    amounts += [one[key] for one in told["tried"] for key in ("low", "high", "actual")]
    assert all(amount % YI == 0 for amount in amounts)
    assert "registered" not in told


def test_contracts_handed_in_here_are_cases_by_their_steps(app: Flask) -> None:
    fill(3)
    for month in range(1, 9):
        for _number in range(5):
            hand_in(date(2024, month, 2))
    waiting = [hand_in(date(2024, 9, 20), is_registered=False) for _number in range(4)]
    content = content_of(db.session, date(2024, 9, 30))
    assert content["open"] == {"reviewing": len(waiting)}
    assert content["unknown"] == 0


def test_each_computation_takes_the_place_of_the_one_before(app: Flask) -> None:
    with time_machine.travel(DAY, tick=False):
        compute_forecast()
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        compute_forecast()
    assert db.session.scalars(select(StoredForecast.as_of)).all() == [date(2024, 10, 1)]


def test_the_board_reads_the_forecast_and_looks_at_no_contract_for_it(
    client: FlaskClient,
) -> None:
    fill(2, each_month=2)
    with time_machine.travel(DAY, tick=False):
        compute_forecast()
        with statements() as sent:
            client.get("/goals?year=2024")
    assert [one for one in sent if "state_change" in one or "ledger_entry.d_" in one] == []
    assert any("stored_forecast" in one for one in sent)
