"""Tables of letters: what became of each, and who refuses which topic. No address, no text."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime, now


class Outcome(StrEnum):
    """What became of a letter.

    One that is ``begun`` may have gone out or not: whoever sent it ended before saying so.
    """

    BEGUN = "begun"
    SENT = "sent"
    UNWANTED = "unwanted"
    NOT_NEEDED = "not_needed"
    REJECTED = "rejected"


class MailDelivery(Base):
    """One letter; ``event_id`` is that of its outbox event and makes delivery happen once.

    ``attempts`` counts how often it was begun.
    """

    __tablename__ = "mail_delivery"
    __table_args__ = (Index("ix_mail_delivery_outcome", "outcome", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(64))
    topic: Mapped[str | None] = mapped_column(String(64))
    recipient_id: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailRefusal(Base):
    """Somebody wants no letters about a topic."""

    __tablename__ = "mail_refusal"

    recipient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
