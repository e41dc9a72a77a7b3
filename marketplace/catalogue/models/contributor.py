"""People who contributed to results and patents."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual


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
