"""Contracts: their terms as they stand, and each version that was registered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models import Organisation
from marketplace.contracts.models.batch import ContractBatch
from marketplace.contracts.terms import CHINA
from marketplace.core.db import Base, Timestamps, UtcDateTime, now

UNCHECKED = "checked_at IS NULL AND turnover IS NOT NULL AND tech_amount IS NOT NULL"
TYPED, IMPORTED = "typed", "imported"
"""Where a contract comes from: a form of this market, or a file."""


class Contract(Timestamps, Base):
    """One technology contract as it stands now; its parties are frozen snapshots.

    Amounts are in 分 of CNY: ``turnover`` 合同成交额, ``tech_amount`` 技术交易额. ``number`` is the
    one that the national system issued: unique, never made here, never given to another.
    ``identity`` and ``content`` tell an import which row it has seen. ``is_counted`` says that
    the ledger holds it, ``checked_at`` when the rules last looked it over.

    Of its registration: ``organisation_id`` is who registers it (the seller; of technology from
    abroad the buyer), ``draft`` the form as it was typed, ``submitted_by`` who handed in or
    asked for something last, also after it was declined or taken back (of an unregistered row of a
    file, who brought the file), ``accepted_on`` the day from
    which the legal limit runs, ``passed_on_by_id`` who passed it on to be registered,
    ``released_by_id`` who released the batch that brought it unregistered, ``since`` when its state
    came about, ``comment`` what staff said last, ``change`` what a pending change asks for, as
    ``kind``, ``at`` and ``reason``, with ``organisation_id`` of who asked or ``by`` and ``by_id``
    of who proposed it, for other terms ``terms``, for another number ``number``; ``held_change`` is
    what the row of a held contract tells of a later change, until it counts. ``declared_…`` are the
    two amounts as they were handed in, the costs what lies between them. ``benefit_to_tell_since``
    stands while the authority that gave a benefit has to be told (draft of 2024, art. 16).
    """

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("turnover >= 0", name="turnover_not_negative"),
        CheckConstraint("tech_amount >= 0", name="tech_amount_not_negative"),
        Index("ix_contract_state", "state", "id"),
        Index(
            "ix_contract_organisation_id",
            "organisation_id",
            sqlite_where=text("organisation_id IS NOT NULL"),
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
        Index("ix_contract_registered_on", "registered_on", "id"),
        # One seller after another, also where codes are missing; drafts have no amounts.
        Index(
            "ix_contract_unchecked",
            "seller_name",
            "id",
            sqlite_where=text(UNCHECKED),
            postgresql_where=text(UNCHECKED),
        ),
        Index(
            "ix_contract_batch_id",
            "batch_id",
            sqlite_where=text("batch_id IS NOT NULL"),
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
        # Staff of a district see the newest of theirs first: ``policies.division_of_contract``.
        Index(
            "ix_contract_division",
            text("(CASE WHEN seller_country = '156' THEN seller_division ELSE buyer_division END)"),
            "registered_on",
            "id",
        ),
        # What isn't counted is added up for each look at the board; the amount stands in it.
        Index(
            "ix_contract_not_counted",
            "state",
            "is_demo",
            "turnover",
            "is_counted",
            sqlite_where=text("is_counted = 0"),
            postgresql_where=text("is_counted = false"),
        ),
        Index(
            "ix_contract_seller_id",
            "seller_id",
            sqlite_where=text("seller_id IS NOT NULL"),
            postgresql_where=text("seller_id IS NOT NULL"),
        ),
        Index(
            "ix_contract_buyer_id",
            "buyer_id",
            sqlite_where=text("buyer_id IS NOT NULL"),
            postgresql_where=text("buyer_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey(ContractBatch.id))
    rule_version: Mapped[str] = mapped_column(String(12))
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_counted: Mapped[bool] = mapped_column(default=False, server_default=false())
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    identity: Mapped[str | None] = mapped_column(String(80), unique=True)
    content: Mapped[str | None] = mapped_column(String(64))

    title: Mapped[str] = mapped_column(String(300))
    class_name: Mapped[str] = mapped_column(String(8))
    subtype: Mapped[str] = mapped_column(String(12))
    seller_name: Mapped[str] = mapped_column(String(200))
    seller_uscc: Mapped[str] = mapped_column(String(18), default="")
    seller_nature: Mapped[str] = mapped_column(String(3), default="")
    seller_division: Mapped[str] = mapped_column(String(8), default="")
    seller_country: Mapped[str] = mapped_column(String(3), default="156")
    seller_phone: Mapped[str] = mapped_column(String(40), default="")
    seller_representative: Mapped[str] = mapped_column(String(80), default="")
    seller_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    buyer_name: Mapped[str] = mapped_column(String(200))
    buyer_uscc: Mapped[str] = mapped_column(String(18), default="")
    buyer_nature: Mapped[str] = mapped_column(String(3), default="")
    buyer_division: Mapped[str] = mapped_column(String(8), default="")
    buyer_country: Mapped[str] = mapped_column(String(3), default="156")
    buyer_phone: Mapped[str] = mapped_column(String(40), default="")
    buyer_representative: Mapped[str] = mapped_column(String(80), default="")
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    turnover: Mapped[int | None] = mapped_column(BigInteger)
    tech_amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    rate: Mapped[str] = mapped_column(String(24), default="1")
    payment_mode: Mapped[str] = mapped_column(String(2), default="")
    tech_field: Mapped[str] = mapped_column(String(4), default="")
    ip_type: Mapped[str] = mapped_column(String(8), default="")
    patent_numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
    plan_source: Mapped[str] = mapped_column(String(4), default="")
    industry: Mapped[str] = mapped_column(String(8), default="")
    socio_goal: Mapped[str] = mapped_column(String(4), default="")
    is_related: Mapped[bool | None]
    signed_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    office: Mapped[str] = mapped_column(String(80), default="")
    registered_on: Mapped[date | None]
    changed_on: Mapped[date | None]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    draft: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    submitted_by: Mapped[str] = mapped_column(String(200), default="")
    submitted_by_id: Mapped[int | None]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_on: Mapped[date | None]
    accepted_by_id: Mapped[int | None]
    passed_on_by_id: Mapped[int | None]
    released_by_id: Mapped[int | None]
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str | None] = mapped_column(String(2000))
    refuse_codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    change: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    held_change: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_disputed: Mapped[bool] = mapped_column(default=False, server_default=false())
    declared_turnover: Mapped[int | None] = mapped_column(BigInteger)
    declared_tech_amount: Mapped[int | None] = mapped_column(BigInteger)
    equipment_cost: Mapped[int | None] = mapped_column(BigInteger)
    material_cost: Mapped[int | None] = mapped_column(BigInteger)
    other_cost: Mapped[int | None] = mapped_column(BigInteger)
    is_tax_included: Mapped[bool | None]
    payments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    royalty_base: Mapped[str | None] = mapped_column(String(200))
    royalty_rate: Mapped[str | None] = mapped_column(String(200))
    related_note: Mapped[str | None] = mapped_column(String(1000))
    expected_input: Mapped[int | None] = mapped_column(BigInteger)
    expected_output: Mapped[int | None] = mapped_column(BigInteger)
    benefit_claimed: Mapped[bool] = mapped_column(default=False, server_default=false())
    benefit_to_tell_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The organisations of the market that are a party, or that register it."""
        found = (self.organisation_id, self.seller_id, self.buyer_id)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    @property
    def registering_id(self) -> int | None:
        """Who registers it: of what a file brought the seller, and from abroad the buyer.

        Nothing where the market doesn't know that unit (draft of 2024, art. 11).
        """
        return self.organisation_id or (self.buyer_id if self.is_import else self.seller_id)

    @property
    def is_import(self) -> bool:
        """Whether the technology comes from abroad."""
        return self.seller_country != CHINA

    @property
    def division_codes(self) -> tuple[str, ...]:
        """Where it is registered: with the seller, and technology from abroad with the buyer."""
        code = self.buyer_division if self.is_import else self.seller_division
        return (code,) if code else ()

    @property
    def declared_costs(self) -> int:
        """What isn't technology of the turnover, as declared, in 分."""
        return sum(one or 0 for one in (self.equipment_cost, self.material_cost, self.other_cost))


class ContractVersion(Base):
    """What was registered, amended or cancelled, and when: the history that the ledger books.

    ``event`` is one of those of the ledger, ``counts_on`` the day in whose month it counts,
    ``terms`` the whole contract as it was then (with its number where it was registered here),
    ``facts`` what statistics count it under. Rows are only ever added.
    """

    __tablename__ = "contract_version"
    __table_args__ = (UniqueConstraint("contract_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey(Contract.id))
    version: Mapped[int]
    event: Mapped[str] = mapped_column(String(12))
    counts_on: Mapped[date]
    turnover: Mapped[int] = mapped_column(BigInteger)
    tech_amount: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None]
    released_by: Mapped[str] = mapped_column(String(200))
    released_by_id: Mapped[int | None]


class ContractFormerNumber(Base):
    """A number that a contract bore until two people mended it. Rows are only ever added.

    ``number`` is "" where it had none; ``mended_to`` is the number that took its place.
    ``entered_by`` proposed the number in its place, ``released_by`` confirmed it, at ``at``.
    """

    __tablename__ = "contract_former_number"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey(Contract.id), index=True)
    number: Mapped[str] = mapped_column(String(20), index=True)
    mended_to: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None]
    released_by: Mapped[str] = mapped_column(String(200))
    released_by_id: Mapped[int | None]
