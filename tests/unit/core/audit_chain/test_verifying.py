"""Whatever is done to a sealed history is found, and named as narrowly as can be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from marketplace.core.audit_chain.canonical import GENESIS, seal_hash
from marketplace.core.audit_chain.sealing import seal_audit_trail
from marketplace.core.audit_chain.verifying import (
    SHOWN_ROWS,
    ChainReport,
    Flaw,
    FlawKind,
    verify_audit_trail,
    verify_chain,
)
from marketplace.core.db import db
from tests.unit.core.audit_chain.trail import write
from tests.unit.core.conftest import make_core_app

# Odd ids from 3 on are free; seals of four rows, the last of two; three rows without a seal.
SEALED = tuple(range(2, 38, 2))
UNSEALED = (38, 39, 41)
SEAL_NUMBERS = tuple(range(1, 6))
ENTRY_COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from([-1, 0, 1, *range(3, 37, 2), 100]),
    "at": st.sampled_from(["2026-01-01 00:00:00.000000", "2027-06-01 10:00:00.000001", "soon"]),
    "actor_kind": st.text(max_size=5),
    "actor_name": st.text(max_size=5),
    "person_id": st.integers(-5, 2**40),
    "organisation_id": st.integers(-5, 2**40),
    "action": st.text(max_size=5),
    "subject_kind": st.text(max_size=5),
    "subject_id": st.integers(-5, 2**40),
    "subject_version": st.none() | st.integers(2, 9),
    "detail": st.sampled_from(["{}", '{"source": "x"}', '{"source": null}', "[", "null"]),
}
SEAL_COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.sampled_from([0, 6, 7, 1000]),
    "format": st.integers(-1, 3),
    "first_id": st.integers(-5, 50),
    "last_id": st.integers(-5, 50),
    "rows": st.integers(0, 9),
    "rows_hash": st.text("0123456789abcdef", min_size=64, max_size=64),
    "prints": st.binary(max_size=60),
    "sealed_at": st.sampled_from(["2026-01-01 00:00:00.000000", "soon"]),
    "previous": st.text("0123456789abcdef", min_size=64, max_size=64),
    "hash": st.text("0123456789abcdef", min_size=64, max_size=64),
}
HEAD_COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(0, 4) | st.integers(6, 99),
    "hash": st.text("0123456789abcdef", min_size=64, max_size=64),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A sealed history, made once: what a test does to it is taken back."""
    app = make_core_app(tmp_path_factory.mktemp("history"))
    with app.app_context():
        write(SEALED)
        seal_audit_trail(rows_a_seal=4)
        write(UNSEALED)
        yield app
        db.session.rollback()
        db.engine.dispose()


@contextmanager
def tampering(app: Flask) -> Iterator[Connection]:
    """A transaction in which somebody got past all guards; it is taken back."""
    with app.app_context(), db.engine.connect() as connection:
        yield connection
        connection.rollback()


def run(connection: Connection, statement: str, **values: Any) -> None:
    connection.execute(text(statement), values)


def value(connection: Connection, table: str, key: str, id_: int, column: str) -> Any:
    statement = text(f"SELECT {column} FROM {table} WHERE {key} = :id")
    return connection.execute(statement, {"id": id_}).scalar_one()


def flaws(report: ChainReport) -> list[Flaw]:
    assert report.flaw_count == len(report.flaws)
    return report.flaws


def test_a_history_that_nobody_touched_is_whole(history: Flask) -> None:
    with tampering(history) as connection:
        report = verify_chain(connection)
    assert report.is_whole
    assert (report.seals, report.rows, report.unsealed) == (5, 18, 3)


@given(data=st.data(), id_=st.sampled_from(SEALED), column=st.sampled_from(sorted(ENTRY_COLUMNS)))
def test_a_change_of_any_column_of_any_row_is_found(
    history: Flask, data: st.DataObject, id_: int, column: str
) -> None:
    with tampering(history) as connection:
        before = value(connection, "audit_entry", "id", id_, column)
        after = data.draw(ENTRY_COLUMNS[column].filter(lambda one: one != before))
        run(connection, f"UPDATE audit_entry SET {column} = :v WHERE id = :id", v=after, id=id_)
        found = flaws(verify_chain(connection))
    if column == "id":
        assert {flaw.kind for flaw in found} <= {FlawKind.ROW_MISSING, FlawKind.ROW_ADDED}
        assert Flaw(FlawKind.ROW_MISSING, SEALED.index(id_) // 4 + 1, 1, (id_,)) in found
    else:
        assert found == [Flaw(FlawKind.ROW_CHANGED, SEALED.index(id_) // 4 + 1, 1, (id_,))]


@given(ids=st.sets(st.sampled_from(SEALED), min_size=1, max_size=6))
def test_rows_that_were_deleted_are_named(history: Flask, ids: set[int]) -> None:
    with tampering(history) as connection:
        for id_ in ids:
            run(connection, "DELETE FROM audit_entry WHERE id = :id", id=id_)
        found = flaws(verify_chain(connection))
    assert {flaw.kind for flaw in found} == {FlawKind.ROW_MISSING}
    assert {id_ for flaw in found for id_ in flaw.rows} == ids


@given(id_=st.sampled_from([-7, 0, 1, *range(3, 37, 2)]), like=st.sampled_from(SEALED))
def test_a_row_that_was_put_between_is_named(history: Flask, id_: int, like: int) -> None:
    with tampering(history) as connection:
        names = ", ".join(sorted(ENTRY_COLUMNS.keys() - {"id"}))
        run(
            connection,
            f"INSERT INTO audit_entry (id, {names})"
            f" SELECT :id, {names} FROM audit_entry WHERE id = :like",
            id=id_,
            like=like,
        )
        (flaw,) = flaws(verify_chain(connection))
    assert (flaw.kind, flaw.rows) == (FlawKind.ROW_ADDED, (id_,))


@given(pair=st.lists(st.sampled_from(SEALED), min_size=2, max_size=2, unique=True))
def test_two_rows_that_changed_places_are_named(history: Flask, pair: list[int]) -> None:
    one, other = pair
    with tampering(history) as connection:
        for id_, place in ((one, 1000), (other, one), (1000, other)):
            run(connection, "UPDATE audit_entry SET id = :to WHERE id = :id", id=id_, to=place)
        found = flaws(verify_chain(connection))
    assert {flaw.kind for flaw in found} == {FlawKind.ROW_CHANGED}
    assert {id_ for flaw in found for id_ in flaw.rows} == set(pair)


@given(number=st.sampled_from(SEAL_NUMBERS))
def test_a_seal_that_was_deleted_is_missed(history: Flask, number: int) -> None:
    with tampering(history) as connection:
        run(connection, "DELETE FROM audit_seal WHERE number = :n", n=number)
        found = flaws(verify_chain(connection))
    expected = FlawKind.HEAD_WRONG if number == SEAL_NUMBERS[-1] else FlawKind.SEAL_MISSING
    assert [(flaw.kind, flaw.seal) for flaw in found] == [(expected, number)]


@given(
    data=st.data(),
    number=st.sampled_from(SEAL_NUMBERS),
    column=st.sampled_from(sorted(SEAL_COLUMNS)),
)
def test_a_change_of_any_column_of_any_seal_is_found(
    history: Flask, data: st.DataObject, number: int, column: str
) -> None:
    with tampering(history) as connection:
        before = value(connection, "audit_seal", "number", number, column)
        after = data.draw(SEAL_COLUMNS[column].filter(lambda one: one != before))
        run(connection, f"UPDATE audit_seal SET {column} = :v WHERE number = :n", v=after, n=number)
        report = verify_chain(connection)
    assert not report.is_whole
    if column not in {"number", "hash"}:
        assert flaws(report) == [Flaw(FlawKind.SEAL_CHANGED, number)]


@given(data=st.data(), column=st.sampled_from(sorted(HEAD_COLUMNS)))
def test_a_change_of_the_head_is_found(history: Flask, data: st.DataObject, column: str) -> None:
    with tampering(history) as connection:
        run(connection, f"UPDATE audit_head SET {column} = :v", v=data.draw(HEAD_COLUMNS[column]))
        assert [flaw.kind for flaw in flaws(verify_chain(connection))] == [FlawKind.HEAD_WRONG]


def test_a_lost_head_is_found(history: Flask) -> None:
    with tampering(history) as connection:
        run(connection, "DELETE FROM audit_head")
        assert [flaw.kind for flaw in flaws(verify_chain(connection))] == [FlawKind.HEAD_WRONG]


@given(rows=st.integers(1, len(SEALED)), seals=st.integers(0, len(SEAL_NUMBERS)))
def test_an_end_that_was_cut_off_is_found(history: Flask, rows: int, seals: int) -> None:
    with tampering(history) as connection:
        run(connection, "DELETE FROM audit_entry WHERE id >= :id", id=SEALED[-rows])
        run(connection, "DELETE FROM audit_seal WHERE number > :n", n=len(SEAL_NUMBERS) - seals)
        kinds = {flaw.kind for flaw in flaws(verify_chain(connection))}
    assert kinds
    assert kinds <= {FlawKind.ROW_MISSING, FlawKind.HEAD_WRONG}
    assert (FlawKind.HEAD_WRONG in kinds) == (seals > 0)


def test_an_end_that_was_rewritten_is_found_by_a_head_noted_before(history: Flask) -> None:
    with tampering(history) as connection:
        noted = verify_chain(connection).head
        assert verify_chain(connection, noted).is_whole
        older = value(connection, "audit_seal", "number", 3, "hash")
        run(connection, "DELETE FROM audit_entry WHERE id >= :id", id=SEALED[-2])
        run(connection, "DELETE FROM audit_seal WHERE number = 5")
        end = value(connection, "audit_seal", "number", 4, "hash")
        run(connection, "UPDATE audit_head SET number = 4, hash = :hash", hash=end)
        assert verify_chain(connection).is_whole
        assert verify_chain(connection, older).is_whole
        assert flaws(verify_chain(connection, noted)) == [Flaw(FlawKind.HEAD_UNKNOWN)]


def test_a_seal_that_hashes_right_but_follows_from_another_is_found(history: Flask) -> None:
    with tampering(history) as connection:
        seal = connection.execute(text("SELECT * FROM audit_seal WHERE number = 3")).one()
        forged = type("Forged", (), {**seal._mapping, "previous": GENESIS})
        run(
            connection,
            "UPDATE audit_seal SET previous = :previous, hash = :hash WHERE number = 3",
            previous=GENESIS,
            hash=seal_hash(forged),
        )
        found = [(flaw.kind, flaw.seal) for flaw in flaws(verify_chain(connection))]
    assert found == [(FlawKind.CHAIN_CUT, 3), (FlawKind.CHAIN_CUT, 4)]


@given(id_=st.sampled_from(UNSEALED))
def test_what_is_not_sealed_yet_is_told_and_is_no_fault(history: Flask, id_: int) -> None:
    with tampering(history) as connection:
        run(connection, "DELETE FROM audit_entry WHERE id = :id", id=id_)
        report = verify_chain(connection)
    assert (report.is_whole, report.unsealed) == (True, len(UNSEALED) - 1)


def test_of_many_rows_that_are_wrong_the_first_are_named(tmp_path: Path) -> None:
    app = make_core_app(tmp_path)
    with app.app_context():
        write(range(1, 101))
        seal_audit_trail()
        with tampering(app) as connection:
            run(connection, "DELETE FROM audit_entry WHERE id <= 60")
            (flaw,) = flaws(verify_chain(connection))
        assert (flaw.count, flaw.rows) == (60, tuple(range(1, SHOWN_ROWS + 1)))
        assert verify_audit_trail().is_whole
        db.session.rollback()
        db.engine.dispose()
