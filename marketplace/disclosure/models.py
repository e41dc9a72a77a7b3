"""Further parts, the terms that go before them, who asked for them and who opened them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.db import Base, BilingualText, Timestamps, UtcDateTime, now
from marketplace.core.i18n import Bilingual


class FurtherPart(Timestamps, Base):
    """What a holder adds to a public record for readers on one step of disclosure.

    ``level`` is one of :class:`marketplace.core.policy.Level`. Everybody may know that the part
    exists; its heading only where ``is_heading_public`` says so.
    """

    __tablename__ = "disclosure_part"
    __table_args__ = (
        Index("ix_disclosure_part_record", "kind", "record_id", "rank"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level_is_a_step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    rank: Mapped[int]
    level: Mapped[int]
    heading: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    is_heading_public: Mapped[bool] = mapped_column(default=False)
    text: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def record(self) -> Any:
        """The result or patent that it is a part of."""
        session = object_session(self)
        return session and session.get(RECORD_MODELS[self.kind], self.record_id)

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The organisations that hold the record."""
        return tuple(self.record.owner_ids) if self.record else ()


class PartVersion(Base):
    """What a part said in one of its versions. Rows are only added."""

    __tablename__ = "disclosure_part_version"
    __table_args__ = (UniqueConstraint("part_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("disclosure_part.id"))
    version: Mapped[int]
    level: Mapped[int]
    heading: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    is_heading_public: Mapped[bool]
    text: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Terms(Base):
    """One version of the terms of a record; the newest counts. Rows are only added."""

    __tablename__ = "disclosure_terms"
    __table_args__ = (UniqueConstraint("kind", "record_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    version: Mapped[int]
    text: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class TermsAcceptance(Base):
    """That a person, for an organisation, accepted one version of the terms."""

    __tablename__ = "disclosure_acceptance"
    __table_args__ = (UniqueConstraint("terms_id", "person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    terms_id: Mapped[int] = mapped_column(ForeignKey("disclosure_terms.id"))
    person_id: Mapped[int]
    person_name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class AccessRequest(Timestamps, Base):
    """That a person asked to read a part, why, and what the holder answered.

    ``covers_organisation`` says that everybody who acts for the person's organisation was
    admitted, not the person alone. ``answer`` is the reason of a refusal.
    """

    __tablename__ = "disclosure_request"
    __table_args__ = (Index("ix_disclosure_request_part", "part_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("disclosure_part.id"))
    person_id: Mapped[int]
    person_name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    purpose: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="requested")
    version: Mapped[int] = mapped_column(default=1)
    covers_organisation: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(Text, default="")

    part: Mapped[FurtherPart] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The organisations that hold the record, and decide."""
        return self.part.owner_ids


class DisclosureOpening(Base):
    """That a person opened a version of a part, for whom and on which step. Rows are only added."""

    __tablename__ = "disclosure_opening"
    __table_args__ = (Index("ix_disclosure_opening_part", "part_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("disclosure_part.id"))
    part_version: Mapped[int]
    level: Mapped[int]
    person_id: Mapped[int]
    person_name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    part: Mapped[FurtherPart] = relationship()
    organisation: Mapped[Organisation] = relationship()
