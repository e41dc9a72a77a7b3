"""Columns that several kinds of technical record share: offer, texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models import Organisation
from marketplace.core.db import BilingualText
from marketplace.core.i18n import Bilingual

Keywords = dict[str, list[str]]


class Offered:
    """On which terms a result or patent can be had; amounts in 分."""

    conversion_modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    price_mode: Mapped[str | None] = mapped_column(String(8))
    price_kind: Mapped[str | None] = mapped_column(String(16))
    price_min_fen: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("price_min_fen >= 0", name="price_min_not_negative")
    )
    price_max_fen: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("price_max_fen >= price_min_fen", name="price_range_in_order")
    )
    price_note: Mapped[Bilingual | None] = mapped_column(BilingualText)
    try_before_pay: Mapped[bool] = mapped_column(default=False)
    open_licence: Mapped[bool] = mapped_column(default=False)


class Confirmed:
    """Whether its holder answers: ``silent_since`` is the day from which the search lowers it.

    It counts only while ``confirmed_on`` is older.
    """

    silent_since: Mapped[date | None]


class Classified:
    """The title and the classification that every technical record has."""

    title: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    keywords: Mapped[Keywords] = mapped_column(JSON, default=dict)
    tech_field: Mapped[str | None] = mapped_column(String(8))
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)


class Described(Classified):
    """A classified record with an abstract."""

    abstract: Mapped[Bilingual | None] = mapped_column(BilingualText)


class Owned:
    """Whose a record is: the organisations of its ``owner_links``, in their order."""

    if TYPE_CHECKING:
        owner_links: Any

    @property
    def owners(self) -> list[Organisation]:
        """The organisations in their order."""
        return [link.organisation for link in self.owner_links]

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The ids of the organisations in their order."""
        return tuple(link.organisation_id for link in self.owner_links)

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone of the first of the organisations: whose staff decide."""
        return first_division(self.owners)


def first_division(owners: Sequence[Organisation]) -> tuple[str, ...]:
    """The district or zone of the first owner; one district answers for a record, not several."""
    return owners[0].division_codes if owners else ()
