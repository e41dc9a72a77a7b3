"""Contracts between parties of one group that do not say so.

One sign may be chance: a regional word in two names, a common name of a person, the telephone of
an office building. Two of them together are asked about. Declared relations are no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import RELATED, Finding
from marketplace.contracts.checks.names import common_root, ties
from marketplace.contracts.checks.thresholds import Thresholds

SIGNS = 2


def undeclared_ties(entries: Sequence[Entry], _limits: Thresholds) -> Iterator[Finding]:
    """Two of name root, legal representative and telephone agree, undeclared."""
    for entry in entries:
        seller, buyer = entry.seller, entry.buyer
        if entry.contract.terms.is_related:
            continue
        shared = ties(seller, buyer)
        if len(shared) >= SIGNS:
            has_patent = bool(entry.contract.terms.patent_numbers)
            yield Finding(
                "related.patent_of_a_group" if has_patent else "related.undeclared",
                RELATED,
                (entry.key,),
                {
                    "seller": seller.name,
                    "buyer": buyer.name,
                    "same": sorted(shared),
                    "root": common_root(seller.core, buyer.core),
                },
            )


def one_party_on_both_sides(entries: Sequence[Entry], _limits: Thresholds) -> Iterator[Finding]:
    """A contract needs two parties, declared or not."""
    for entry in entries:
        seller, buyer = entry.seller, entry.buyer
        if seller.code and buyer.code:
            is_one = seller.code == buyer.code
        else:
            is_one = bool(seller.whole) and seller.whole == buyer.whole
        if is_one:
            yield Finding(
                "related.one_party",
                RELATED,
                (entry.key,),
                {"seller": seller.name, "buyer": buyer.name},
            )
