"""Organisations as holders, and the people who contributed to results and patents."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models.common import Listed
from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual


class Organisation(Listed, Base):
    """A holder: a university, institute, firm, hospital.

    ``uscc`` is the 统一社会信用代码 (GB 32100-2015). ``division`` is where it sits (GB/T 2260
    or a zone), never read out of the code, whose digits name the registering authority.
    ``is_state_founded`` decides whether the pricing rules of 促进科技成果转化法 art. 18 apply.
    """

    __tablename__ = "organisation"

    name: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="other")
    nature: Mapped[str | None] = mapped_column(String(8))
    division: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(3), default="156")
    is_state_founded: Mapped[bool] = mapped_column(default=False)
    website: Mapped[str | None] = mapped_column(String(300))
    intro: Mapped[Bilingual | None] = mapped_column(BilingualText)
    verified_on: Mapped[date | None]

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """An organisation owns its own record."""
        return (self.id,)


class Contributor(Base):
    """A person as the author of a result or the inventor of a patent; no contact is kept."""

    __tablename__ = "contributor"
    __table_args__ = (UniqueConstraint("name_key", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    name_key: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    orcid: Mapped[str | None] = mapped_column(String(19))

    organisation: Mapped[Organisation | None] = relationship()
