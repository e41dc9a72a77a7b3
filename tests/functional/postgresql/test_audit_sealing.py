"""Rows get their ids before they can be seen: none is missed by the seals, however late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry, audit_values
from marketplace.core.audit_chain.sealing import seal_audit_trail
from marketplace.core.audit_chain.settling import settled_id
from marketplace.core.audit_chain.verifying import ChainReport, verify_audit_trail
from marketplace.core.db import db
from tests.functional.postgresql.conftest import Beside

ACTOR = system("import")


def add(session: Session) -> int:
    """Add a row; its id."""
    values = audit_values(ACTOR, "listing.import", "patent", 1)
    return session.execute(insert(AuditEntry).values(values).returning(AuditEntry.id)).scalar_one()


def add_and_commit() -> int:
    with Session(db.engine) as session, session.begin():
        return add(session)


@contextmanager
def open_writer() -> Iterator[tuple[Session, int]]:
    """A transaction that has taken an id and hasn't ended."""
    with Session(db.engine) as session:
        yield session, add(session)


def seal() -> int:
    return seal_audit_trail(patience=0)


def whole() -> ChainReport:
    report = verify_audit_trail()
    assert report.is_whole, report.flaws
    return report


def test_a_lower_id_that_commits_late_comes_under_the_same_seal(app: Flask) -> None:
    with open_writer() as (session, low):
        assert add_and_commit() > low
        assert seal() == 0
        assert whole().unsealed == 1
        session.commit()
    assert seal() == 2
    assert whole().unsealed == 0


def test_an_id_that_is_taken_back_holds_nothing_up(app: Flask) -> None:
    with open_writer() as (session, _low):
        add_and_commit()
        assert seal() == 0
        session.rollback()
    assert seal() == 1
    whole()


def test_where_long_transactions_overlap_what_was_noted_is_sealed_in_its_turn(app: Flask) -> None:
    with open_writer() as (first, _low):
        add_and_commit()
        assert seal() == 0
        with open_writer() as (second, _higher):
            add_and_commit()
            assert seal() == 0
            first.commit()
            # Somebody is still writing, but nobody who could take an id below the noted one.
            assert seal() == 2
            assert whole().unsealed == 1
            second.commit()
    assert seal() == 2
    assert (whole().rows, whole().unsealed) == (4, 0)


def test_who_only_reads_or_writes_elsewhere_holds_nothing_up(app: Flask) -> None:
    add_and_commit()
    with Session(db.engine) as session:
        session.get(AuditEntry, 1)
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        assert seal() == 1
        session.rollback()


def test_the_sealer_waits_a_while_for_who_is_writing(app: Flask) -> None:
    with open_writer() as (session, low):
        ended = threading.Timer(0.3, session.commit)
        ended.start()
        add_and_commit()
        assert settled_id(0) == 0
        assert settled_id(20) > low
        ended.join()


def test_many_writers_and_sealers_at_once_leave_one_whole_chain(app: Flask) -> None:
    ended = threading.Event()

    def write() -> None:
        for turn in range(20):
            with Session(db.engine) as session:
                for _row in range(3):
                    add(session)
                if turn % 5:
                    session.commit()

    def keep_sealing() -> None:
        while not ended.is_set():
            seal_audit_trail(patience=0, rows_a_seal=7)

    writing = [Beside(app, write) for _one in range(4)]
    sealing = [Beside(app, keep_sealing) for _one in range(3)]
    for one in writing:
        one.join()
    ended.set()
    for one in sealing:
        one.join()
    seal_audit_trail()
    report = whole()
    assert (report.rows, report.unsealed) == (4 * 16 * 3, 0)
