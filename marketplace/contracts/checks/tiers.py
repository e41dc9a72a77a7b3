"""Many contracts of one seller just above a tier within a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import Finding, day_text
from marketplace.contracts.checks.thresholds import Thresholds


def bursts(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """Three or more contracts just above one tier, signed within a month.

    One service sold at one price to many is no burst.
    """
    for tier in limits.tier_steps:
        above = [
            entry
            for entry in entries
            if entry.day
            and not entry.is_void
            and tier <= entry.turnover <= tier * (1 + limits.tier_margin)
        ]
        start = 0
        while start < len(above):
            group = _within(above[start:], limits.tier_days)
            if _distinct(group) >= limits.tier_contracts:
                yield _finding(group, tier)
                start += len(group)
            else:
                start += 1


def _within(entries: Sequence[Entry], days: int) -> Sequence[Entry]:
    first = entries[0].day
    return [
        each for each in entries if each.day and first and each.day - first < timedelta(days=days)
    ]


def _distinct(group: Sequence[Entry]) -> int:
    return len({(entry.subject.stem, entry.turnover) for entry in group})


def _finding(group: Sequence[Entry], tier: int) -> Finding:
    return Finding(
        "tier.burst",
        "tier",
        tuple(sorted(entry.key for entry in group)),
        {
            "seller": group[0].seller.name,
            "tier": tier,
            "count": len(group),
            "turnovers": [entry.turnover for entry in group],
            "from": day_text(group[0].day),
            "until": day_text(group[-1].day),
        },
    )
