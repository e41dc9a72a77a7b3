"""Organisations: those who hold results, those who need them, and the bureau."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import Listed


class Organisation(Listed, Base):
    """A holder: a university, institute, firm, hospital.

    ``uscc`` is the 统一社会信用代码 (GB 32100-2015). ``division`` is where it sits (GB/T 2260
    or a zone), never read out of the code, whose digits name the registering authority.
    ``is_state_founded`` decides whether the pricing rules of 促进科技成果转化法 art. 18 apply.
    Staff roles can be held in a ``is_staff_body`` only: one of the city's own offices.
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
    is_staff_body: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """An organisation owns its own record."""
        return (self.id,)

    @property
    def division_codes(self) -> tuple[str, ...]:
        """Where it sits: the zone, where it sits in one, and else the district."""
        return (self.division,) if self.division else ()
