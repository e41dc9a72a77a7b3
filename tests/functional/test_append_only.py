"""The database itself refuses to change what is only ever added."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from marketplace.core.actor import system
from marketplace.core.audit import record_audit
from marketplace.core.audit_chain.sealing import seal_audit_trail
from marketplace.core.audit_chain.verifying import verify_audit_trail
from marketplace.core.db import db, writing
from marketplace.core.postgresql import is_postgresql
from marketplace.core.schema import downgrade_schema, upgrade_schema
from tests.functional.catalogue.conftest import fill_market

TABLES = {
    "audit_entry": "action = 'x'",
    "state_change": "reason = 'x'",
    "audit_seal": "rows = 1",
    "audit_head": "hash = 'x'",
}


@pytest.fixture(autouse=True)
def history(app: Flask) -> Iterator[None]:
    """Records with their history, under seal."""
    fill_market()
    with writing() as session:
        record_audit(session, system("test"), "listing.publish", "result", 1, 1)
    assert seal_audit_trail() > 0
    yield
    db.session.rollback()


def run(statement: str) -> None:
    with writing() as session:
        session.execute(text(statement))


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_neither_changed_nor_deleted(table: str) -> None:
    before = count(table)
    assert before > 0
    for statement in (f"UPDATE {table} SET {TABLES[table]}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match=f"{table} is append-only"):
            run(statement)
    assert count(table) == before
    assert verify_audit_trail().is_whole


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_not_emptied_and_a_row_not_replaced(app: Flask, table: str) -> None:
    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    if is_postgresql(db.engine):
        statement = f"TRUNCATE {table}"
    with pytest.raises(IntegrityError, match=f"{table} is append-only"):
        run(statement)


@pytest.mark.parametrize("change", ["number = number - 1", "number = number + 2", "id = 2"])
def test_the_head_goes_on_to_the_next_seal_only(change: str) -> None:
    with pytest.raises(IntegrityError, match="audit_head"):
        run(f"UPDATE audit_head SET {change}")


def test_no_key_of_a_guarded_table_lets_its_row_be_replaced_on_sqlite() -> None:
    if is_postgresql(db.engine):
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    with db.engine.connect() as connection:
        inspector = inspect(connection)
        triggers = connection.execute(
            text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for table in {one.tbl_name for one in triggers if one.name.endswith("_no_delete")}:
            guards = [
                one.sql for one in triggers if one.tbl_name == table and "_no_replace" in one.name
            ]
            keys = [one["column_names"] for one in inspector.get_unique_constraints(table)]
            keys.append(inspector.get_pk_constraint(table)["constrained_columns"])
            for key in keys:
                assert any(all(f"= NEW.{name}" in sql for name in key) for sql in guards), table


def test_rows_and_seals_are_still_added() -> None:
    with writing() as session:
        record_audit(session, system("test"), "listing.publish", "result", 2, 1)
    assert seal_audit_trail() == 1
    assert verify_audit_trail().is_whole


def test_the_guards_go_with_the_schema_that_brought_them() -> None:
    downgrade_schema("0005")
    run("UPDATE audit_entry SET action = 'x'")
    run("DELETE FROM state_change")
    upgrade_schema()
    with pytest.raises(IntegrityError, match="audit_entry is append-only"):
        run("DELETE FROM audit_entry")
