"""Editions: two people publish them, nothing changes them, and the ledger gives them again."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.core.db import db, writing
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.statistics.edition_commands import edition as edition_command
from marketplace.statistics.edition_verifying import verify_edition
from marketplace.statistics.editions import decide_edition, propose_edition
from marketplace.statistics.keeping_goals import choose_basis
from marketplace.statistics.models import Edition
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.states import CONFIRM_EDITION, DROP_EDITION, REFUSE_EDITION
from marketplace.statistics.tables.exposure import LEAST_CONTRACTS
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.catalogue.pages import check_page
from tests.functional.statistics.conftest import (
    YI,
    amend,
    cancel,
    luxin,
    mengzhao,
    register,
    set_goal_row,
)

FORM = {"kind": "board", "year": "2020", "last_month": "12", "note": ""}


def publish(**form: str) -> int:
    """Have 孟昭 propose and 陆欣 confirm an edition; its number."""
    draft = propose_edition(mengzhao, FORM | form)
    number = decide_edition(luxin, draft, CONFIRM_EDITION, "")
    assert number is not None
    return number


def register_three() -> None:
    """As few contracts as may be published together: 1 亿 in all."""
    for amount in (YI // 2, YI // 4, YI // 4):
        register(amount)


def found(number: int) -> Edition:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Edition, number)


def verified(number: int) -> dict[str, Any]:
    answer = CliRunner().invoke(edition_command, ["verify", str(number), "--json"])
    told: dict[str, Any] = json.loads(answer.output)
    assert (answer.exit_code == 0) == told["is_whole"]
    return told


def test_an_edition_stays_as_it_was_when_contracts_change_and_end(client: FlaskClient) -> None:
    numbers = [register(one * YI) for one in (40, 50, 61)]
    number = publish()
    before = client.get(f"/editions/{number}.json").data
    amend(numbers[0], 1, date(2020, 12, 30))
    cancel(numbers[1], date(2020, 12, 31))
    register(9 * YI)
    assert client.get(f"/editions/{number}.json").data == before
    told = verified(number)
    assert told["is_whole"]
    assert told["turnover"] == 151 * YI
    shown = client.get(f"/editions/{number}")
    check_page(shown.text)
    assert "2020 年技术合同成交额 151.00 亿元，达到了“超过 150 亿元”的目标" in seen(shown).replace(
        "<wbr>", ""
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["register", "register", "register", "amend", "cancel", "publish"]),
        st.integers(1, 10**12),
        st.integers(1, 12),
        st.sampled_from(["技术开发", "技术服务", "技术转让"]),
    ),
    min_size=4,
    max_size=14,
)


@given(steps=STEPS, kind=st.sampled_from(["board", "tables"]))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_afterwards_every_edition_is_given_again_by_the_ledger(
    app: Flask, steps: list[tuple[str, int, int, str]], kind: str
) -> None:
    contracts: list[int] = []
    published: dict[int, tuple[str, Any]] = {}
    for act, amount, month, class_name in steps:
        on = date(2020, month, 15)
        if act == "register" or not contracts:
            contracts.append(register(amount, on, class_name=class_name))
        elif act == "amend":
            amend(contracts[amount % len(contracts)], amount, on)
        elif act == "cancel":
            cancel(contracts.pop(amount % len(contracts)), on)
        else:
            try:
                number = publish(kind=kind, note="更正")
            except FormProblems:
                assert len(contracts) < LEAST_CONTRACTS
                continue
            one = found(number)
            published[number] = (one.content_hash, one.content)
    for number, (content_hash, content) in published.items():
        one = found(number)
        assert (one.content_hash, one.content) == (content_hash, content)
        assert verify_edition(db.session, one).is_whole
    assert verify_ledger(db.session).is_whole


def test_two_editions_of_a_year_do_not_tell_the_price_of_one_contract_between(app: Flask) -> None:
    for class_name in ("技术开发", "技术服务", "技术转让"):
        for amount in (3, 5, 9, 4):
            register(amount * YI, date(2020, 3, 9), class_name=class_name)
    first = found(publish(kind="tables", last_month="6")).content["figures"]
    register(7 * YI, date(2020, 8, 3), class_name="技术服务")
    for amount in (2, 6, 8):
        register(amount * YI, date(2020, 9, 3), class_name="技术开发")
    second = found(publish(kind="tables", last_month="9")).content["figures"]
    classes = [one["by_code"]["contract_class"] for one in (first, second)]
    assert sorted(classes[0]) == ["技术开发", "技术服务", "技术转让"]
    # Any one of them, beside the total and the edition before, would tell it.
    assert classes[1] == {}
    assert ["contract_class", "技术服务"] in second["withheld"]


def test_a_goal_counted_by_few_contracts_is_not_published_and_the_edition_still_verifies(
    client: FlaskClient,
) -> None:
    set_goal_row("achievement_turnover", 2021, "500")
    basis = {"basis": "turnover_of_transfers_and_licences", "reason": "会议纪要"}
    choose_basis(mengzhao, "achievement_turnover", basis)
    for amount in (3, 5, 4):
        register(amount * YI, date(2021, 3, 9))
    register(777_000_000, date(2021, 3, 9), class_name="技术转让")
    number = publish(year="2021")
    (line,) = found(number).content["goals"]
    assert (line["actual"], line["is_withheld"]) == (None, True)
    assert verified(number)["is_whole"]
    for page in (f"/editions/{number}", "/goals?year=2021"):
        shown = seen(client.get(page))
        assert "目标所用口径的数不公开" in shown.replace("<wbr>", "")
        assert "0.08" not in shown


def test_so_few_contracts_that_one_price_could_be_computed_are_not_published(app: Flask) -> None:
    register(YI)
    register(2 * YI)
    with pytest.raises(FormProblems) as too_few:
        publish(last_month="6")
    assert "不到 3 项" in too_few.value.problems["last_month"]
    for amount in (3, 4):
        register(amount * YI)
    publish(last_month="6")
    register(5 * YI, date(2020, 7, 3))
    with pytest.raises(FormProblems):
        publish(last_month="7")
    publish(note="更正了一份合同", last_month="6")


def test_what_was_proposed_before_another_edition_came_out_is_proposed_again(app: Flask) -> None:
    register_three()
    drafts = [propose_edition(mengzhao, FORM | {"last_month": month}) for month in ("6", "9")]
    decide_edition(luxin, drafts[0], CONFIRM_EDITION, "")
    with pytest.raises(StateError, match="又发布了别的版本"):
        decide_edition(luxin, drafts[1], CONFIRM_EDITION, "")


def test_what_was_proposed_before_something_was_posted_into_its_months_is_proposed_again(
    app: Flask,
) -> None:
    register_three()
    draft = propose_edition(mengzhao, FORM | {"last_month": "6"})
    register(YI, date(2020, 7, 1))
    register(YI, date(2020, 6, 30))
    with pytest.raises(StateError, match="又有合同记进了这些月份"):
        decide_edition(luxin, draft, CONFIRM_EDITION, "")


def test_what_is_posted_into_later_months_or_for_show_does_not_hold_an_edition_up(
    app: Flask,
) -> None:
    register_three()
    draft = propose_edition(mengzhao, FORM | {"last_month": "6"})
    register(YI, date(2020, 7, 1))
    register(YI, date(2020, 6, 30), is_demo=True)
    assert decide_edition(luxin, draft, CONFIRM_EDITION, "") is not None


def test_the_database_itself_refuses_to_change_or_delete_an_edition(app: Flask) -> None:
    register_three()
    number = publish()
    for statement in ("UPDATE edition SET note = 'x'", "DELETE FROM edition"):
        with pytest.raises(IntegrityError, match="edition is append-only"), writing() as session:
            session.execute(text(statement))
    assert found(number).note == ""


def test_an_edition_that_was_tampered_with_is_found_out(app: Flask) -> None:
    register_three()
    one = found(publish())
    db.session.expunge(one)
    one.content = {**one.content, "figures": {**one.content["figures"], "total": [1, 2, 3]}}
    check = verify_edition(db.session, one)
    assert not check.is_hash_right
    assert check.differing == 1
    assert check.differences[0].figure == "figures total"


def test_verifying_an_edition_that_is_not_there_says_so(app: Flask) -> None:
    answer = CliRunner().invoke(edition_command, ["verify", "77"])
    assert answer.exit_code == 2
    assert "没有编号是 77 的版本" in answer.output


def test_whoever_proposed_an_edition_may_not_confirm_it(app: Flask) -> None:
    register_three()
    draft = propose_edition(mengzhao, FORM)
    for action in (CONFIRM_EDITION, REFUSE_EDITION):
        with pytest.raises(Forbidden):
            decide_edition(mengzhao, draft, action, "看过了")
    with pytest.raises(Forbidden):
        decide_edition(luxin, draft, DROP_EDITION, "")
    assert db.session.query(Edition).count() == 0
    decide_edition(mengzhao, draft, DROP_EDITION, "")


def test_an_administrator_confirms_and_does_not_propose(app: Flask) -> None:
    with pytest.raises(Forbidden):
        propose_edition(luxin, FORM)


def test_a_refusal_needs_a_reason_and_ends_the_draft(app: Flask) -> None:
    register_three()
    draft = propose_edition(mengzhao, FORM)
    with pytest.raises(StateError, match="原因"):
        decide_edition(luxin, draft, REFUSE_EDITION, "")
    assert decide_edition(luxin, draft, REFUSE_EDITION, "缺两份合同") is None
    with pytest.raises(StateError):
        decide_edition(luxin, draft, CONFIRM_EDITION, "")


def test_a_correction_needs_a_note_and_leaves_the_old_edition_readable(
    client: FlaskClient,
) -> None:
    register_three()
    first = publish()
    with pytest.raises(FormProblems) as refused:
        propose_edition(mengzhao, FORM)
    assert "更正" in refused.value.problems["note"]
    register(2 * YI)
    second = publish(note="漏了一份合同")
    assert found(second).number == 2
    shown = seen(client.get(f"/editions/{first}"))
    assert "这一版已经更正" in shown
    assert "漏了一份合同" in shown
    assert "1.00" in shown
    assert "更正说明：漏了一份合同" in seen(client.get(f"/editions/{second}"))
    listed = seen(client.get("/editions"))
    assert "已由第 2 版更正" in listed
    told = json.loads(client.get(f"/editions/{first}.json").data)
    assert told["corrected_by"] == second


def test_two_drafts_of_one_period_become_no_two_first_editions(app: Flask) -> None:
    register_three()
    drafts = [propose_edition(mengzhao, FORM) for _ in range(2)]
    decide_edition(luxin, drafts[0], CONFIRM_EDITION, "")
    with pytest.raises(StateError, match="更正"):
        decide_edition(luxin, drafts[1], CONFIRM_EDITION, "")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", "all"),
        ("year", "20"),
        ("year", "二〇二〇"),
        ("last_month", "13"),
        ("note", "长" * 1001),
    ],
)
def test_a_form_that_is_not_right_is_refused_with_a_sentence(
    app: Flask, field: str, given: str
) -> None:
    with pytest.raises(FormProblems) as refused:
        propose_edition(mengzhao, FORM | {field: given})
    assert refused.value.problems[field]


def test_a_month_that_is_not_over_is_not_published(app: Flask) -> None:
    with time_machine.travel("2020-06-30T04:00:00Z", tick=False):
        register_three()
        with pytest.raises(FormProblems) as running:
            propose_edition(mengzhao, FORM | {"last_month": "6"})
        assert "还没有过完" in running.value.problems["last_month"]
        propose_edition(mengzhao, FORM | {"last_month": "5"})
    with pytest.raises(FormProblems) as refused:
        propose_edition(mengzhao, FORM | {"year": "2090"})
    assert "还没有过完" in refused.value.problems["last_month"]


def test_the_certificate_says_who_what_and_how_to_recompute(client: FlaskClient) -> None:
    register_three()
    number = publish()
    shown = seen(client.get(f"/editions/{number}"))
    for words in ("孟昭", "陆欣", f"market edition verify {number}", found(number).content_hash):
        assert words in shown
    told = json.loads(client.get(f"/editions/{number}.json").data)
    assert told["certificate"]["ledger_position"] == found(number).position
    assert told["content"]["basis"]["zh"].startswith("输出口径")


def test_tables_are_published_with_every_dimension(client: FlaskClient) -> None:
    for _ in range(4):
        register_three()
    number = publish(kind="tables", last_month="6")
    shown = seen(client.get(f"/editions/{number}"))
    check_page(client.get(f"/editions/{number}").text)
    for heading in ("按月", "按技术领域", "按流向", "按卖方性质", "按社会经济目标"):
        assert heading in shown
    assert "40,000.00" in shown
    assert verified(number)["is_whole"]


def test_what_few_contracts_come_to_is_in_no_edition_either(client: FlaskClient) -> None:
    for _ in range(5):
        register(2 * YI)
        register(3 * YI, class_name="技术服务")
    register(777_000_000, class_name="技术咨询")
    number = publish()
    figures = json.loads(client.get(f"/editions/{number}.json").data)["content"]["figures"]
    assert "技术咨询" not in figures["by_code"]["contract_class"]
    assert ["contract_class", "技术咨询"] in figures["withheld"]
    assert verified(number)["is_whole"]


def test_on_the_pages_one_proposes_and_another_confirms(
    statistician: Browser, colleague: Browser
) -> None:
    for _ in range(3):
        register_three()
    answer = statistician.post("/staff/editions", **FORM)
    assert answer.status_code == 302
    address = answer.location
    own = seen(statistician.get(address))
    assert 'value="confirm"' not in own
    assert "要由另一位统计员或管理员确认" in own
    assert statistician.post(address, do="confirm").status_code == 403
    assert "确认发布" in seen(colleague.get("/tasks"))
    done = colleague.post(address, do="confirm")
    assert done.location == "/editions/1"
    assert "已发布，内容不再变动" in seen(colleague.get("/editions/1"))
    assert statistician.post("/staff/editions", **FORM).status_code == 422
    assert colleague.post(address, do="what").status_code == 400
    assert colleague.get("/staff/editions").status_code == 200


TOTAL_OF_LIST = re.compile(r"：([\d,−]+) 项，合同成交额 ([\d,.−]+) 万元</h1>")


def opened_from(browser: Browser, page: str) -> list[tuple[str, str]]:
    """Count and turnover at the head of each list that a page opens to."""
    addresses = re.findall(r'class="m-drill" href="([^"]+)"', browser.get(page).text)
    found = []
    for address in dict.fromkeys(addresses):
        told = TOTAL_OF_LIST.search(seen(browser.get(address.replace("&amp;", "&"))))
        assert told, address
        found.append((told[1], told[2]))
    return found


def test_the_figures_of_an_edition_open_to_lists_that_add_up_to_them(
    statistician: Browser,
) -> None:
    # A licence of 2020 stands under transfers, also where it is amended later.
    old = register(YI, date(2020, 12, 9), class_name="技术转让", subtype="LIC-PAT")
    for class_name in ("技术转让", "技术许可", "技术服务"):
        for amount in (3, 5, 4):
            register(amount * YI, date(2021, 3, 9), class_name=class_name)
    amend(old, 4 * YI, date(2021, 4, 9))
    numbers = {kind: publish(kind=kind, year="2021") for kind in ("board", "tables")}
    before = {kind: opened_from(statistician, f"/editions/{n}") for kind, n in numbers.items()}
    assert ("9", "390,000.00") in before["board"]
    for amount in (3, 5, 4):
        register(amount * YI, date(2021, 3, 9), class_name="技术转让")
    after = {kind: opened_from(statistician, f"/editions/{n}") for kind, n in numbers.items()}
    assert after == before
    now = opened_from(statistician, "/goals?year=2021")
    assert ("6", "270,000.00") in now


def test_drafts_are_for_those_who_count(app: Flask) -> None:
    register_three()
    draft = propose_edition(mengzhao, FORM)
    visitor = Browser(app)
    assert visitor.get(f"/staff/editions/{draft}").status_code == 302
    for address in ("/editions/99", "/editions/99.json"):
        assert visitor.get(address).status_code == 404
