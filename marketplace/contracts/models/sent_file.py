"""Files of contracts that staff send on the web, and what is wrong in their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Timestamps
from marketplace.posting.models import RowIssue


class SentFile(Timestamps, Base):
    """One file, read row by row in the background for its ``purpose``.

    ``rows`` were read: ``good`` were taken in, ``same`` said nothing new, ``bad`` can't be used.
    ``notes`` holds what was left aside (columns, sheets); ``problem`` the sentence, by language,
    for a file that can't be read as a whole. Of one that ``is_over`` nothing is needed any more.
    """

    __tablename__ = "sent_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    by_name: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None]
    for_id: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(300))
    rows: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    notes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    is_over: Mapped[bool] = mapped_column(default=False)


class SentFileIssue(RowIssue, Base):
    """What is wrong or doubtful in a row of such a file."""

    __tablename__ = "sent_file_issue"
    __table_args__ = (Index("ix_sent_file_issue_file", "file_id", "is_warning", "row"),)

    file_id: Mapped[int] = mapped_column(ForeignKey(SentFile.id, ondelete="CASCADE"))
