"""The ledger: sums agree to the 分 whatever happened, and nothing in it is ever edited."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.contracts.facts import Counted
from marketplace.contracts.ledger import Booking, post
from marketplace.contracts.ledger.commands import verify_command
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.ledger.sums import Months, Sum, sums_by_code, total
from marketplace.contracts.ledger.verifying import verify_ledger, verify_ledger_now
from marketplace.contracts.models import (
    DIMENSIONS,
    Contract,
    ContractVersion,
    LedgerEntry,
    LedgerSum,
)
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.core.db import db, snapshot, writing
from marketplace.core.postgresql import is_postgresql
from tests.functional.contracts.registers import AMENDED, bring_in, numbered, row

pytestmark = pytest.mark.usefixtures("app")

HANDS = Hands("甲", "乙")
CODES = dict.fromkeys(DIMENSIONS, ("a", "b", ""))

amounts = st.integers(0, 10**14)
facts = st.fixed_dictionaries({name: st.sampled_from(CODES[name]) for name in DIMENSIONS})
counted = st.builds(Counted, amounts, amounts, facts)
days = st.dates(date(2019, 1, 1), date(2026, 12, 31))
steps = st.one_of(
    st.tuples(st.just(AMEND), days, counted),
    st.tuples(st.sampled_from([DEREGISTER, REVOKE]), days, st.none()),
)
histories = st.lists(
    st.tuples(days, counted, st.lists(steps, max_size=4), st.booleans()), max_size=6
)


def contract(number: int, *, is_demo: bool = False) -> int:
    with writing() as session:
        one = Contract(
            state="draft",
            origin="entered",
            rule_version="2026",
            title=f"合同 {number}",
            class_name="技术开发",
            subtype="DEV-COM",
            seller_name="甲",
            buyer_name="乙",
            is_demo=is_demo,
        )
        session.add(one)
        session.flush()
        return one.id


def take(history: list[tuple[str, date, Counted | None]], *, is_demo: bool) -> None:
    """Give a contract its versions, post each of them, and keep its own row up with them."""
    contract_id = contract(1, is_demo=is_demo)
    before: Counted | None = None
    for version, (event, on, after) in enumerate(history, 1):
        with writing() as session:
            held = after or before
            assert held is not None
            session.add(
                ContractVersion(
                    contract_id=contract_id,
                    version=version,
                    event=event,
                    counts_on=on,
                    turnover=held.turnover,
                    tech_amount=held.tech_amount,
                    facts=held.facts,
                    terms={},
                    **HANDS.as_columns(),
                )
            )
            booking = Booking(
                contract_id,
                version,
                event,
                on,
                history[0][1],
                before,
                after,
                HANDS,
                is_demo=is_demo,
            )
            post(session, [booking])
            session.execute(
                update(Contract)
                .where(Contract.id == contract_id)
                .values(
                    state={DEREGISTER: "deregistered", REVOKE: "revoked"}.get(event, "registered"),
                    version=version,
                    is_counted=after is not None,
                    turnover=held.turnover,
                    tech_amount=held.tech_amount,
                    registered_on=history[0][1],
                    changed_on=on if version > 1 else None,
                )
            )
        before = after
        if after is None:
            return


@pytest.mark.exhaustive
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=histories)
def test_whatever_happens_sums_and_postings_are_what_the_history_gives(app, histories):
    with app.app_context():
        had = everything()
        expected: dict[bool, Sum] = {}
        for on, first, later, is_demo in histories:
            take([(REGISTER, on, first), *later], is_demo=is_demo)
            last = first
            for _event, _on, after in later:
                last = after
                if after is None:
                    break
            if last is not None:
                counts = Sum(1, last.turnover, last.tech_amount)
                expected[is_demo] = expected.get(is_demo, Sum()) + counts
        result = verify_ledger(db.session)
        assert result.is_whole, result.differences
        now = everything()
        for is_demo in (False, True):
            grown = now.get(is_demo, Sum()) - had.get(is_demo, Sum())
            assert grown == expected.get(is_demo, Sum())


def everything() -> dict[bool, Sum]:
    db.session.rollback()
    asked = (
        select(
            LedgerSum.is_demo,
            func.sum(LedgerSum.count),
            func.sum(LedgerSum.turnover),
            func.sum(LedgerSum.tech_amount),
        )
        .where(LedgerSum.dimension == "")
        .group_by(LedgerSum.is_demo)
    )
    return {
        bool(is_demo): Sum(int(count), int(turnover), int(tech_amount))
        for is_demo, count, turnover, tech_amount in db.session.execute(asked)
    }


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_codes_of_each_dimension_add_up_to_all(tmp_path, dimension):
    rows = [
        one | (AMENDED if number % 2 else {}) | {"技术领域": str(number % 11 + 1)}
        for number, one in enumerate(numbered(12))
    ]
    bring_in(tmp_path / "r.csv", rows)
    parts = sums_by_code(db.session, dimension)
    assert sum(parts.values(), Sum()) == total(db.session)
    assert total(db.session).count == 12


def test_months_and_lines_can_be_chosen(tmp_path):
    bring_in(tmp_path / "r.csv", [row(**AMENDED)])
    assert total(db.session, Months(202403, 202403)) == Sum(1, 68_000_050, 52_000_025)
    assert total(db.session, Months.of_year(2024), lines="A") == Sum(0, 1_999_950, 999_975)
    assert total(db.session, Months.of_year(2023)) == Sum()


def test_the_demonstration_does_not_mix_with_what_is_real(tmp_path):
    take(
        [(REGISTER, date(2024, 1, 1), Counted(100, 50, dict.fromkeys(DIMENSIONS, "")))],
        is_demo=True,
    )
    assert total(db.session) == Sum(1, 100, 50)
    bring_in(tmp_path / "r.csv", [row()])
    assert total(db.session) == Sum(1, 68_000_050, 52_000_025)


@pytest.mark.parametrize("model", [LedgerEntry, ContractVersion])
def test_the_database_refuses_to_edit_what_was_posted(tmp_path, model: Any):
    bring_in(tmp_path / "r.csv", [row()])
    for statement in (update(model).values(event="X"), delete(model)):
        with pytest.raises(IntegrityError, match="append-only"), writing() as session:
            session.execute(statement)


OTHER_ID = "SELECT id + 100, " + ", ".join(
    one.name for one in ContractVersion.__table__.columns if one.name != "id"
)
SAME = "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("contract_version", SAME),
        ("ledger_entry", SAME),
        ("contract_version", f"INSERT OR REPLACE INTO {{table}} {OTHER_ID} FROM {{table}}"),
        ("contract_version", f"REPLACE INTO {{table}} {OTHER_ID} FROM {{table}}"),
    ],
)
@pytest.mark.parametrize("is_bare", [False, True])
def test_nothing_posted_is_replaced_by_its_id_or_by_its_key(
    app, tmp_path, table, statement, is_bare
):
    bring_in(tmp_path / "r.csv", [row()])
    if is_postgresql(db.engine):
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    asked = statement.format(table=table)
    if is_bare:
        # As any other program opens the file: without what the market sets on its connections.
        with (
            closing(sqlite3.connect(db.engine.url.database)) as connection,
            pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"),
        ):
            connection.execute(asked)
    else:
        with pytest.raises(IntegrityError, match=f"{table} is append-only"), writing() as session:
            session.execute(text(asked))
    assert verify_ledger_now().is_whole


def test_the_triggers_of_a_replaced_row_run_on_each_connection_of_the_market(app):
    if is_postgresql(db.engine):
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    assert db.session.scalar(text("PRAGMA recursive_triggers")) == 1


def test_a_version_is_not_overwritten_where_its_key_is_there_already(tmp_path):
    bring_in(tmp_path / "r.csv", [row()])
    with pytest.raises(IntegrityError, match="append-only"), writing() as session:
        session.execute(
            text(
                f"INSERT INTO contract_version {OTHER_ID} FROM contract_version WHERE true "
                "ON CONFLICT (contract_id, version) DO UPDATE SET event = 'X'"
            )
        )


def test_a_posting_that_no_history_gives_is_found(tmp_path):
    bring_in(tmp_path / "r.csv", [row()])
    with writing() as session:
        columns = [c for c in LedgerEntry.__table__.columns if c.name != "id"]
        copied = session.execute(select(*columns)).mappings().one()
        session.execute(insert(LedgerEntry), [{**copied, "d_turnover": 1}])
    result = verify_ledger(db.session)
    assert [one.what for one in result.differences] == ["entries"]


def test_a_posting_of_a_contract_without_history_is_found(tmp_path):
    bring_in(tmp_path / "r.csv", [row()])
    stranger = contract(2)
    with writing() as session:
        columns = [c for c in LedgerEntry.__table__.columns if c.name != "id"]
        copied = session.execute(select(*columns)).mappings().one()
        session.execute(insert(LedgerEntry), [{**copied, "contract_id": stranger}])
    assert [one.what for one in verify_ledger(db.session).differences] == ["no_history"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("turnover = turnover + 1", ("turnover 68000050", "turnover 68000051")),
        ("tech_amount = 0", ("tech_amount 52000025", "tech_amount 0")),
        ("number = '2024990100999999'", ("number {number}", "number 2024990100999999")),
        ("registered_on = '2024-03-09'", ("registered_on {day}", "registered_on 2024-03-09")),
        ("changed_on = '2024-12-01'", ("changed_on None", "changed_on 2024-12-01")),
        ("state = 'revoked'", ("state registered/change_pending", "state revoked")),
        ("is_counted = false", ("is_counted True", "is_counted False")),
        ("buyer_name = '丙'", ("buyer_name", "buyer_name 丙")),
        ("ends_on = NULL", ("ends_on", "ends_on None")),
        ("signed_on = '2001-01-01'", ("signed_on", "signed_on 2001-01-01")),
    ],
)
def test_a_contract_whose_own_row_is_not_what_its_history_says_is_named(tmp_path, damage, told):
    bring_in(tmp_path / "r.csv", [row()])
    one = db.session.scalars(select(Contract)).one()
    named = {"number": one.number, "day": one.registered_on}
    with writing() as session:
        session.execute(text(f"UPDATE contract SET {damage}"))
    result = CliRunner().invoke(verify_command, ["--json"])
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    (difference,) = report["differences"]
    assert (difference["what"], difference["subject"]) == ("contract", f"contract {one.id}")
    expected, found = (words.format(**named) for words in told)
    assert difference["expected"].startswith(expected)
    assert difference["found"] == found
    assert report["wrong_contracts"] == [one.id]


@pytest.mark.parametrize("damage", ["is_counted = true", "state = 'registered'"])
def test_a_contract_that_says_it_counts_without_a_history_is_named(damage):
    contract_id = contract(1)
    with writing() as session:
        session.execute(text(f"UPDATE contract SET {damage}"))
    result = verify_ledger(db.session)
    assert result.wrong_contracts == [contract_id]


def test_every_contract_that_differs_is_named_however_many_there_are(tmp_path):
    bring_in(tmp_path / "r.csv", numbered(30))
    ids = list(db.session.scalars(select(Contract.id).order_by(Contract.id)))
    with writing() as session:
        session.execute(text("UPDATE contract SET turnover = turnover + 1"))
    result = CliRunner().invoke(verify_command, [])
    assert ", ".join(map(str, ids)) in result.output


def test_what_others_write_meanwhile_does_not_stand_in_the_moment_that_is_verified(tmp_path):
    def contracts() -> int:
        return reading.scalar(select(func.count(Contract.id))) or 0

    with snapshot() as reading:
        before = contracts()
        bring_in(tmp_path / "r.csv", [row()])
        assert contracts() == before
        assert verify_ledger(reading).contracts == before
    assert verify_ledger_now().contracts == before + 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger_sum SET turnover = turnover + 1 WHERE dimension = 'subtype'",
        "DELETE FROM ledger_sum WHERE dimension = 'flow'",
        "UPDATE ledger_sum SET code = 'X' WHERE dimension = 'industry'",
    ],
)
def test_a_sum_that_the_postings_do_not_give_is_found(tmp_path, damage):
    bring_in(tmp_path / "r.csv", [row()])
    with writing() as session:
        session.execute(text(damage))
    result = CliRunner().invoke(verify_command, ["--json"])
    assert result.exit_code == 1
    assert {one["what"] for one in json.loads(result.stdout)["differences"]} == {"sum"}


def test_the_command_says_that_all_agrees(tmp_path):
    bring_in(tmp_path / "r.csv", [row(**AMENDED)])
    result = CliRunner().invoke(verify_command, [])
    assert result.exit_code == 0
    assert "全部相符" in result.output


def test_the_total_is_printed_to_the_wan_with_halves_rounded_up(tmp_path):
    cents = {"合同成交额(元)": "12345675000.00", "技术交易额(元)": "1.00"}
    bring_in(tmp_path / "r.csv", [row(**cents)])
    assert "成交额合计 123.4568 亿元" in CliRunner().invoke(verify_command, []).output
