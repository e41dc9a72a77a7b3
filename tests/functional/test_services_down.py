"""A service that doesn't answer: pages and commands say so, and nobody waits long."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from marketplace.cli import main
from marketplace.core.db import writing
from marketplace.core.heartbeat import note_alive
from marketplace.core.outbox import record_event
from marketplace.core.outbox_upkeep import backlog
from marketplace.factory import create_app
from marketplace.server import serve
from marketplace.settings import Mode
from tests.conftest import close, make_settings

PASSWORD = "not-to-be-shown"


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.fixture
def address(free_port: int) -> str:
    """The address of a database that is down."""
    return f"postgresql://market:{PASSWORD}@127.0.0.1:{free_port}/market"


@pytest.fixture
def cut_off(address: str, tmp_path: Path) -> Iterator[Flask]:
    """A market whose database is down."""
    app = create_app(make_settings(tmp_path, database_url=address, search_url=None, redis_url=None))
    yield app
    close(app)


@pytest.fixture
def environment(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a command."""
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "MARKET_MODE": "test",
        "MARKET_SECRET_KEY": "only-for-tests",
        "MARKET_DATABASE_URL": address,
        "MARKET_LANG": "zh",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("path", ["/", "/en/", "/results/1", "/organisations/1"])
def test_a_page_says_that_it_will_be_back_and_when_to_ask_again(cut_off: Flask, path: str) -> None:
    answer = cut_off.test_client().get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert ("Temporarily" if path == "/en/" else "正在恢复") in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(("path", "words"), [("/about", "关于本站"), ("/en/about", "About")])
def test_the_page_about_the_site_comes_without_the_database(
    cut_off: Flask, path: str, words: str
) -> None:
    answer = cut_off.test_client().get(path)
    assert answer.status_code == 200
    assert words in answer.text
    assert "TRL&nbsp;9" in answer.text


@pytest.mark.parametrize("arguments", [["search", "焊缝"], ["reindex"], ["demo", "status"]])
def test_a_command_says_which_database_and_which_setting(
    environment: None, arguments: list[str]
) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "数据库没有应答：postgresql+psycopg://market@127.0.0.1:" in result.stderr
    assert "MARKET_DATABASE_URL" in result.stderr
    assert PASSWORD not in result.output
    assert result.stderr.count("\n") == 1


def test_a_server_whose_database_is_down_ends_so_that_it_is_started_again(
    environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "0")
    assert serve() == 1
    assert "MARKET_DATABASE_URL" in capsys.readouterr().err


def test_the_doctor_says_what_is_down_and_leaves_out_what_needs_it(environment: None) -> None:
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == 1
    found = {one["name"]: one for one in json.loads(result.stdout)["findings"]}
    assert "数据库没有应答" in found["database"]["detail"]
    assert PASSWORD not in result.output
    for name in ("schema", "outbox", "worker", "equality"):
        assert "先要连上数据库" in found[name]["detail"]
    assert found["redis"]["is_well"]
    assert found["search"]["is_well"]


@pytest.mark.parametrize(
    ("variable", "address", "name", "said"),
    [
        ("MARKET_REDIS_URL", "redis://:{password}@127.0.0.1:{port}/0", "redis", "Redis 是否在运行"),
        (
            "MARKET_SEARCH_URL",
            "http://market:{password}@127.0.0.1:{port}/market",
            "search",
            "Elasticsearch 是否在运行",
        ),
    ],
)
def test_the_doctor_names_any_service_that_is_down_and_shows_no_password(
    environment: None,
    monkeypatch: pytest.MonkeyPatch,
    free_port: int,
    variable: str,
    address: str,
    name: str,
    said: str,
) -> None:
    monkeypatch.delenv("MARKET_DATABASE_URL")
    monkeypatch.setenv(variable, address.format(password=PASSWORD, port=free_port))
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == 1
    found = {one["name"]: one for one in json.loads(result.stdout)["findings"]}
    assert said in found[name]["detail"]
    assert f"@127.0.0.1:{free_port}" in found[name]["detail"] or name == "redis"
    assert PASSWORD not in result.output


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as mute:
        yield mute.getsockname()[1]


@pytest.mark.parametrize("port", ["free_port", "silent_port"])
def test_without_redis_pages_come_and_changes_are_kept(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, data_folder: Path, port: str
) -> None:
    monkeypatch.setattr("marketplace.factory.configure_logging", lambda mode: None)
    monkeypatch.setattr("marketplace.core.redis.CONNECT_SECONDS", 0.2)
    address = f"redis://127.0.0.1:{request.getfixturevalue(port)}/0"
    settings = make_settings(data_folder, redis_url=address, mode=Mode.DEMO, host="127.0.0.1")
    app = create_app(settings)
    visitor = app.test_client()
    assert [visitor.get("/about").status_code for _time in range(3)] == [200, 200, 200]
    with app.app_context():
        with writing() as session:
            record_event(session, "listing_changed", "patent", 4711)
        note_alive()
        assert backlog().waiting == 1
    close(app)


def test_requests_are_limited_by_each_process_while_redis_is_down(
    free_port: int, monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    monkeypatch.setattr("marketplace.factory.configure_logging", lambda mode: None)
    settings = make_settings(
        data_folder,
        redis_url=f"redis://127.0.0.1:{free_port}/0",
        mode=Mode.DEMO,
        host="127.0.0.1",
        request_limit="3 per minute",
    )
    app = create_app(settings)
    visitor = app.test_client()
    assert [visitor.get("/about").status_code for _time in range(4)] == [200, 200, 200, 429]
    close(app)
