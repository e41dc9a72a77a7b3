"""All rules over a whole register, or over what concerns some of its contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from marketplace.contracts.checks import (
    duplicates,
    patents,
    related,
    splits,
    tech_amounts,
    tiers,
    unit_slips,
)
from marketplace.contracts.checks.entries import BLOCKS, Entry, entry_of
from marketplace.contracts.checks.findings import Finding
from marketplace.contracts.checks.thresholds import Thresholds
from marketplace.contracts.terms import Registered


@dataclass(frozen=True, slots=True)
class Rule:
    """``find`` is called for each block of the kind ``block``, its contracts in their order.

    The kind ``one`` is each contract by itself.
    """

    block: str
    find: Callable[[Sequence[Entry], Thresholds], Iterator[Finding]]


RULES = (
    Rule("one", tech_amounts.above_turnover),
    Rule("one", tech_amounts.goods_counted),
    Rule("one", patents.ended_rights),
    Rule("one", related.undeclared_ties),
    Rule("one", related.one_party_on_both_sides),
    Rule("one", unit_slips.between_both_amounts),
    Rule("one", unit_slips.out_of_bounds),
    Rule("seller", unit_slips.in_a_series),
    Rule("seller", unit_slips.unlike_the_seller),
    Rule("seller", splits.parts_below_a_tier),
    Rule("group", splits.parts_below_a_tier),
    Rule("seller", tiers.bursts),
    Rule("parties", duplicates.same_subject),
    Rule("parties", duplicates.same_figures),
    Rule("price", duplicates.nearly_same_parties),
)


def keys_of(contract: Registered) -> frozenset[str]:
    """The keys of all blocks in which a contract is compared with others.

    What concerns a contract depends on the contracts that share a key with it, and on no other.
    """
    entry = entry_of(contract)
    return frozenset(key for keys in BLOCKS.values() for key in keys(entry))


def find_faults(
    contracts: Iterable[Registered],
    *,
    only: Collection[int] | None = None,
    thresholds: Thresholds | None = None,
) -> list[Finding]:
    """The possible faults among ``contracts``, in an order that theirs does not change.

    With ``only``, the faults in which one of these keys takes part, and those of a single
    contract that is compared with one of them; then ``contracts`` need to hold no more than these
    and all that share one of their :func:`keys_of`.
    """
    limits = thresholds or Thresholds()
    wanted = None if only is None else frozenset(only)
    entries = sorted(map(entry_of, contracts), key=lambda entry: entry.order)
    found: dict[tuple[str, tuple[int, ...]], Finding] = {}
    for kind in ("one", *BLOCKS):
        rules = [rule for rule in RULES if rule.block == kind]
        for block in _blocks(entries, kind, wanted):
            for rule in rules:
                for finding in rule.find(block, limits):
                    if (
                        wanted is None
                        or len(finding.keys) == 1
                        or not wanted.isdisjoint(finding.keys)
                    ):
                        _keep(found, finding)
    return sorted(_largest(found.values()), key=lambda each: (each.family, each.rule, each.keys))


def _blocks(
    entries: Sequence[Entry], kind: str, wanted: frozenset[int] | None
) -> Iterator[Sequence[Entry]]:
    """The contracts of each key; those that share several keys once only, and nobody alone."""
    if kind == "one":
        yield from ([entry] for entry in entries if wanted is None or entry.key in wanted)
        return
    keys = BLOCKS[kind]
    asked = None
    if wanted is not None:
        asked = {key for entry in entries if entry.key in wanted for key in keys(entry)}
    blocks: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in keys(entry):
            if asked is None or key in asked:
                blocks[key].append(entry)
    seen = set()
    for block in blocks.values():
        if len(block) > 1 and (members := tuple(entry.key for entry in block)) not in seen:
            seen.add(members)
            yield block


def _keep(found: dict[tuple[str, tuple[int, ...]], Finding], finding: Finding) -> None:
    """The same contracts may meet in several blocks: which explanation stays must not depend."""
    place = (finding.rule, finding.keys)
    known = found.get(place)
    if known is None or finding.stored_params < known.stored_params:
        found[place] = finding


def _largest(findings: Collection[Finding]) -> Iterator[Finding]:
    """Without findings whose contracts all stand in a larger one of the same rule."""
    by_contract: defaultdict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        for key in finding.keys:
            by_contract[finding.rule, key].append(finding)
    for finding in findings:
        keys = frozenset(finding.keys)
        others = by_contract[finding.rule, finding.keys[0]]
        if not any(keys < frozenset(other.keys) for other in others):
            yield finding
