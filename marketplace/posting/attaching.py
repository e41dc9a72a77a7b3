"""Files of a posting and of the record that it becomes: evidence for all, or for reviewers only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS, Demand
from marketplace.catalogue.record_queries import knows_whose
from marketplace.catalogue.states import OPEN_STATES
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
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.addresses import address_of
from marketplace.posting.models import Posting
from marketplace.posting.policies import WRITE
from marketplace.posting.states import KIND, WRITABLE_STATES
from marketplace.posting.steps import KINDS

OPEN, REVIEW = "open", "review"
"""What a file is for: to be public with the record, or to be read by reviewers only."""


def declare_files() -> None:
    """Let files belong to postings and to records."""
    declare_subject(
        KIND,
        load=lambda session, posting_id: session.get(Posting, posting_id),
        may_see=lambda actor, posting, _purpose: _sees_posting(actor, posting),
        may_add=lambda actor, posting, purpose: _may_add(actor, posting, purpose),
        address=lambda posting: url_for("posting.shown", posting_id=posting.id),
    )
    for kind in KINDS:
        _declare_record(kind)


def add_files(actor: Actor, posting_id: int, uploads: Sequence[Upload], purpose: str) -> None:
    """Add files to a posting that is being written; all of them or none.

    :raises UploadRefused: with the sentence for the field.
    :raises Forbidden: when the actor doesn't write it, or it can't be changed any more.
    """
    with writing() as session:
        session.get_one(Posting, posting_id, with_for_update=True)
        for upload in uploads:
            receive(session, actor, upload, KIND, posting_id, purpose)


def files_of_posting(actor: Actor, posting: Posting) -> list[ListedFile]:
    """The files of a posting that the actor may see, oldest first."""
    return attachments_of(db.session, actor, KIND, posting.id)


def files_of_record(actor: Actor, kind: str, record_id: int) -> list[ListedFile]:
    """The files of a record that the actor may see, oldest first."""
    return attachments_of(db.session, actor, kind, record_id)


def has_open_files(session: Session, posting: Posting) -> bool:
    """Whether the posting brings files that would be public with its record."""
    found = select(Attachment.id).where(*_to_be_public(posting)).limit(1)
    return session.scalar(found) is not None


def hand_over_files(session: Session, posting: Posting) -> None:
    """Let the files that are to be public go with the record, in the present transaction."""
    session.execute(
        update(Attachment)
        .where(*_to_be_public(posting))
        .values(subject_kind=posting.kind, subject_id=posting.record_id)
    )


def _to_be_public(posting: Posting) -> tuple[ColumnElement[bool], ...]:
    return (
        Attachment.subject_kind == KIND,
        Attachment.subject_id == posting.id,
        Attachment.purpose == OPEN,
        Attachment.removed_at.is_(None),
    )


def _declare_record(kind: str) -> None:
    def may_see(actor: Actor, record: Any, purpose: str) -> bool:
        is_open = purpose == OPEN and _is_open_to(actor, record)
        return is_open or policy.can(actor, "version.read", record)

    declare_subject(
        kind,
        load=lambda session, record_id: session.get(RECORD_MODELS[kind], record_id),
        may_see=may_see,
        may_add=lambda actor, record, _purpose: (
            actor.is_person and policy.can(actor, WRITE, record)
        ),
        address=lambda record: address_of(kind, record.id),
    )


def _is_open_to(actor: Actor, record: Any) -> bool:
    """Whether what is open of a record is open to the actor.

    Names and inner properties of files tell whose a masked demand is, so they are open to those
    alone who have been told.
    """
    if not isinstance(record, Demand):
        return record.state in OPEN_STATES
    if not knows_whose(actor, record):
        return False
    seen = select(Demand.id).where(Demand.id == record.id, visible_to(actor, Demand))
    return db.session.scalar(seen) is not None


def _sees_posting(actor: Actor, posting: Posting) -> bool:
    found = select(Posting.id).where(Posting.id == posting.id, visible_to(actor, Posting))
    return db.session.scalar(found) is not None


def _may_add(actor: Actor, posting: Posting, purpose: str) -> bool:
    return (
        purpose in (OPEN, REVIEW)
        and posting.state in WRITABLE_STATES
        and policy.can(actor, WRITE, posting)
    )
