"""People with an account, their sign-ins, and what guards the way in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.db import Base, Timestamps, UtcDateTime, now

LONGEST_NAME = 80
LONGEST_EMAIL = 254
"""Characters of an address, RFC 5321 with its erratum 1690."""


class Person(Timestamps, Base):
    """Somebody with an account. Nobody but staff and the person ever sees the address.

    ``email`` is kept in the form in which addresses are compared. ``password_hash`` is empty
    until the link of the first letter was opened, which also proves the address
    (``confirmed_at``). ``totp_secret`` is encrypted, see ``second_step``; ``totp_step`` is the
    last step of thirty seconds whose code was taken, for none is taken twice (RFC 6238 part 5.2).
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    password_hash: Mapped[str | None] = mapped_column(String(300))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        """Whether this account can be signed in to."""
        return self.confirmed_at is not None and self.closed_at is None

    @property
    def has_second_step(self) -> bool:
        """Whether a code is asked after the password."""
        return self.totp_since is not None


class RecoveryCode(Base):
    """A code that stands once for the second step; only its digest is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One browser in which somebody is signed in; the cookie holds the key, the row its digest.

    ``organisation_id`` is the one that the person acts for in this browser. ``device`` says in
    a few words what the browser said of itself; no network address is kept.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person_ended", "person_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    has_second_step: Mapped[bool] = mapped_column(default=False)
    is_kept: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(80), default="")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL")
    )

    person: Mapped[Person] = relationship()


class Attempt(Base):
    """How often something was tried in vain lately: an address, a network, or both together.

    ``digest`` is a keyed one, so that the table tells nobody which addresses were tried.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_last_at", "last_at"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
