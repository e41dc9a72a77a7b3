"""The table of attachments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.attachments.naming import LONGEST_NAME
from marketplace.core.db import Base, UtcDateTime, now


class Attachment(Base):
    """A file that belongs to a record.

    ``purpose`` is the domain's word for what it is there for, such as ``evidence``. ``name`` is
    cleaned, its ending that of the content. ``size`` is in bytes; the content lies in the file
    store under ``sha256``, which several rows may share. Once ``removed_at`` is set nobody sees
    it any more; the row stays, for the audit trail names it.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_subject", "subject_kind", "subject_id"),
        Index("ix_attachment_sha256", "sha256"),
        Index("ix_attachment_removed_at", "removed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
