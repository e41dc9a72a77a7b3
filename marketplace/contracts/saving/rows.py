"""From a clean row to terms, and from terms to the columns of a contract."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import orjson

from marketplace.catalogue.inputs import CleanRow
from marketplace.contracts.models import Contract
from marketplace.contracts.terms import Party, Terms

PARTY_KEYS = ("name", "uscc", "nature", "division", "country", "phone", "representative")
CONTACT_KEYS = tuple(
    f"{side}_{part}" for side in ("seller", "buyer") for part in ("phone", "representative")
)
TERM_KEYS = (
    "title",
    "class_name",
    "subtype",
    "turnover",
    "tech_amount",
    "signed_on",
    "effective_on",
    "ends_on",
    "currency",
    "rate",
    "payment_mode",
    "tech_field",
    "ip_type",
    "patent_numbers",
    "plan_source",
    "industry",
    "socio_goal",
    "is_related",
)
NUMBERED, UNNUMBERED = "no", "row"


@dataclass(frozen=True, slots=True)
class Change:
    """The change registration that a row tells of; amounts in 分, none when it was cancelled."""

    state: str
    on: date
    turnover: int | None
    tech_amount: int | None

    def as_stored(self) -> dict[str, Any]:
        """As a held contract keeps it: JSON's own types."""
        return asdict(self) | {"on": self.on.isoformat()}

    @classmethod
    def of_stored(cls, stored: dict[str, Any]) -> Change:
        """The same read again."""
        return cls(**(stored | {"on": date.fromisoformat(stored["on"])}))


@dataclass(frozen=True)
class RegisterRow:
    """One row of a register: the contract as first registered, and what became of it."""

    terms: Terms
    number: str
    office: str
    registered_on: date | None
    change: Change | None

    @cached_property
    def stored(self) -> dict[str, Any]:
        """The first terms as a version keeps them."""
        return as_stored(self.terms)

    @cached_property
    def original(self) -> str:
        """What tells whether another row has the same contract, before any change."""
        parts = (self.stored, self.number, self.office, self.registered_on)
        return hashlib.sha256(orjson.dumps(parts)).hexdigest()

    @property
    def content(self) -> str:
        """What tells whether another row says the same in all."""
        return hashlib.sha256(orjson.dumps((self.original, self.change))).hexdigest()

    @property
    def amended(self) -> Terms:
        """The terms after the change, or as they were where the amounts have not changed."""
        return amended(self.terms, self.change)


def amended(terms: Terms, change: Change | None) -> Terms:
    """Terms after a change, or as they were where it changes no amounts."""
    if change is None or change.turnover is None or change.tech_amount is None:
        return terms
    return replace(terms, turnover=change.turnover, tech_amount=change.tech_amount)


def read_row(row: CleanRow) -> RegisterRow:
    """The row of a file as a contract."""
    values = row.values
    given = {key: values[key] for key in TERM_KEYS if values.get(key) is not None}
    if "rate" in given:
        given["rate"] = Decimal(given["rate"])
    if "patent_numbers" in given:
        given["patent_numbers"] = tuple(given["patent_numbers"])
    terms = Terms(**given, seller=_party(values, "seller"), buyer=_party(values, "buyer"))
    return RegisterRow(
        terms=terms,
        number=values.get("number") or "",
        office=values.get("office") or "",
        registered_on=values.get("registered_on"),
        change=_change(values),
    )


def columns_of(terms: Terms) -> dict[str, Any]:
    """The terms as the columns of :class:`Contract` hold them."""
    columns: dict[str, Any] = {key: getattr(terms, key) for key in TERM_KEYS}
    columns["rate"] = str(terms.rate)
    columns["patent_numbers"] = list(terms.patent_numbers)
    for side in ("seller", "buyer"):
        party: Party = getattr(terms, side)
        columns |= {f"{side}_{key}": getattr(party, key) for key in PARTY_KEYS}
    return columns


def terms_of(contract: Contract) -> Terms:
    """The terms of a stored contract.

    :raises ValueError: for a draft whose amounts are still open.
    """
    if contract.turnover is None or contract.tech_amount is None:
        raise ValueError(f"contract {contract.id} has no amounts yet")
    given = {key: getattr(contract, key) for key in TERM_KEYS}
    given["rate"] = Decimal(contract.rate)
    given["patent_numbers"] = tuple(contract.patent_numbers)
    return Terms(**given, seller=_party_of(contract, "seller"), buyer=_party_of(contract, "buyer"))


def as_stored(terms: Terms) -> dict[str, Any]:
    """The terms as a version keeps them: JSON's own types."""
    return columns_of(terms) | {
        key: day.isoformat()
        for key in ("signed_on", "effective_on", "ends_on")
        if (day := getattr(terms, key)) is not None
    }


def from_stored(stored: Mapping[str, Any]) -> Terms:
    """The terms that a version keeps, as :func:`as_stored` wrote them."""
    given = {key: stored.get(key) for key in TERM_KEYS}
    given |= {
        key: date.fromisoformat(day)
        for key in ("signed_on", "effective_on", "ends_on")
        if (day := stored.get(key))
    }
    given["rate"] = Decimal(stored["rate"])
    given["patent_numbers"] = tuple(stored["patent_numbers"])
    parties = {
        side: Party(**{key: stored[f"{side}_{key}"] for key in PARTY_KEYS})
        for side in ("seller", "buyer")
    }
    return Terms(**given, **parties)  # type: ignore[arg-type]


def _party_of(contract: Contract, side: str) -> Party:
    return Party(**{key: getattr(contract, f"{side}_{key}") for key in PARTY_KEYS})


def _party(values: dict[str, Any], side: str) -> Party:
    given = {key: values.get(f"{side}_{key}") for key in PARTY_KEYS}
    return Party(**{key: value for key, value in given.items() if value is not None})


def _change(values: dict[str, Any]) -> Change | None:
    state, on = values.get("state"), values.get("changed_on")
    if state not in {"amended", "deregistered", "revoked"} or on is None:
        return None
    is_amended = state == "amended"
    return Change(
        state,
        on,
        values.get("changed_turnover") if is_amended else None,
        values.get("changed_tech_amount") if is_amended else None,
    )
