"""A kind of record with files, for tests: an organisation, its members, and two purposes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.datastructures import FileStorage

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.attachments import Attachment, declare_subject, receive, subjects
from marketplace.core.db import writing
from marketplace.core.i18n import Bilingual
from marketplace.core.web.access import current_actor
from marketplace.core.web.uploads import chosen_files, takes_uploads
from tests.functional.accounts.browsing import Browser, enter, open_account

SUBJECT = "organisation"
LIWEN = "liwen@yunxiu.example"


def is_own(actor: Actor, record: Any, purpose: str = "") -> bool:
    return actor.is_person and actor.organisation_id == record.id


@pytest.fixture
def files_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application in which organisations have files; those for ``brochure`` are public."""
    monkeypatch.setattr(subjects, "_subjects", {})
    declare_subject(
        SUBJECT,
        load=lambda session, record_id: session.get(Organisation, record_id),
        may_see=lambda actor, record, purpose: purpose == "brochure" or is_own(actor, record),
        may_add=is_own,
        address=lambda record: "/account",
    )

    @takes_uploads
    def send(organisation_id: int) -> str:
        with writing() as session:
            for one in chosen_files("file"):
                receive(session, current_actor(), one, SUBJECT, organisation_id, "evidence")
        return f"taken {len(request.files.getlist('file'))}"

    app.add_url_rule("/send/<int:organisation_id>", "send", send, methods=["POST"])
    app.extensions["access"].add({"send": "account.use"})
    return app


@pytest.fixture
def organisation_id(files_app: Flask) -> int:
    """The id of an organisation."""
    with writing() as session:
        made = Organisation(name=Bilingual("甲大学"), name_key="甲大学", state="published")
        session.add(made)
        session.flush()
        return made.id


@pytest.fixture
def member(files_app: Flask, organisation_id: int) -> Browser:
    """The browser of a member of the organisation."""
    person_id = open_account(LIWEN)
    with writing() as session:
        grant_roles(session, system("test"), person_id, organisation_id, [Role.HOLDER])
    return enter(files_app, person_id)


@pytest.fixture
def stranger(files_app: Flask) -> Browser:
    """The browser of somebody who belongs nowhere."""
    return enter(files_app, open_account("wang@yunxiu.example", "王五"))


@pytest.fixture
def put(organisation_id: int) -> Callable[..., Attachment]:
    """Give the organisation a file, as one of its members."""
    actor = Actor(ActorKind.PERSON, "李雯", 1, organisation_id, frozenset({Role.HOLDER}))

    def receive_one(
        content: bytes, name: str = "报告.pdf", purpose: str = "evidence"
    ) -> Attachment:
        upload = FileStorage(io.BytesIO(content), name)
        with writing() as session:
            return receive(session, actor, upload, SUBJECT, organisation_id, purpose)

    return receive_one
