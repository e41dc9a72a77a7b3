"""Many rows in one go: the same comes back as from rows added one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError

from marketplace.contracts.models import Contract
from marketplace.core.audit import AuditEntry
from marketplace.core.bulk import insert_numbered, insert_rows
from marketplace.core.db import db, writing

AUDIT = cast(Table, AuditEntry.__table__)
CONTRACT = cast(Table, Contract.__table__)
MOMENT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
AWKWARD = "制表\t换行\n反斜线\\N 引号\"' 逗号, 100%(s) 😀"


def act(**changes: Any) -> dict[str, Any]:
    return {
        "at": MOMENT,
        "actor_kind": "person",
        "actor_name": "沈禾",
        "action": "test.bulk",
        "subject_kind": "test",
        "subject_id": 7,
        "detail": {"名": [1, None, True, AWKWARD]},
        **changes,
    }


def contract(**changes: Any) -> dict[str, Any]:
    return {
        "title": AWKWARD,
        "state": "draft",
        "origin": "entered",
        "rule_version": "2026",
        "class_name": "技术开发",
        "subtype": "DEV-COM",
        "seller_name": "河湾理工大学",
        "buyer_name": "青堤机械有限公司",
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "signed_on": date(2026, 2, 28),
        "turnover": 9_007_199_254_740_993,
        "number": None,
        **changes,
    }


@pytest.mark.usefixtures("app")
def test_texts_moments_json_and_nothing_come_back_as_they_were() -> None:
    with writing() as session:
        insert_rows(session, AUDIT, [act(), act(actor_name="", detail={})])

    first, second = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "test.bulk").order_by(AuditEntry.id)
    )
    assert first.detail == {"名": [1, None, True, AWKWARD]}
    assert first.at == MOMENT
    assert (second.actor_name, second.detail, second.person_id) == ("", {}, None)


@pytest.mark.usefixtures("app")
def test_ids_come_in_the_order_of_the_rows_with_defaults_in_place() -> None:
    titles = [f"{number} {AWKWARD}" for number in range(25)]

    with writing() as session:
        ids = insert_numbered(session, CONTRACT, [contract(title=title) for title in titles])

    found = {row.id: row for row in db.session.scalars(select(Contract))}
    assert [found[id_].title for id_ in ids] == titles
    one = found[ids[0]]
    assert (one.turnover, one.signed_on) == (9_007_199_254_740_993, date(2026, 2, 28))
    assert (one.number, one.is_demo, one.patent_numbers) == (None, False, [])


@pytest.mark.usefixtures("app")
def test_no_rows_are_no_statement() -> None:
    with writing() as session:
        insert_rows(session, AUDIT, [])
        assert insert_numbered(session, CONTRACT, []) == []


def test_what_the_database_refuses_leaves_nothing(app: Flask) -> None:
    rows = [contract(number="2024410100000001"), contract(number="2024410100000001")]

    with pytest.raises(IntegrityError), writing() as session:
        insert_numbered(session, CONTRACT, rows)

    assert db.session.scalar(select(Contract.id)) is None


def test_one_row_added_afterwards_gets_a_number_of_its_own(app: Flask) -> None:
    with writing() as session:
        ids = insert_numbered(session, CONTRACT, [contract(), contract()])

    with writing() as session:
        one = Contract(**contract())
        session.add(one)
        session.flush()
        assert one.id not in ids
