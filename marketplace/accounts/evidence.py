"""The evidence of an application: scanned certificates, seen by the applicant and by staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, object_session

from marketplace.accounts.models import Application
from marketplace.core.actor import Actor
from marketplace.core.attachments import (
    Attachment,
    ListedFile,
    attachments_of,
    declare_subject,
    receive,
)
from marketplace.core.attachments.services import Upload
from marketplace.core.db import db, writing
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor

KIND = "application"
PURPOSE = "evidence"
CHANGEABLE = ("draft", "returned")


def declare_evidence() -> None:
    """Let files belong to applications."""
    declare_subject(
        KIND,
        load=lambda session, application_id: session.get(Application, application_id),
        may_see=lambda actor, application, _purpose: may_see(actor, application),
        may_add=lambda actor, application, purpose: may_add(actor, application, purpose),
        address=_address,
    )


def may_see(actor: Actor, application: Application) -> bool:
    """The applicant; and staff of its district, once it has been handed in."""
    if policy.can(actor, "application.change", application):
        return True
    is_sent = application.submitted_at is not None
    return is_sent and policy.can(actor, "application.queue", application)


def may_add(actor: Actor, application: Application, purpose: str) -> bool:
    """The applicant, as long as the application can be changed."""
    is_open = application.state in CHANGEABLE and purpose == PURPOSE
    return is_open and policy.can(actor, "application.change", application)


def add_evidence(actor: Actor, application_id: int, uploads: Sequence[Upload]) -> None:
    """Add certificates to an application; all of them or none.

    :raises UploadRefused: with the sentence for the field.
    :raises Forbidden: when the actor isn't the applicant, or it can't be changed any more.
    """
    with writing() as session:
        # Nothing may be added to one that is being submitted.
        session.get_one(Application, application_id, with_for_update=True)
        for upload in uploads:
            receive(session, actor, upload, KIND, application_id, PURPOSE)


def evidence_of(actor: Actor, application: Application) -> list[ListedFile]:
    """The certificates of an application that the actor may see, oldest first."""
    return attachments_of(db.session, actor, KIND, application.id)


def has_evidence(application: Application) -> bool:
    """Whether a certificate was uploaded with the application."""
    return _is_there(application)


def has_evidence_since(application: Application, moment: datetime) -> bool:
    """Whether a certificate was uploaded after the moment."""
    return _is_there(application, Attachment.created_at > moment)


def _is_there(application: Application, *conditions: ColumnElement[bool]) -> bool:
    session: Session | None = object_session(application)
    found = select(Attachment.id).where(
        Attachment.subject_kind == KIND,
        Attachment.subject_id == application.id,
        Attachment.removed_at.is_(None),
        *conditions,
    )
    return session is not None and session.scalar(found.limit(1)) is not None


def _address(application: Application) -> str:
    actor = current_actor()
    is_own = application.applicant_id == actor.person_id
    endpoint = "accounts.application" if is_own else "accounts.review"
    return url_for(endpoint, application_id=application.id)
