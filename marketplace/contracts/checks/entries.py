"""A contract prepared for comparing, and the blocks in which contracts are compared.

Two contracts are compared only where they share a block, so that the work grows with the register
and not with its square, and a database can fetch the few that concern a new contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.contracts.checks.names import (
    SHORTEST_PHONE,
    SHORTEST_ROOT,
    Identity,
    identity,
    is_telling,
)
from marketplace.contracts.checks.titles import Subject, subject
from marketplace.contracts.states import DEREGISTERED, REFUSED, REVOKED, WITHDRAWN
from marketplace.contracts.terms import Registered

# A contract that no longer counts is no fault of the one that took its place.
VOID_STATES = frozenset({DEREGISTERED, REVOKED, REFUSED, WITHDRAWN})
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
    """The two sides, whichever is which: by their names, and by their codes."""
    seller, buyer = entry.seller, entry.buyer
    for one, other in ((seller.core, buyer.core), (seller.code, buyer.code)):
        if one and other:
            yield _key("parties", *sorted((one, other)))


def _sellers(entry: Entry) -> Iterable[str]:
    for text in (entry.seller.core, entry.seller.code):
        if text:
            yield _key("seller", text)


def _groups(entry: Entry) -> Iterable[str]:
    """Sellers that may be of one group, towards buyers whose names begin alike."""
    seller, buyer = entry.seller, entry.buyer.core[:SHORTEST_ROOT]
    root = seller.core[:SHORTEST_ROOT]
    signs = (
        root if is_telling(root) else "",
        seller.representative,
        seller.phone[-SHORTEST_PHONE:],
    )
    for sign in signs:
        if sign and buyer:
            yield _key("group", sign, buyer)


def _prices(entry: Entry) -> Iterable[str]:
    """One price between names that begin alike, and one price for one subject."""
    roots = sorted((entry.seller.core[:SHORTEST_ROOT], entry.buyer.core[:SHORTEST_ROOT]))
    if all(roots):
        yield _key("price", *roots, str(entry.turnover))
    if len(entry.subject.stem) >= SHORTEST_STEM:
        yield _key("price", entry.subject.stem, str(entry.turnover))


def _key(kind: str, *parts: str) -> str:
    return ":".join((kind, *parts))


BLOCKS: Mapping[str, Callable[[Entry], Iterable[str]]] = {
    "parties": _parties,
    "seller": _sellers,
    "group": _groups,
    "price": _prices,
}
"""By name: the keys of the blocks of that kind in which a contract stands."""
