"""A market that sends its letters to a server on loopback, and letters to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from sqlalchemy import select

from marketplace.core.db import db, writing
from marketplace.core.mail import letters as module
from marketplace.core.mail.delivery import send_letter
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.mail.models import MailDelivery
from marketplace.factory import create_app
from tests.conftest import close, make_settings
from tests.functional.mail.smtp_server import MailHost, serving

NEWS = Topic("news", lazy_gettext("成果"))
SENDER = "noreply@market.example.cn"

Compose = Callable[[int, Mapping[str, Any]], Letter | None]


def compose(subject_id: int, params: Mapping[str, Any]) -> Letter | None:
    """A letter to the person whose number the subject has, as the params want it."""
    if params.get("is_broken"):
        raise RuntimeError("张三 zhangsan@example.cn can't be written to")
    if params.get("is_over"):
        return None
    return Letter(
        to=params.get("to", f"p{subject_id}@example.cn"),
        language=params.get("language", "zh"),
        subject=params.get("subject", "锂电池有新成果"),
        text=params.get("text", "你好：\n\n有一项新成果。"),
        recipient_id=subject_id,
    )


@pytest.fixture(autouse=True)
def declared_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of letter: one about news, one about the account."""
    monkeypatch.setattr(module, "_kinds", {})
    declare_letters(LetterKind("news", NEWS, compose), LetterKind("account", None, compose))


@pytest.fixture
def mail_host() -> Iterator[MailHost]:
    """A mail server that takes everything, running."""
    with serving(MailHost()) as host:
        yield host


@pytest.fixture
def mailing(data_folder: Path, mail_host: MailHost) -> Iterator[Flask]:
    """A market whose letters go to that server, with its context pushed."""
    settings = make_settings(
        data_folder,
        mail_url=f"smtp+plain://127.0.0.1:{mail_host.port}",
        mail_from=SENDER,
        public_url="https://market.example.cn",
    )
    app = create_app(settings)
    with app.app_context():
        yield app
    close(app)


def write_to(*person_ids: int, kind: str = "account", **params: Any) -> None:
    """Have a letter due to each of some persons."""
    with writing() as session:
        for person_id in person_ids:
            send_letter(session, kind, "person", person_id, recipient_id=person_id, **params)


def outcomes() -> dict[int | None, str]:
    """What became of the letter to each person."""
    db.session.rollback()
    rows = db.session.scalars(select(MailDelivery))
    return {row.recipient_id: row.outcome for row in rows}
