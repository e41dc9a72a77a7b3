"""A contract prepared for comparing, and the blocks in which contracts are compared.

Two contracts are compared only where they share a block, so that the work grows with the register
and not with its square, and a database can fetch the few that concern a new contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from marketplace.contracts.checks.names import SHORTEST_ROOT, Identity, identity
from marketplace.contracts.checks.titles import Subject, subject
from marketplace.contracts.terms import Registered
from marketplace.core.identifiers.characters import compact

# A contract that no longer counts is no fault of the one that took its place.
VOID_STATES = frozenset({"deregistered", "revoked", "refused", "withdrawn"})
SHORTEST_STEM = 6


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One contract as the rules see it; amounts in 分. ``day`` is the best known day of signing."""

    contract: Registered
    key: int
    day: date | None
    turnover: int
    tech_amount: int
    seller: Identity
    buyer: Identity
    subject: Subject
    is_void: bool

    @property
    def order(self) -> tuple[date, int]:
        """The place in a block: by day, contracts without one first."""
        return self.day or date.min, self.key


def entry_of(contract: Registered) -> Entry:
    """Prepare one contract."""
    terms = contract.terms
    return Entry(
        contract=contract,
        key=contract.key,
        day=terms.signed_on or terms.effective_on or contract.registered_on,
        turnover=terms.turnover,
        tech_amount=terms.tech_amount,
        seller=identity(terms.seller),
        buyer=identity(terms.buyer),
        subject=subject(terms.title),
        is_void=contract.state in VOID_STATES,
    )


def _parties(entry: Entry) -> Iterable[str]:
    return {
        "parties:" + "|".join(sorted(ids)) for ids in product(entry.seller.ids, entry.buyer.ids)
    }


def _sellers(entry: Entry) -> Iterable[str]:
    return [f"seller:{text}" for text in entry.seller.ids]


def _buyers(entry: Entry) -> Iterable[str]:
    return [f"buyer:{text}" for text in entry.buyer.ids]


def _prices(entry: Entry) -> Iterable[str]:
    return {f"price:{text}:{entry.turnover}" for text in (*entry.seller.ids, *entry.buyer.ids)}


def _roots(entry: Entry) -> Iterable[str]:
    roots = sorted((entry.seller.core[:SHORTEST_ROOT], entry.buyer.core[:SHORTEST_ROOT]))
    return [f"roots:{roots[0]}|{roots[1]}:{entry.turnover}"] if all(roots) else []


def _subjects(entry: Entry) -> Iterable[str]:
    stem = entry.subject.stem
    return [f"subject:{stem}:{entry.turnover}"] if len(stem) >= SHORTEST_STEM else []


def _numbers(entry: Entry) -> Iterable[str]:
    number = compact(entry.contract.number)
    return [f"number:{number}"] if number else []


BLOCKS: Mapping[str, Callable[[Entry], Iterable[str]]] = {
    "parties": _parties,
    "seller": _sellers,
    "buyer": _buyers,
    "price": _prices,
    "roots": _roots,
    "subject": _subjects,
    "number": _numbers,
}
"""By name: the keys of the blocks of that kind in which a contract stands."""
