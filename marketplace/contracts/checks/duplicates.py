"""One contract registered twice: by both sides, at two offices, or once more in other words.

A contract whose first registration was cancelled, renewals, orders of a framework, phases, and
one service sold to several are no duplicates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import DUPLICATE, Finding, day_text
from marketplace.contracts.checks.names import Identity, is_alike, is_same
from marketplace.contracts.checks.thresholds import Thresholds
from marketplace.contracts.checks.titles import are_other_parts, likeness


def same_subject(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """The same parties, the same amount or nearly so, and one subject."""
    for one, other in _close(entries, limits):
        if (
            _amounts_agree(one, other, limits)
            and _is_near(one, other, limits)
            and _is_one_subject(one, other, _least(one, other, limits))
            and _pair_up(one, other, is_same)
        ):
            yield _finding("duplicate.same_subject", one, other)


def same_figures(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """The same parties and all the same figures under another title."""
    for one, other in _close(entries, limits):
        if (
            one.turnover == other.turnover
            and one.tech_amount == other.tech_amount
            and _share_term_or_patents(one, other)
            and _is_near(one, other, limits)
            and _is_reworded(one, other, limits)
            and _pair_up(one, other, is_same)
        ):
            yield _finding("duplicate.same_figures", one, other)


def nearly_same_parties(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """One amount and one subject, and parties whose names were shortened or mistyped."""
    if len(entries) > limits.standing_orders:
        return
    for one, other in _close(entries, limits):
        if (
            one.turnover == other.turnover
            and _is_near(one, other, limits)
            and _is_one_subject(one, other, limits.same_price_title)
            and not _pair_up(one, other, is_same)
            and _pair_up(one, other, is_alike)
        ):
            yield _finding("duplicate.nearly_same_parties", one, other)


def _close(entries: Sequence[Entry], limits: Thresholds) -> Iterator[tuple[Entry, Entry]]:
    """Pairs that may be one contract by their days, both still counting; in order of their days."""
    times = Counter(entry.subject.stem for entry in entries)
    some = [
        entry
        for entry in entries
        if not entry.is_void and times[entry.subject.stem] <= limits.standing_orders
    ]
    for place, one in enumerate(some):
        last = one.day + timedelta(days=limits.same_end_days) if one.day else None
        for other in islice(some, place + 1, None):
            if last and other.day and other.day > last:
                break
            yield one, other


def _is_near(one: Entry, other: Entry, limits: Thresholds) -> bool:
    """Signed near each other, or for a term with the same end; not one after the other's term."""
    ends, its = one.contract.terms.ends_on, other.contract.terms
    if not (one.day and other.day):
        return ends == its.ends_on
    if ends and (its.effective_on or other.day) >= ends:
        return False
    is_same_end = ends is not None and ends == its.ends_on
    return is_same_end or other.day - one.day <= timedelta(days=limits.duplicate_days)


def _amounts_agree(one: Entry, other: Entry, limits: Thresholds) -> bool:
    low, high = sorted((one.turnover, other.turnover))
    if high - low <= limits.duplicate_amount * low:
        return True
    if low > 0 and any(high == low * factor for factor in limits.slip_factors):
        return True
    return any(
        abs(high - low * (1 + rate)) <= limits.vat_rounding * low for rate in limits.vat_rates
    )


def _least(one: Entry, other: Entry, limits: Thresholds) -> float:
    return limits.same_price_title if one.turnover == other.turnover else limits.alike_title


def _is_one_subject(one: Entry, other: Entry, least: float) -> bool:
    return (
        not are_other_parts(one.subject, other.subject)
        and likeness(one.subject, other.subject) >= least
    )


def _is_reworded(one: Entry, other: Entry, limits: Thresholds) -> bool:
    if one.subject.is_generic or other.subject.is_generic:
        return one.subject.stem != other.subject.stem
    return _is_one_subject(one, other, limits.reworded_title) and not _is_one_subject(
        one, other, limits.same_price_title
    )


def _pair_up(one: Entry, other: Entry, agree: Callable[[Identity, Identity], bool]) -> bool:
    """Whether the parties agree, on the same sides or exchanged."""
    return (agree(one.seller, other.seller) and agree(one.buyer, other.buyer)) or (
        agree(one.seller, other.buyer) and agree(one.buyer, other.seller)
    )


def _share_term_or_patents(one: Entry, other: Entry) -> bool:
    mine, its = one.contract.terms, other.contract.terms
    if mine.ends_on and mine.ends_on == its.ends_on:
        return True
    return not set(mine.patent_numbers).isdisjoint(its.patent_numbers)


def _finding(rule: str, one: Entry, other: Entry) -> Finding:
    """What both say, side by side; the first of each pair belongs to the smaller key."""
    pair = sorted((one, other), key=lambda entry: entry.key)
    days = abs(other.day - one.day).days if one.day and other.day else None
    return Finding(
        rule,
        DUPLICATE,
        (pair[0].key, pair[1].key),
        {
            "days": days,
            "titles": [entry.subject.title for entry in pair],
            "sellers": [entry.seller.name for entry in pair],
            "buyers": [entry.buyer.name for entry in pair],
            "turnovers": [entry.turnover for entry in pair],
            "tech_amounts": [entry.tech_amount for entry in pair],
            "ends_on": [day_text(entry.contract.terms.ends_on) for entry in pair],
            "offices": [entry.contract.office for entry in pair],
        },
    )
