"""A database that doesn't answer: pages and commands say so, and nobody waits long."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from marketplace.cli import main
from marketplace.factory import create_app
from tests.conftest import close, make_settings

PASSWORD = "not-to-be-shown"


@pytest.fixture
def address() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"postgresql://market:{PASSWORD}@127.0.0.1:{kept.getsockname()[1]}/market"


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
