"""``market doctor``: each finding under its name, and what to do about it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import update

from marketplace import doctor as module
from marketplace.core.db import now, writing
from marketplace.core.heartbeat import note_alive
from marketplace.core.messaging import DRAIN
from marketplace.core.outbox import OutboxEvent, backlog, record_event
from marketplace.core.schema import downgrade_schema
from marketplace.doctor import Finding, doctor, examine
from marketplace.operations import condition
from tasks.definitions import WORK

pytestmark = pytest.mark.usefixtures("app")


def found(name: str) -> Finding:
    (finding,) = [one for one in examine() if one.name == name]
    return finding


def wait_for(seconds: float, **values: object) -> None:
    """Have one event wait in the outbox since some seconds ago."""
    with writing() as session:
        record_event(session, "listing_changed", "patent", 4711)
        session.flush()
        session.execute(
            update(OutboxEvent).values(created_at=now() - timedelta(seconds=seconds), **values)
        )


def test_a_prepared_market_is_well() -> None:
    assert [one for one in examine() if not one.is_well] == []


def test_a_check_that_fails_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(module, "compare_index", fail)
    finding = found("equality")
    assert not finding.is_well
    assert "the disk is gone" in finding.detail


def test_a_schema_newer_than_the_program_wants_a_newer_program() -> None:
    with writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    finding = found("schema")
    assert not finding.is_well
    assert "9999" in finding.detail
    assert "请先更新程序" in finding.detail
    assert "make" not in finding.detail


def test_an_empty_database_is_told_what_really_brings_it_up_to_date(app: Flask) -> None:
    downgrade_schema("base")
    app.extensions["settings"].database_url = None
    assert "别的 market 命令" in found("schema").detail
    assert "make setup" not in found("schema").detail
    app.extensions["settings"].database_url = "postgresql+psycopg:///market"
    assert "别的 market 命令" not in found("schema").detail
    assert "make run" in found("schema").detail


def test_a_worker_at_work_is_seen() -> None:
    WORK[DRAIN]()
    assert found("worker").is_well
    assert "没有在运行" not in found("worker").detail


def test_a_missing_worker_is_no_fault_while_nothing_waits_for_it() -> None:
    assert found("worker").is_well
    assert "没有在运行" in found("worker").detail


def test_a_missing_worker_is_a_fault_once_events_wait_too_long() -> None:
    wait_for(condition.LAG_WARNING_SECONDS - 10)
    assert found("worker").is_well
    wait_for(condition.LAG_WARNING_SECONDS + 10)
    assert not found("worker").is_well
    note_alive()
    assert found("worker").is_well


def test_a_worker_that_fell_silent_is_not_running(monkeypatch: pytest.MonkeyPatch) -> None:
    note_alive()
    later = now() + timedelta(seconds=condition.ALIVE_SECONDS + 1)
    monkeypatch.setattr(condition, "now", lambda: later)
    assert "没有在运行，最近一次活动在 16 秒前" in found("worker").detail


def test_dead_events_are_a_fault_until_they_are_revived_and_done() -> None:
    wait_for(4000, dead_at=now(), attempts=60)
    assert not found("outbox").is_well
    assert "market doctor --revive" in found("outbox").detail
    result = CliRunner().invoke(doctor, ["--revive", "--json"])
    report = json.loads(result.stdout)
    revived = next(one for one in report["findings"] if one["name"] == "revived")
    assert revived["detail"].startswith("1 ")
    assert (result.exit_code, report["well"]) == (0, True)
    assert backlog().dead == 0


def test_without_being_told_the_doctor_revives_nothing() -> None:
    wait_for(4000, dead_at=now(), attempts=60)
    result = CliRunner().invoke(doctor, [])
    assert result.exit_code == 1
    assert "异常  待办事件" in result.stdout
    assert backlog().dead == 1
