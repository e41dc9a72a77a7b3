"""Whoever tries the demo reads its letters in the terminal, or in the data folder."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask

from marketplace.core.mail import transports
from marketplace.core.mail.models import Outcome
from marketplace.core.mail.transports import ConsoleTransport, MemoryTransport, make_transport
from marketplace.core.outbox import drain
from marketplace.factory import create_app
from marketplace.settings import Mode, Settings
from tests.conftest import close, make_settings
from tests.functional.mail.conftest import outcomes, write_to


@pytest.fixture
def demo(data_folder: Path) -> Iterator[Flask]:
    """A market that prints its letters."""
    app = create_app(make_settings(data_folder, mail_url="console:"))
    with app.app_context():
        yield app
    close(app)


def test_a_letter_is_printed_and_kept(
    demo: Flask, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_to(1, text="请打开 http://127.0.0.1:8000/confirm/abc")
    drain()
    said = capsys.readouterr()
    assert said.out == ""
    assert "p1@example.cn: 锂电池有新成果" in said.err
    assert "http://127.0.0.1:8000/confirm/abc" in said.err
    (file,) = (data_folder / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=default)
    assert (file.suffix, letter["To"]) == (".eml", "p1@example.cn")
    assert "http://127.0.0.1:8000/confirm/abc" in letter.get_content()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert outcomes() == {1: Outcome.SENT}


def test_only_the_last_letters_are_kept(
    demo: Flask, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "KEPT_LETTERS", 2)
    write_to(1, 2, 3)
    drain()
    files = sorted((data_folder / "mail").iterdir())
    kept = [message_from_bytes(file.read_bytes(), policy=default)["To"] for file in files]
    assert kept == ["p2@example.cn", "p3@example.cn"]


def test_the_demo_prints_letters_and_tests_keep_them_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    demo = Settings(mode=Mode.DEMO, data_dir=tmp_path)
    assert isinstance(make_transport(demo), ConsoleTransport)
    assert isinstance(make_transport(make_settings(tmp_path)), MemoryTransport)
