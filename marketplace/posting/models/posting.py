"""A record as its holder is writing it, and what reviewers said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.actor import Role
from marketplace.core.db import Base, Timestamps, UtcDateTime, now
from marketplace.core.policy import keeper_roles_of


class Posting(Timestamps, Base):
    """A new record, or a change of a public one, from the first word to its publication.

    ``cells`` holds what was typed, by key of the input declaration, so that nothing typed is
    lost, right or wrong. ``record_id`` is the record that it changes, or has become;
    ``base_version`` the version of it that was being read when the change began.
    ``novelty`` is the answer to the warning about unpublished applications. ``upload_id`` is the
    spreadsheet in which it came, if it did.
    """

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_organisation", "organisation_id", "state"),
        Index("ix_posting_state", "state", "submitted_at"),
        Index("ix_posting_record", "kind", "record_id"),
        Index("ix_posting_upload", "upload_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    record_id: Mapped[int | None]
    base_version: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(300), default="")
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    novelty: Mapped[str] = mapped_column(Text, default="")
    secrecy_confirmed_by_id: Mapped[int | None]
    created_by_id: Mapped[int | None]
    submitted_by_id: Mapped[int | None]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None]
    upload_id: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship()
    remarks: Mapped[list[PostingRemark]] = relationship(
        order_by="PostingRemark.id", cascade="all, delete-orphan"
    )

    @property
    def keeper_roles(self) -> tuple[Role, ...]:
        """The roles that look after it: those that look after what it becomes."""
        return keeper_roles_of(RECORD_MODELS[self.kind])

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The organisation whose people write it."""
        return (self.organisation_id,)

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone of that organisation: whose staff decide."""
        return self.organisation.division_codes

    @property
    def is_change(self) -> bool:
        """Whether it changes a record that was public when it began."""
        return self.base_version is not None


class PostingRemark(Base):
    """What a reviewer asked for when returning a posting; ``field`` is the key, or empty."""

    __tablename__ = "posting_remark"
    __table_args__ = (Index("ix_posting_remark_posting", "posting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"))
    posting_version: Mapped[int]
    field: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
