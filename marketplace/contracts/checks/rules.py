"""All rules over many contracts, or over those that are new and what they have to be seen with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from marketplace.contracts.checks.candidates import pair_keys, seller_keys
from marketplace.contracts.checks.finding import Finding
from marketplace.contracts.checks.pairs import find_in_pairs
from marketplace.contracts.checks.sellers import find_in_sellers
from marketplace.contracts.checks.singles import find_in_one
from marketplace.contracts.checks.splits import find_splits
from marketplace.contracts.terms import Registered

Keys = Callable[[Registered], tuple[str, ...]]


def find_faults(
    contracts: Iterable[Registered], only: Collection[int] | None = None
) -> list[Finding]:
    """What the rules notice, sorted; with ``only``, what concerns one of these keys.

    ``contracts`` must hold all that share one of :func:`keys_of` with those in question. The time
    grows with the number of contracts, not with that of pairs: only contracts of the same parties,
    and of the same seller, are compared.
    """
    everything = list(contracts)
    found: list[Finding] = []
    for contract in everything:
        if only is None or contract.key in only:
            found += find_in_one(contract)
    for group in _groups(everything, pair_keys, only):
        found += find_in_pairs(group)
    for group in _groups(everything, seller_keys, only):
        found += find_in_sellers(group)
        found += find_splits(group)
    if only is not None:
        found = [one for one in found if not set(only).isdisjoint(one.keys)]
    return sorted(set(found), key=lambda one: (one.keys, one.rule))


def _groups(
    contracts: Sequence[Registered], keys: Keys, only: Collection[int] | None
) -> Iterable[list[Registered]]:
    groups: dict[str, list[Registered]] = defaultdict(list)
    for contract in contracts:
        for key in keys(contract):
            groups[key].append(contract)
    for group in groups.values():
        if only is None or any(one.key in only for one in group):
            yield group
