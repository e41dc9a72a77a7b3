"""A spreadsheet that a holder has sent, its rows until they are submitted, and what is wrong."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.core.db import Base, Timestamps


class Upload(Timestamps, Base):
    """One spreadsheet: ``rows`` were read, ``good`` of them can go in, ``bad`` can't.

    ``notes`` holds what was left aside (columns, sheets); ``problem`` the sentence, by language,
    for a file that can't be read as a whole. ``novelty`` answers for the rows about applications
    that may be unpublished.
    """

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_organisation", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16), default="checking")
    version: Mapped[int] = mapped_column(default=1)
    rows: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    notes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    novelty: Mapped[str] = mapped_column(Text, default="")
    secrecy_confirmed_by_id: Mapped[int | None]
    submitted_by_id: Mapped[int | None]
    submitted_by_name: Mapped[str] = mapped_column(String(200), default="")

    organisation: Mapped[Organisation] = relationship()

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The organisation whose clerks sent it."""
        return (self.organisation_id,)


class UploadRow(Base):
    """A row that can go in, from the check until it is submitted."""

    __tablename__ = "upload_row"
    __table_args__ = (Index("ix_upload_row_upload", "upload_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_risky: Mapped[bool] = mapped_column(default=False)


class RowIssue:
    """What is wrong or doubtful in a row: its column as the file calls it, and the sentence.

    ``field`` is the key of the field, for values that have no column; ``reason`` is by language.
    ``kind`` is the sentence without what belongs to this row alone, so that the rows that have
    one fault in a column in common can be counted.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int]
    field: Mapped[str] = mapped_column(String(64), default="")
    column: Mapped[str] = mapped_column(String(300), default="")
    value: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    kind: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    is_warning: Mapped[bool] = mapped_column(default=False)


class UploadIssue(RowIssue, Base):
    """What is wrong or doubtful in a row of an upload."""

    __tablename__ = "upload_issue"
    __table_args__ = (Index("ix_upload_issue_upload", "upload_id", "is_warning", "row"),)

    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"))
