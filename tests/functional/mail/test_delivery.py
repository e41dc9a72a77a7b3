"""A letter that is due goes out once, on its own account, and says what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.core.db import db, now, writing
from marketplace.core.mail.delivery import KEPT_FOR, ROUND, forget_deliveries, send_letter
from marketplace.core.mail.letters import Letter, LetterKind, declare_letters
from marketplace.core.mail.message import Envelope
from marketplace.core.mail.models import MailDelivery, Outcome
from marketplace.core.mail.refusals import refuse_topic
from marketplace.core.mail.transports import MemoryTransport
from marketplace.core.outbox import OutboxEvent, drain
from marketplace.core.outbox_upkeep import backlog
from marketplace.factory import create_app
from marketplace.settings import Mode, Settings
from tests.conftest import close
from tests.functional.mail.conftest import NEWS, outcomes, write_to
from tests.functional.mail.smtp_server import MailHost
from tests.grounds import settings_of


@pytest.fixture
def memory(app: Flask) -> MemoryTransport:
    """The letters of a market that keeps them in memory."""
    transport: MemoryTransport = app.extensions["mail"]
    return transport


def written_to(memory: MemoryTransport) -> list[str]:
    return [str(letter["To"]) for letter in memory.letters]


def events() -> list[OutboxEvent]:
    db.session.rollback()
    kept = select(OutboxEvent).where(OutboxEvent.consumer == "mail").order_by(OutboxEvent.id)
    return list(db.session.scalars(kept))


def test_a_letter_reaches_the_mail_server(mailing: Flask, mail_host: MailHost) -> None:
    write_to(1)
    assert mail_host.received == []
    drain()
    (letter,) = mail_host.received
    assert (letter.sender, letter.recipient) == ("noreply@market.example.cn", "p1@example.cn")
    assert letter.message["Subject"] == "锂电池有新成果"
    assert "有一项新成果。" in letter.message.get_content()
    assert outcomes() == {1: Outcome.SENT}


def test_letters_of_one_round_share_a_connection(mailing: Flask, mail_host: MailHost) -> None:
    write_to(*range(1, ROUND + 1))
    drain()
    assert (len(mail_host.received), mail_host.connections) == (ROUND, 1)


def test_a_letter_of_a_change_that_was_taken_back_is_never_sent(memory: MemoryTransport) -> None:
    def change_and_fail() -> None:
        with writing() as session:
            send_letter(session, "account", "person", 1)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        change_and_fail()
    drain()
    assert memory.letters == []


def test_a_letter_that_nobody_has_declared_is_refused_where_it_is_due(app: Flask) -> None:
    with pytest.raises(ValueError, match="no kind of letter"):
        write_to(1, kind="unheard-of")
    assert events() == []


def test_an_event_that_comes_twice_sends_one_letter(memory: MemoryTransport) -> None:
    write_to(1)
    drain()
    with writing() as session:
        session.execute(update(OutboxEvent).values(done_at=None))
    write_to(2)
    assert drain() == 2
    assert written_to(memory) == ["p1@example.cn", "p2@example.cn"]


def test_a_letter_that_no_longer_applies_is_not_sent(memory: MemoryTransport) -> None:
    write_to(1, is_over=True)
    drain()
    assert memory.letters == []
    assert outcomes() == {1: Outcome.NOT_NEEDED}


def test_one_bad_letter_of_a_round_holds_up_no_other(memory: MemoryTransport) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        write_to(1)
        write_to(2, is_broken=True)
        write_to(3)
        drain()
        assert written_to(memory) == ["p1@example.cn", "p3@example.cn"]
        for _round in range(3):
            clock.shift(timedelta(minutes=2))
            drain()
    assert written_to(memory) == ["p1@example.cn", "p3@example.cn"]
    assert backlog().waiting == 1


def test_what_failed_says_nothing_of_whose_letter_it_was(app: Flask) -> None:
    write_to(1, is_broken=True)
    drain()
    (event,) = events()
    assert event.last_error == f"LettersFailed: {event.id}: RuntimeError"


def test_an_event_that_makes_no_sense_holds_up_no_letter(memory: MemoryTransport) -> None:
    write_to(1, 2)
    with writing() as session:
        first = session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)).first()
        assert first is not None
        first.payload = {}
    drain()
    assert written_to(memory) == ["p2@example.cn"]


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.cn", "a@b\r\nRCPT TO:<c@d.cn>"])
def test_a_letter_without_a_sound_address_is_given_up_at_once(
    memory: MemoryTransport, address: str
) -> None:
    write_to(1, to=address)
    drain()
    assert memory.letters == []
    assert outcomes() == {1: Outcome.REJECTED}
    assert backlog().waiting == 0


def test_whoever_refuses_a_topic_gets_no_letter_about_it_and_none_is_composed(
    memory: MemoryTransport,
) -> None:
    refuse_topic(1, NEWS.name)
    write_to(1, kind="news", is_broken=True)
    write_to(2, kind="news")
    drain()
    assert written_to(memory) == ["p2@example.cn"]
    assert outcomes() == {1: Outcome.UNWANTED, 2: Outcome.SENT}


def test_a_refusal_counts_also_where_only_the_letter_says_whose_it_is(
    memory: MemoryTransport,
) -> None:
    refuse_topic(1, NEWS.name)
    with writing() as session:
        send_letter(session, "news", "person", 1)
    drain()
    assert memory.letters == []
    assert outcomes() == {1: Outcome.UNWANTED}


def test_a_refusal_between_due_and_sent_counts(memory: MemoryTransport) -> None:
    write_to(1, kind="news")
    refuse_topic(1, NEWS.name)
    drain()
    assert memory.letters == []


def test_letters_of_the_account_reach_whoever_refuses_all_else(memory: MemoryTransport) -> None:
    refuse_topic(1, NEWS.name)
    write_to(1)
    drain()
    assert written_to(memory) == ["p1@example.cn"]


def test_a_letter_about_a_topic_must_say_whose_it_is(memory: MemoryTransport) -> None:
    nobody = Letter("p1@example.cn", "zh", "成果", "成果")
    declare_letters(LetterKind("news", NEWS, lambda _id, _params: nobody))
    write_to(1, kind="news")
    drain()
    assert memory.letters == []


class Ending(MemoryTransport):
    """Takes letters; the process ends right after it took the one to this address."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    @contextmanager
    def round(self) -> Iterator[Ending]:
        yield self

    def deliver(self, envelope: Envelope) -> None:
        super().deliver(envelope)
        if envelope.recipient == self.address:
            self.address = ""
            raise KeyboardInterrupt


def test_a_process_that_ends_before_it_settles_sends_that_letter_twice_and_no_other(
    app: Flask,
) -> None:
    app.extensions["mail"] = transport = Ending("p2@example.cn")
    write_to(1, 2, 3)
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert outcomes() == {1: Outcome.SENT, 2: Outcome.BEGUN}
    assert drain() == 3
    assert written_to(transport) == [f"p{number}@example.cn" for number in (1, 2, 2, 3)]
    first, second = (one["Message-ID"] for one in transport.letters if "p2" in one["To"])
    assert first == second
    assert db.session.scalar(select(func.max(MailDelivery.attempts))) == 2


def test_a_letter_leaves_neither_address_nor_text_behind(app: Flask) -> None:
    write_to(1)
    drain()
    row = db.session.scalars(select(MailDelivery)).one()
    kept = {column.name: getattr(row, column.name) for column in MailDelivery.__table__.columns}
    assert "example.cn" not in str(kept)
    assert "成果" not in str(kept)


def test_what_became_of_letters_is_forgotten_after_some_months(app: Flask) -> None:
    write_to(1)
    drain()
    assert forget_deliveries() == 0
    with time_machine.travel(now() + KEPT_FOR + timedelta(hours=1)):
        assert forget_deliveries() == 1
    assert outcomes() == {}


@pytest.mark.parametrize(
    ("mail_url", "public_url"),
    [(None, "https://market.example.cn"), ("smtps://mail.example.cn", None)],
)
def test_in_production_letters_wait_until_there_is_a_way_for_them(
    data_folder: Path, mail_url: str | None, public_url: str | None
) -> None:
    settings = Settings(
        mode=Mode.PRODUCTION,
        data_dir=data_folder,
        secret_key="a random text of at least 32 characters",
        mail_url=mail_url,
        mail_from="noreply@market.example.cn",
        public_url=public_url,
        **settings_of(data_folder),
    )
    market = create_app(settings)
    with market.app_context():
        write_to(1, is_broken=True)
        assert drain() == 0
        (event,) = events()
        assert (event.attempts, event.done_at, outcomes()) == (0, None, {})
    close(market)
