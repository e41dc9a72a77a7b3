"""Taking files in, opening and removing them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import IO, Any, BinaryIO, Protocol, cast

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.attachments.models import Attachment
from marketplace.core.attachments.naming import clean_name
from marketplace.core.attachments.problems import UploadRefused
from marketplace.core.attachments.recognition import recognise
from marketplace.core.attachments.subjects import VisibleFile, find_visible, subject_of
from marketplace.core.audit import record_audit
from marketplace.core.contents import ContentUser, declare_content_user, hold_contents
from marketplace.core.db import now, writing
from marketplace.core.files import FileStore, FileTooLarge, StoredFile
from marketplace.core.policy import Forbidden
from marketplace.settings import Settings

MOST_FILES = 50
"""Files of one record."""
KEPT_DAYS = 30
"""Days for which the content of a removed file is kept, for a removal by mistake."""

ADD, OPEN, REMOVE = "attachment.add", "attachment.open", "attachment.remove"


class Upload(Protocol):
    """What a form sends, as Werkzeug hands it over."""

    filename: str | None
    stream: IO[bytes]


def receive(
    session: Session,
    actor: Actor,
    upload: Upload,
    subject_kind: str,
    subject_id: int,
    purpose: str,
) -> Attachment:
    """Take a file in for a record, in the caller's transaction.

    :raises UploadRefused: with the sentence for the field.
    :raises Forbidden: when the actor may not add files for this purpose.
    """
    subject = subject_of(subject_kind)
    record = subject.load(session, subject_id) if subject else None
    if subject is None or record is None or not subject.may_add(actor, record, purpose):
        raise Forbidden(ADD, _l("只有能修改这条记录的人可以给它加文件。"))
    if not upload.filename:
        raise UploadRefused("missing", _l("没有选文件。"))
    stream = cast(BinaryIO, upload.stream)
    limit = _settings().upload_limit_mb
    if stream.seek(0, 2) > limit * 1024**2:
        raise _too_large(limit)
    kind = recognise(stream)
    _refuse_too_many(session, subject_kind, subject_id)
    hold_contents(session)
    stored = _keep(stream, limit)
    attachment = Attachment(
        subject_kind=subject_kind,
        subject_id=subject_id,
        purpose=purpose,
        name=clean_name(upload.filename, kind.ending),
        media_type=kind.media_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by_id=actor.person_id,
        organisation_id=actor.organisation_id,
    )
    session.add(attachment)
    session.flush()
    _record(session, actor, ADD, attachment)
    return attachment


def find_same(
    session: Session, upload: Upload, subject_kind: str, subject_id: int, purpose: str
) -> Attachment | None:
    """The file of the record that has the upload's content and name already, if any.

    :raises UploadRefused: when it is no file that :func:`receive` would take.
    """
    if not upload.filename:
        return None
    stream = cast(BinaryIO, upload.stream)
    kind = recognise(stream)
    stream.seek(0)
    # What forms send reads into buffers, which their type doesn't say.
    digest = hashlib.file_digest(cast(Any, stream), "sha256").hexdigest()
    return session.scalar(
        select(Attachment)
        .where(
            Attachment.subject_kind == subject_kind,
            Attachment.subject_id == subject_id,
            Attachment.purpose == purpose,
            Attachment.name == clean_name(upload.filename, kind.ending),
            Attachment.sha256 == digest,
            Attachment.removed_at.is_(None),
        )
        .limit(1)
    )


def open_content(actor: Actor, attachment_id: int) -> tuple[VisibleFile, IO[bytes]] | None:
    """A file's content for the actor; opening one that isn't public is recorded first.

    Nothing where the actor may not see it, or its content is lost.
    """
    with writing() as session:
        found = find_visible(session, actor, attachment_id)
        if found is None:
            return None
        if not found.is_public:
            _record(session, actor, OPEN, found.attachment)
    content = read_content(found)
    return (found, content) if content else None


def read_content(found: VisibleFile) -> IO[bytes] | None:
    """The content of a file that may be seen; nothing where it is lost."""
    try:
        return _files().open(found.attachment.sha256)
    except FileNotFoundError:
        return None


def remove(actor: Actor, attachment_id: int) -> str | None:
    """Take a file away from its record; the address of the record's page.

    Others of the same content stay. Nothing where the actor may not see the file.

    :raises Forbidden: when the actor sees it and may not remove it.
    """
    with writing() as session:
        found = find_visible(session, actor, attachment_id)
        if found is None:
            return None
        if not found.subject.may_add(actor, found.record, found.attachment.purpose):
            raise Forbidden(REMOVE, _l("只有能修改这条记录的人可以删去它的文件。"))
        found.attachment.removed_at = now()
        _record(session, actor, REMOVE, found.attachment)
        return found.subject.address(found.record)


def declare_attachment_contents() -> None:
    """Let the contents of files stay for some days after the last of them was removed."""
    declare_content_user(
        ContentUser(
            "attachment",
            needed=lambda: select(Attachment.sha256).where(not_(_is_long_removed())),
            let_go=lambda: select(Attachment.sha256).where(_is_long_removed()),
        )
    )


def _is_long_removed() -> ColumnElement[bool]:
    before = now() - timedelta(days=KEPT_DAYS)
    return and_(Attachment.removed_at.is_not(None), Attachment.removed_at < before)


def _keep(stream: BinaryIO, limit: int) -> StoredFile:
    stream.seek(0)
    try:
        return _files().save(stream, limit * 1024**2)
    except FileTooLarge as error:
        raise _too_large(limit) from error


def _too_large(limit: int) -> UploadRefused:
    return UploadRefused(
        "too_large",
        _l(
            "文件超过 %(limit)s MB，这里最多收 %(limit)s MB。请压缩图片，或拆成几个文件再传。",
            limit=limit,
        ),
    )


def _refuse_too_many(session: Session, subject_kind: str, subject_id: int) -> None:
    count = session.scalar(
        select(func.count())
        .select_from(Attachment)
        .where(
            Attachment.subject_kind == subject_kind,
            Attachment.subject_id == subject_id,
            Attachment.removed_at.is_(None),
        )
    )
    if (count or 0) >= MOST_FILES:
        raise UploadRefused(
            "too_many",
            _l("这条记录已有 %(limit)s 个文件，不能再加。请先删去不用的。", limit=MOST_FILES),
        )


def _record(session: Session, actor: Actor, action: str, attachment: Attachment) -> None:
    record_audit(
        session,
        actor,
        action,
        "attachment",
        attachment.id,
        record_kind=attachment.subject_kind,
        record_id=attachment.subject_id,
        purpose=attachment.purpose,
        name=attachment.name,
        sha256=attachment.sha256,
    )


def _files() -> FileStore:
    files: FileStore = current_app.extensions["files"]
    return files


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
