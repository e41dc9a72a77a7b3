"""Tables of the radar: searches that found nothing, and the groups that may be told of."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base
from search.query import LONGEST_BOX


class UnmetSearch(Base):
    """What an organisation searched on a day in Asia/Shanghai without finding anything.

    ``conditions`` are parameters of the search's address: those without which it would have found
    something. ``digest`` is the same for the same words in any order and the same conditions. Who
    of the organisation searched, and when on that day, is not kept.
    """

    __tablename__ = "unmet_search"
    __table_args__ = (
        UniqueConstraint("organisation_id", "searched_on", "digest"),
        Index("ix_unmet_search_searched_on", "searched_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    searched_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(LONGEST_BOX))
    conditions: Mapped[list[list[str]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


class UnmetGroup(Base):
    """A group of such searches as holders and staff may see it; computed anew every night.

    ``organisations`` and ``searches`` are rounded down to multiples of five. By the end of the
    month ``reached_on`` five organisations had searched for it; since the month ``recent_on``
    began, five have. Both are the first days of their months.
    """

    __tablename__ = "unmet_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST_BOX))
    conditions: Mapped[list[list[str]]] = mapped_column(JSON)
    organisations: Mapped[int]
    searches: Mapped[int]
    reached_on: Mapped[date]
    recent_on: Mapped[date]
