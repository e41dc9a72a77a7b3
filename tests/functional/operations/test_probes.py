"""Alive and ready: what load balancers and monitors are told, and what strangers aren't."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry, audit_values
from marketplace.core.db import db, now, writing
from marketplace.core.heartbeat import note_alive
from marketplace.core.mail.delivery import MAIL_DUE
from marketplace.core.outbox import OutboxEvent, record_event
from marketplace.core.redis import make_redis
from marketplace.core.schema import downgrade_schema
from marketplace.factory import make_engine
from marketplace.operations import build
from marketplace.operations import watch as module
from marketplace.operations.watch import Part, PartState, Watch
from marketplace.settings import Mode, Settings
from tests.functional.catalogue.conftest import fill_market
from tests.functional.operations.conftest import REQUESTS_AN_HOUR, TOKEN

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Whatever is sent to any database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def parts_of(client: FlaskClient) -> dict[str, dict[str, object]]:
    answer = client.get("/readyz").get_json()
    parts: dict[str, dict[str, object]] = answer["parts"]
    return parts


def test_alive_touches_no_database(client: FlaskClient, statements: list[str]) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert statements == []


def test_a_market_with_its_worker_is_ready(app: Flask, client: FlaskClient) -> None:
    note_alive()
    response = client.get("/readyz")
    answer = response.get_json()
    assert (response.status_code, answer["status"], answer["mode"]) == (200, "ready", "test")
    assert set(answer["commit"]) <= set("0123456789abcdef") or answer["commit"] == "unknown"
    database = answer["parts"]["database"]
    assert database["state"] == "well"
    assert database["schema_present"] == database["schema_expected"] is not None
    assert answer["parts"]["outbox"] == {
        "state": "well",
        "waiting": 0,
        "lag_seconds": 0.0,
        "dead": 0,
    }
    assert answer["parts"]["search"]["documents"] == 0
    assert answer["parts"]["mail"] == {"state": "well", "set": True, "waiting": 0, "rejected": 0}
    assert ("redis" in answer["parts"]) == (app.extensions["settings"].redis_url is not None)


def test_audit_rows_that_stay_unsealed_degrade_the_market(app: Flask, client: FlaskClient) -> None:
    note_alive()
    with writing() as session:
        values = audit_values(system("test"), "listing.publish", "patent", 4711)
        session.add(AuditEntry(**values | {"at": now() - timedelta(seconds=200)}))
    answer = client.get("/readyz").get_json()
    assert (answer["status"], answer["parts"]["audit"]["state"]) == ("degraded", "faulty")
    assert 200 <= answer["parts"]["audit"]["unsealed_seconds"] < 300


def test_the_commit_is_known_also_where_another_user_owns_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.cn"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    monkeypatch.setattr(build, "PROJECT_ROOT", tmp_path)
    # As git's own tests have it: the folder counts as somebody else's.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    found = build._commit_of_folder.__wrapped__()
    assert len(found) == 40
    assert set(found) <= set("0123456789abcdef")


def test_without_its_worker_it_still_serves(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()["status"]) == (200, "degraded")
    assert response.get_json()["parts"]["worker"] == {"state": "faulty", "silent_seconds": None}


def test_letters_that_wait_for_a_setting_are_told(app: Flask, client: FlaskClient) -> None:
    settings: Settings = app.extensions["settings"]
    app.extensions["watch"] = Watch(
        app, module.checks_for(settings.model_copy(update={"mode": Mode.PRODUCTION}))
    )
    with writing() as session:
        record_event(session, MAIL_DUE, "person", 1)
    mail = parts_of(client)["mail"]
    assert (mail["state"], mail["set"], mail["waiting"]) == ("faulty", False, 1)


def test_events_that_wait_and_events_given_up_are_told(client: FlaskClient) -> None:
    with writing() as session:
        record_event(session, "listing_changed", "patent", 1)
        record_event(session, "listing_changed", "patent", 2)
        session.flush()
        session.execute(update(OutboxEvent).values(created_at=now() - timedelta(seconds=90)))
        session.execute(
            update(OutboxEvent).where(OutboxEvent.subject_id == 2).values(dead_at=now())
        )
    outbox = parts_of(client)["outbox"]
    assert (outbox["state"], outbox["waiting"], outbox["dead"]) == ("faulty", 1, 1)
    assert 90 <= float(str(outbox["lag_seconds"])) < 600


def test_without_the_schema_it_is_not_ready(client: FlaskClient) -> None:
    downgrade_schema("base")
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()["status"]) == (503, "unavailable")
    database = response.get_json()["parts"]["database"]
    assert (database["state"], database["schema_present"]) == ("faulty", None)
    assert client.get("/healthz").status_code == 200


def test_without_its_search_it_still_opens_records(app: Flask, client: FlaskClient) -> None:
    fill_market()
    nowhere = app.extensions["settings"].model_copy(update={"search_url": "http://127.0.0.1:1"})
    app.extensions["search"].engine = make_engine(nowhere)
    assert client.get("/patents/1").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert answer.get_json()["parts"]["search"]["state"] == "faulty"


def test_a_database_that_cannot_be_opened_is_told_without_its_name(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ConnectionError("postgresql://market:secret@db.inner refuses")

    monkeypatch.setattr(module, "look_at_schema", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["parts"]["database"] == {
        "state": "faulty",
        "error": "ConnectionError",
    }
    assert "inner" not in response.text


def test_a_part_that_hangs_is_told_and_holds_one_thread_only(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = [], threading.Event()

    def hang() -> Part:
        asked.append(1)
        go_on.wait()
        return Part(PartState.WELL, {})

    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(module, "KEPT_SECONDS", 0.0)
    watch = Watch(app, {"database": hang, "search": lambda: Part(PartState.WELL, {})})
    for _time in range(3):
        condition = watch.look()
        assert condition.parts["database"].state is PartState.SILENT
        assert condition.parts["search"].is_well
        assert condition.readiness.value == "unavailable"
    assert asked == [1]
    go_on.set()
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 10)
    assert watch.look().readiness.value == "ready"


def test_many_who_ask_at_once_cause_one_look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_SECONDS", 3600)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 60)
    asked, all_there = [], threading.Barrier(21)

    def check() -> Part:
        asked.append(1)
        all_there.wait()
        return Part(PartState.WELL, {})

    watch = Watch(app, {"database": check})
    seen: list[str] = []

    def look() -> None:
        all_there.wait()
        seen.append(watch.look().readiness.value)

    # The first one looks; the others come while it does.
    threads = [threading.Thread(target=lambda: seen.append(watch.look().readiness.value))]
    threads += [threading.Thread(target=look) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["ready"] * 21
    assert asked == [1]


def test_who_asks_while_a_part_hangs_waits_for_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 5)
    asked, go_on = threading.Event(), threading.Event()
    go_on.set()

    def check() -> Part:
        asked.set()
        go_on.wait()
        return Part(PartState.FAULTY if is_hanging else PartState.WELL, {})

    is_hanging = False
    watch = Watch(app, {"database": check})
    assert watch.look().readiness.value == "ready"
    asked.clear()
    go_on.clear()
    is_hanging = True
    looking = threading.Thread(target=watch.look)
    looking.start()
    assert asked.wait(30)
    for _time in range(20):
        assert watch.look().readiness.value == "ready"
    go_on.set()
    looking.join()
    assert watch.look().readiness.value == "unavailable"


def test_redis_is_a_part_where_it_is_set(app: Flask) -> None:
    settings = app.extensions["settings"]
    settings.redis_url = "redis://:secret@127.0.0.1:1/0"
    app.extensions["redis"] = make_redis(settings)
    watch = Watch(app, module.checks_for(settings))
    redis = watch.look().parts["redis"]
    assert (redis.state.value, redis.figures) == ("faulty", {"error": "ConnectionError"})


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/en/readyz"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.0.0.7", "forged.example.org", "[::1]"])
def test_a_probe_by_address_over_plain_http_is_answered(
    production: Flask, address: str, host: str
) -> None:
    response = production.test_client().get(address, headers={"Host": host})
    assert response.status_code == 200
    assert host not in response.text


def test_other_pages_still_want_the_name_and_https(production: Flask) -> None:
    client = production.test_client()
    assert client.get("/about", headers={"Host": "10.0.0.7"}).status_code == 400
    answer = client.get("/about", headers={"Host": "market.example.cn"})
    assert answer.status_code == 302


def test_probes_are_not_limited(production: Flask) -> None:
    client = production.test_client()
    times = 2 * REQUESTS_AN_HOUR
    assert {client.get("/healthz").status_code for _time in range(times)} == {200}
    headers = {"Host": "market.example.cn"}
    answers = [client.get("/about", headers=headers).status_code for _time in range(times)]
    assert 429 in answers


@pytest.mark.parametrize("database_url", ["postgresql://market:secret@db.inner/market"])
def test_strangers_learn_nothing_but_the_status(production: Flask, database_url: str) -> None:
    client = production.test_client()
    answer = client.get("/readyz", environ_overrides=ELSEWHERE)
    assert answer.get_json() == {"status": "degraded"}
    # A proxy on this machine asks for somebody elsewhere, too.
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        answer = client.get("/readyz", headers={header: "127.0.0.1"})
        assert list(answer.get_json()) == ["status"], header


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 404),
        (TOKEN, 404),
        ("Bearer ", 404),
        ("Bearer 口令", 404),
        ("", 404),
    ],
)
def test_figures_are_for_this_machine_and_for_the_holder_of_the_token(
    production: Flask, given: str, status: int
) -> None:
    client = production.test_client()
    assert client.get("/metrics").status_code == 200
    headers = {"Authorization": given.encode().decode("latin-1")}
    answer = client.get("/metrics", headers=headers, environ_overrides=ELSEWHERE)
    assert answer.status_code == status
    answer = client.get("/readyz", headers=headers, environ_overrides=ELSEWHERE)
    assert ("parts" in answer.get_json()) == (status == 200)


def test_without_a_token_no_stranger_sees_figures(app: Flask) -> None:
    for given in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        answer = app.test_client().get(
            "/metrics", headers={"Authorization": given}, environ_overrides=ELSEWHERE
        )
        assert answer.status_code == 404
    for address in ("::1", "::ffff:127.0.0.1", "127.8.0.1"):
        answer = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == 200
    answer = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": "unix:"})
    assert answer.status_code == 404


def test_an_engine_of_its_own_database_is_left_alone(app: Flask, client: FlaskClient) -> None:
    client.get("/readyz")
    assert not db.session.in_transaction()
