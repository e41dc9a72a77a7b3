"""Sealing: which rows come under which seal, by whom, and what an interruption leaves."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import CapturingLogger, capture_logs

from marketplace.core.audit_chain import sealing
from marketplace.core.audit_chain.models import AuditHead, AuditSeal
from marketplace.core.audit_chain.sealing import (
    LOCK,
    ChainBroken,
    chain_end,
    oldest_unsealed,
    seal_audit_trail,
)
from marketplace.core.audit_chain.verifying import verify_audit_trail
from marketplace.core.db import db, writing
from marketplace.core.locks import exclusive
from tests.unit.core.audit_chain.trail import write
from tests.unit.core.conftest import NOON

pytestmark = pytest.mark.usefixtures("core_app")


def seals() -> list[tuple[int, int, int, int]]:
    db.session.rollback()
    columns = (AuditSeal.number, AuditSeal.first_id, AuditSeal.last_id, AuditSeal.rows)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(AuditSeal.number))]


def test_an_empty_trail_needs_no_seal() -> None:
    assert seal_audit_trail() == 0
    assert seals() == []
    assert verify_audit_trail().is_whole


def test_rows_come_under_seals_of_so_many_in_the_order_of_their_ids() -> None:
    write([2, 4, 6, 9, 12])
    assert seal_audit_trail(rows_a_seal=2) == 5
    assert seals() == [(1, 2, 4, 2), (2, 6, 9, 2), (3, 12, 12, 1)]
    assert seal_audit_trail() == 0
    write([13])
    assert seal_audit_trail() == 1
    assert seals()[-1] == (4, 13, 13, 1)
    report = verify_audit_trail()
    assert (report.is_whole, report.seals, report.rows, report.unsealed) == (True, 4, 6, 0)


def test_a_run_ends_after_so_many_seals_and_the_next_goes_on() -> None:
    write(range(1, 8))
    assert seal_audit_trail(rows_a_seal=2, seals=2) == 4
    assert seal_audit_trail(rows_a_seal=2, seals=2) == 3


def test_one_process_seals_at_a_time() -> None:
    write([1])
    with exclusive(LOCK) as is_held:
        assert is_held
        assert seal_audit_trail() == 0
    assert seal_audit_trail() == 1


def test_many_sealers_at_once_make_one_chain(bare_core_app: Flask) -> None:
    def seal() -> None:
        with bare_core_app.app_context():
            for _turn in range(5):
                seal_audit_trail(rows_a_seal=3)

    threads = [threading.Thread(target=seal) for _one in range(4)]
    for thread in threads:
        thread.start()
    for start in range(1, 60, 10):
        write(range(start, start + 10))
    for thread in threads:
        thread.join()
    seal_audit_trail()
    report = verify_audit_trail()
    assert (report.is_whole, report.rows, report.unsealed) == (True, 60, 0)


def test_a_second_sealer_that_got_past_the_lock_appends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(range(1, 5))

    def be_overtaken(*_given: object) -> None:
        monkeypatch.undo()
        sealing._append_seal(4, 1000)

    monkeypatch.setattr(sealing, "lock_until_commit", lambda *_given: None)
    seal = sealing._next_seal(chain_end(db.session), 4, 2)
    assert seal is not None
    monkeypatch.setattr(sealing, "_next_seal", lambda *_given: be_overtaken() or seal)
    assert sealing._append_seal(4, 2) == 0
    assert seals() == [(1, 1, 4, 4)]
    assert verify_audit_trail().is_whole


def test_a_sealer_that_is_stopped_amidst_a_seal_leaves_the_chain_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(range(1, 6))
    assert seal_audit_trail(rows_a_seal=2, seals=1) == 2

    def stop(*_given: object) -> None:
        raise SystemExit

    # The seal has been written by then, and the head not yet.
    monkeypatch.setattr(db.session, "get", stop)
    with pytest.raises(SystemExit):
        seal_audit_trail(rows_a_seal=2)
    monkeypatch.undo()
    report = verify_audit_trail()
    assert (report.is_whole, report.rows, report.unsealed) == (True, 2, 3)
    assert seal_audit_trail(rows_a_seal=2) == 3


def test_behind_a_broken_end_nothing_is_sealed_and_the_log_says_so() -> None:
    write([1, 2])
    seal_audit_trail(rows_a_seal=1)
    write([3])
    with writing() as session:
        session.delete(session.get(AuditSeal, 2))
    with pytest.raises(ChainBroken):
        chain_end(db.session)
    with capture_logs() as lines:
        assert seal_audit_trail() == 0
    assert [line["event"] for line in lines] == ["audit_chain_broken"]
    assert len(seals()) == 1


def test_the_log_tells_the_new_head(monkeypatch: pytest.MonkeyPatch) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(sealing, "log", log)
    write([1, 2])
    seal_audit_trail()
    head = db.session.scalars(select(AuditHead)).one()
    (line,) = log.calls
    assert (line.method_name, line.args) == ("info", ("audit_sealed",))
    assert line.kwargs == {"rows": 2, "number": 1, "head": head.hash}


def test_what_is_oldest_without_a_seal_is_known(clock: time_machine.Traveller) -> None:
    assert oldest_unsealed() is None
    write([1])
    clock.shift(timedelta(seconds=5))
    write([2])
    assert oldest_unsealed() == NOON
    seal_audit_trail(rows_a_seal=1, seals=1)
    assert oldest_unsealed() == NOON + timedelta(seconds=5)
    seal_audit_trail()
    assert oldest_unsealed() is None
    assert db.session.scalar(select(func.count()).select_from(AuditHead)) == 1
