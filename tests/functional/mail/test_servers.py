"""What a mail server answers decides whether all letters wait, one waits, or one never goes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.core.db import db, now
from marketplace.core.mail import smtp
from marketplace.core.mail.models import Outcome
from marketplace.core.mail.smtp import REST, open_connection
from marketplace.core.outbox import FIRST_DELAY, OutboxEvent, drain
from marketplace.core.outbox_upkeep import backlog
from marketplace.service_addresses import Encryption, MailServer
from tests.functional.mail.conftest import outcomes, write_to
from tests.functional.mail.smtp_server import HANG_UP, MailHost, server_context, serving

PASSWORD = "not-to-be-shown"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that only the test moves."""
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


def attempts() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(OutboxEvent.attempts)))


def test_letters_wait_for_a_server_that_is_down_and_go_when_it_is_back(
    mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller
) -> None:
    mail_host.answers["CONNECT"] = lambda _line: "421 not now"
    write_to(1, 2)
    assert drain() == 0
    assert attempts() == {0}
    del mail_host.answers["CONNECT"]
    clock.shift(REST)
    assert drain() == 2
    assert mail_host.recipients == ["p1@example.cn", "p2@example.cn"]


def test_letters_wait_where_nobody_listens(
    data_folder: Path, mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller
) -> None:
    with serving(MailHost()) as other:
        gone = MailServer("127.0.0.1", other.port, Encryption.NONE)
    mailing.extensions["mail"] = smtp.SmtpTransport(gone)
    write_to(1, is_broken=True)
    assert drain() == 0
    assert (attempts(), outcomes()) == ({0}, {})
    with serving(MailHost(port=other.port)) as back:
        write_to(2)
        clock.shift(REST)
        drain()
    assert back.recipients == ["p2@example.cn"]


def test_a_server_that_is_down_is_left_alone_for_a_while(
    mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller
) -> None:
    mail_host.answers["CONNECT"] = lambda _line: "421 not now"
    write_to(1)
    for _time in range(3):
        drain()
    assert mail_host.connections == 1
    clock.shift(REST)
    drain()
    assert mail_host.connections == 2


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "553 5.7.1 not your address", HANG_UP])
def test_a_server_that_takes_no_letter_of_ours_makes_all_wait(
    mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller, answer: str
) -> None:
    mail_host.refuse("MAIL", answer)
    write_to(1, 2)
    drain()
    assert backlog().waiting == 2
    mail_host.answers.clear()
    clock.shift(REST)
    drain()
    assert mail_host.recipients == ["p1@example.cn", "p2@example.cn"]


def test_a_server_that_wants_to_know_us_makes_all_wait(
    mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller
) -> None:
    mail_host.refuse("RCPT", "530 5.7.0 authentication required")
    write_to(1)
    drain()
    assert (attempts(), backlog().waiting) == ({0}, 1)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_letter_that_the_server_takes_later_keeps_no_other_waiting(
    mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller, command: str
) -> None:
    mail_host.refuse(command, "450 4.2.0 greylisted", about="p2@")
    write_to(1, 2, 3)
    drain()
    assert mail_host.recipients == ["p1@example.cn", "p3@example.cn"]
    assert outcomes() == {1: Outcome.SENT, 2: Outcome.BEGUN, 3: Outcome.SENT}
    mail_host.answers.clear()
    clock.shift(FIRST_DELAY)
    drain()
    assert mail_host.recipients == ["p1@example.cn", "p3@example.cn", "p2@example.cn"]
    assert backlog().waiting == 0


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_letter_that_the_server_refuses_for_good_is_given_up(
    mailing: Flask, mail_host: MailHost, command: str
) -> None:
    mail_host.refuse(command, "550 5.1.1 p2@example.cn is unknown", about="p2@")
    write_to(1, 2, 3)
    assert drain() == 3
    assert mail_host.recipients == ["p1@example.cn", "p3@example.cn"]
    assert outcomes() == {1: Outcome.SENT, 2: Outcome.REJECTED, 3: Outcome.SENT}


def test_a_letter_that_is_too_large_is_given_up(mailing: Flask, mail_host: MailHost) -> None:
    mail_host.refuse("MAIL", "552 5.3.4 too large")
    write_to(1)
    assert drain() == 1
    assert outcomes() == {1: Outcome.REJECTED}


@pytest.mark.parametrize("answer", [HANG_UP, "421 4.3.2 closing"])
def test_a_letter_over_which_the_server_hangs_up_keeps_no_other_waiting(
    mailing: Flask, mail_host: MailHost, clock: time_machine.Traveller, answer: str
) -> None:
    mail_host.refuse("DATA", answer, about="p1@")
    write_to(1, 2)
    for _time in range(3):
        drain()
        clock.shift(timedelta(minutes=1))
    assert mail_host.recipients == ["p2@example.cn"]
    assert outcomes() == {1: Outcome.BEGUN, 2: Outcome.SENT}


def test_what_a_server_says_of_an_address_is_neither_kept_nor_logged(
    mailing: Flask, mail_host: MailHost, capsys: pytest.CaptureFixture[str]
) -> None:
    mail_host.refuse("RCPT", "450 zhangsan@example.cn has no room", about="p1@")
    mail_host.refuse("DATA", "550 zhangsan@example.cn is unknown", about="p2@")
    write_to(1, 2)
    drain()
    said = capsys.readouterr()
    assert "letter_rejected" in said.err
    assert "450" in said.err
    assert "zhangsan" not in said.err + said.out
    db.session.rollback()
    errors = db.session.scalars(select(OutboxEvent.last_error))
    assert "zhangsan" not in str(list(errors))


def test_the_password_is_shown_to_the_server_alone(mail_host: MailHost) -> None:
    mail_host.user, mail_host.password = "market", PASSWORD
    server = MailServer("127.0.0.1", mail_host.port, Encryption.NONE, "market", PASSWORD)
    open_connection(server).quit()
    assert PASSWORD not in repr(server)
    wrong = MailServer("127.0.0.1", mail_host.port, Encryption.NONE, "market", "wrong")
    with pytest.raises(OSError, match="535"):
        open_connection(wrong)


def test_nothing_is_sent_in_the_clear_to_a_server_that_offers_no_encryption(
    mail_host: MailHost,
) -> None:
    server = MailServer("127.0.0.1", mail_host.port, Encryption.STARTTLS, "market", PASSWORD)
    with pytest.raises(OSError, match="STARTTLS"):
        open_connection(server)
    assert [line for line in mail_host.lines if not line.lower().startswith("ehlo")] == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody trusts, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    folder = tmp_path_factory.mktemp("certificate")
    names = (folder / "certificate.pem", folder / "key.pem")
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -out {names[0]}"
    )
    words = [*command.split(), "-keyout", str(names[1]), "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(words, check=True, capture_output=True)
    return names


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.FROM_THE_START])
def test_letters_go_encrypted_to_a_server_that_is_trusted_and_to_no_other(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, encryption: Encryption
) -> None:
    host = MailHost(
        user="market",
        password=PASSWORD,
        tls=server_context(*certificate),
        is_tls_from_the_start=encryption is Encryption.FROM_THE_START,
    )
    with serving(host):
        server = MailServer("localhost", host.port, encryption, "market", PASSWORD)
        with pytest.raises(OSError, match="certificate"):
            open_connection(server)
        assert not any(line.startswith("AUTH") for line in host.lines)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        connection = open_connection(server)
        connection.sendmail("a@example.cn", ["b@example.cn"], b"Subject: one\r\n\r\ntwo\r\n")
        connection.quit()
    assert host.recipients == ["b@example.cn"]
