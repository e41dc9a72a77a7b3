"""One contract in several parts, each just below a tier, together above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import SPLIT, Finding, day_text
from marketplace.contracts.checks.names import is_same, ties
from marketplace.contracts.checks.thresholds import Thresholds
from marketplace.contracts.checks.titles import likeness


def parts_below_a_tier(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """Parts of one subject, between the same parties or those of one group, within weeks."""
    alive = [entry for entry in entries if not entry.is_void]
    for tier in limits.split_tiers:
        groups: list[list[Entry]] = []
        open_groups: list[list[Entry]] = []
        for entry in alive:
            if entry.day is None or not _is_just_below(entry, tier, limits):
                continue
            earliest = entry.day - timedelta(days=limits.split_days)
            open_groups = [each for each in open_groups if each[0].day and each[0].day >= earliest]
            group = next((each for each in open_groups if _belongs(entry, each[0], limits)), None)
            if group is None:
                groups.append([entry])
                open_groups.append(groups[-1])
            else:
                group.append(entry)
        for group in groups:
            if len(group) > 1:
                yield _finding(group, tier)


def _is_just_below(entry: Entry, tier: int, limits: Thresholds) -> bool:
    if not entry.subject.is_order:
        return tier * limits.split_floor <= entry.turnover < tier
    return (
        tier >= limits.split_order_from and tier * limits.split_order_floor <= entry.turnover < tier
    )


def _belongs(entry: Entry, first: Entry, limits: Thresholds) -> bool:
    return (
        likeness(entry.subject, first.subject) >= limits.alike_title
        and (is_same(entry.seller, first.seller) or bool(ties(entry.seller, first.seller)))
        and (is_same(entry.buyer, first.buyer) or bool(ties(entry.buyer, first.buyer)))
    )


def _finding(group: Sequence[Entry], tier: int) -> Finding:
    return Finding(
        "split.below_a_tier",
        SPLIT,
        tuple(sorted(entry.key for entry in group)),
        {
            "title": group[0].subject.title,
            "sellers": sorted({entry.seller.name for entry in group}),
            "buyers": sorted({entry.buyer.name for entry in group}),
            "tier": tier,
            "count": len(group),
            "turnovers": [entry.turnover for entry in group],
            "sum": sum(entry.turnover for entry in group),
            "from": day_text(group[0].day),
            "until": day_text(group[-1].day),
        },
    )
