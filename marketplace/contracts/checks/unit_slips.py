"""Amounts in the wrong unit: 万元 written as 元, 元 as 万元, 分, 千元 or 亿元.

A finding names the one contract whose amount is doubtful; those it was compared with are honest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median_low

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import UNIT, Finding, day_text
from marketplace.contracts.checks.thresholds import Thresholds


def between_both_amounts(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """The two amounts of one contract lie so far apart that one of them has another unit."""
    for entry in entries:
        low, high = sorted((entry.turnover, entry.tech_amount))
        if low > 0 and high >= low * limits.slip_share:
            yield _finding("unit.between_amounts", entry, tech_amount=entry.tech_amount)


def out_of_bounds(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """An amount that no single contract has, whoever sells."""
    for entry in entries:
        if entry.turnover > limits.huge or 0 < entry.turnover < limits.tiny_certain:
            yield _finding("unit.out_of_bounds", entry)


def in_a_series(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """A seller's contracts of one subject, one of which differs by the factor of two units.

    Of two contracts, doubtful is the one farther from what the seller's contracts usually are.
    """
    usual = median_low([entry.turnover for entry in entries])
    series: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.turnover > 0 and not entry.is_void:
            series[entry.subject.stem].append(entry)
    for members in series.values():
        by_amount = sorted(members, key=lambda entry: (entry.turnover, entry.key))
        if len(members) == 2:
            other, doubtful = sorted(by_amount, key=lambda each: _distance(each.turnover, usual))
            candidates = [(doubtful, other)]
        else:
            middle = by_amount[(len(by_amount) - 1) // 2]
            candidates = [(entry, middle) for entry in members]
        for entry, other in candidates:
            if _differ_by_a_unit(entry.turnover, other.turnover, limits):
                yield _finding(
                    "unit.in_a_series",
                    entry,
                    other_title=other.subject.title,
                    other_turnover=other.turnover,
                    other_signed_on=day_text(other.contract.terms.signed_on),
                )


def unlike_the_seller(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """An amount out of all proportion to everything else the seller sold or usually sells."""
    amounts = sorted(entry.turnover for entry in entries if 0 < entry.turnover <= limits.huge)
    if len(amounts) <= limits.outlier_contracts:
        return
    usual = median_low(amounts)
    for entry in entries:
        largest = amounts[-2] if entry.turnover == amounts[-1] else amounts[-1]
        is_large = entry.turnover >= limits.outlier_from and (
            entry.turnover >= largest * limits.outlier_certain
            or (
                entry.turnover >= largest * limits.outlier_largest
                and entry.turnover >= usual * limits.outlier_usual
                and entry.tech_amount >= limits.outlier_share * entry.turnover
            )
        )
        is_small = 0 < entry.turnover < limits.tiny and (
            entry.turnover * limits.tiny_share <= usual
        )
        if is_large or is_small:
            yield _finding(
                "unit.unlike_the_seller",
                entry,
                largest=largest,
                usual=usual,
                count=len(amounts) - 1,
            )


def _differ_by_a_unit(one: int, other: int, limits: Thresholds) -> bool:
    ratio, spread = _distance(one, other), 1 + limits.slip_tolerance
    return any(factor / spread <= ratio <= factor * spread for factor in limits.slip_factors)


def _distance(amount: int, usual: int) -> Decimal:
    low, high = sorted((max(amount, 1), max(usual, 1)))
    return Decimal(high) / low


def _finding(rule: str, entry: Entry, **more: int | str) -> Finding:
    params = {"title": entry.subject.title, "turnover": entry.turnover, **more}
    return Finding(rule, UNIT, (entry.key,), params)
