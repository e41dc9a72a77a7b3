"""``market doctor``: each finding under its name, and what to do about it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import update

from marketplace import doctor as module
from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry, audit_values
from marketplace.core.db import now, writing
from marketplace.core.heartbeat import note_alive
from marketplace.core.mail.delivery import MAIL_DUE
from marketplace.core.mail.models import MailDelivery, Outcome
from marketplace.core.messaging import DRAIN
from marketplace.core.outbox import OutboxEvent, record_event
from marketplace.core.outbox_upkeep import backlog
from marketplace.core.schema import downgrade_schema
from marketplace.doctor import Finding, doctor, examine
from marketplace.operations import condition
from marketplace.settings import Mode, Settings
from tasks.definitions import WORK
from tasks.schedule import SEAL
from tests.functional.mail.smtp_server import MailHost, serving

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


def test_without_tables_what_stands_in_them_is_not_looked_at() -> None:
    downgrade_schema("base")
    findings = {one.name: one for one in examine(has_to_revive=True)}
    assert findings["database"].is_well
    assert "空的" in findings["schema"].detail
    for name in ("revived", "outbox", "audit", "worker", "letters", "index", "equality"):
        assert findings[name].detail == "没有看：先要数据库的结构合用"


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


def write_unsealed(at: datetime) -> None:
    with writing() as session:
        values = audit_values(system("test"), "listing.publish", "patent", 4711)
        session.add(AuditEntry(**values | {"at": at}))


def test_audit_rows_that_nobody_seals_are_a_fault_once_a_worker_should_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = now()
    monkeypatch.setattr(condition, "now", lambda: moment)
    assert "都封存了" in found("audit").detail
    write_unsealed(moment - timedelta(seconds=condition.UNSEALED_WARNING_SECONDS + 10))
    assert found("audit").is_well
    assert "最早没有封存的一条等了 130 秒" in found("audit").detail
    note_alive()
    assert not found("audit").is_well
    WORK[SEAL]()
    assert found("audit").is_well
    assert "都封存了" in found("audit").detail


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


def mail_settings(app: Flask, **values: object) -> None:
    settings: Settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update=values)


def test_a_mail_server_that_answers_is_named_without_its_password(app: Flask) -> None:
    with serving(MailHost(user="market", password="not-to-be-shown")) as host:
        address = f"127.0.0.1:{host.port}"
        mail_settings(app, mail_url=f"smtp+plain://market:not-to-be-shown@{address}")
        finding = found("mail")
    assert finding.is_well
    assert f"market@{address}" in finding.detail
    assert "not-to-be-shown" not in finding.detail


def test_a_mail_server_that_refuses_us_is_a_fault_and_the_setting_is_named(app: Flask) -> None:
    with serving(MailHost(user="market", password="another")) as host:
        mail_settings(app, mail_url=f"smtp+plain://market:wrong@127.0.0.1:{host.port}")
        finding = found("mail")
    assert not finding.is_well
    assert "535" in finding.detail
    assert "MARKET_MAIL_URL" in finding.detail
    assert "wrong" not in finding.detail


@pytest.mark.parametrize(
    ("public_url", "missing"),
    [("https://market.example.cn", "MARKET_MAIL_URL"), (None, "MARKET_PUBLIC_URL")],
)
def test_production_without_a_way_for_letters_is_told_what_to_set(
    app: Flask, public_url: str | None, missing: str
) -> None:
    mail_settings(app, mode=Mode.PRODUCTION, public_url=public_url)
    assert not found("mail").is_well
    assert missing in found("mail").detail
    assert found("letters").is_well


def test_the_demo_says_where_its_letters_are(app: Flask) -> None:
    assert found("mail").is_well
    assert str(app.extensions["settings"].mail_dir) in found("mail").detail


def test_letters_that_wait_for_a_setting_are_a_fault(app: Flask) -> None:
    with writing() as session:
        record_event(session, MAIL_DUE, "person", 1)
    assert found("letters").is_well
    mail_settings(app, mode=Mode.PRODUCTION)
    assert not found("letters").is_well
    assert found("letters").detail.startswith("1 ")


def test_letters_that_the_mail_server_refused_are_counted_for_a_day(app: Flask) -> None:
    with writing() as session:
        for number, days in enumerate((0, 2)):
            sent = now() - timedelta(days=days)
            session.add(
                MailDelivery(
                    event_id=number, kind="news", outcome=Outcome.REJECTED, created_at=sent
                )
            )
    assert "1 封被邮件服务器拒收" in found("letters").detail


def test_without_being_told_the_doctor_revives_nothing() -> None:
    wait_for(4000, dead_at=now(), attempts=60)
    result = CliRunner().invoke(doctor, [])
    assert result.exit_code == 1
    assert "异常  待办事件" in result.stdout
    assert backlog().dead == 1
