"""Many contracts of one seller just above a tier within a month."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import TIER, Finding, day_text
from marketplace.contracts.checks.thresholds import Thresholds

Dated = tuple[date, int, Entry]


def bursts(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """Three or more contracts just above one tier, signed or registered within a month.

    One service sold at one price to many is no burst.
    """
    alive = [entry for entry in entries if not entry.is_void]
    signed = sorted(entry.day for entry in alive if entry.day)
    registered = sorted(day for entry in alive if (day := entry.contract.registered_on))
    for tier in limits.tier_steps:
        above = [entry for entry in alive if _is_just_above(entry, tier, limits)]
        if _distinct(above) < limits.tier_contracts:
            continue
        by_signing = sorted((entry.day, entry.key, entry) for entry in above if entry.day)
        by_registration = sorted(
            (day, entry.key, entry) for entry in above if (day := entry.contract.registered_on)
        )
        yield from _within_a_month(by_signing, signed, tier, limits)
        yield from _within_a_month(by_registration, registered, tier, limits)


def _is_just_above(entry: Entry, tier: int, limits: Thresholds) -> bool:
    if entry.turnover == tier:
        return tier >= limits.tier_exact_from
    return tier < entry.turnover <= tier * (1 + limits.tier_margin)


def _within_a_month(
    dated: Sequence[Dated], all_days: Sequence[date], tier: int, limits: Thresholds
) -> Iterator[Finding]:
    start = 0
    while start < len(dated):
        first = dated[start][0]
        until = first + timedelta(days=limits.tier_days)
        group = dated[start : bisect_left(dated, until, key=itemgetter(0))]
        of_all = bisect_left(all_days, until) - bisect_left(all_days, first)
        if (
            _distinct([entry for _day, _key, entry in group]) >= limits.tier_contracts
            and len(group) >= of_all * limits.tier_share
        ):
            yield _finding(group, tier)
            start += len(group)
        else:
            start += 1


def _distinct(group: Sequence[Entry]) -> int:
    return len({(entry.subject.stem, entry.turnover) for entry in group})


def _finding(dated: Sequence[Dated], tier: int) -> Finding:
    group = [entry for _day, _key, entry in dated]
    return Finding(
        "tier.burst",
        TIER,
        tuple(sorted(entry.key for entry in group)),
        {
            "seller": group[0].seller.name,
            "tier": tier,
            "count": len(group),
            "turnovers": [entry.turnover for entry in group],
            "from": day_text(dated[0][0]),
            "until": day_text(dated[-1][0]),
        },
    )
