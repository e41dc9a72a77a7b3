"""Arithmetic of published figures: growth, shares, completion of goals, averages, rounding.

Everything is exact (``int`` and ``Fraction``) until :func:`half_up`, which rounds once and last.
``None`` stands for a figure that doesn't exist and is written 「—」. Where figures come from, and
which may be shown, does not belong here.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from marketplace.core.amounts import PLACES, Exact, half_up

NOTHING = "—"
MINUS = "−"


class Operator(StrEnum):
    """How a goal compares; whether its number itself counts follows 民法典 art. 1259."""

    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"


OPERATOR_WORDS = {
    # Art. 1259: 「以上」「以下」「以内」 include the number, 「不满」「超过」 don't.
    "超过": Operator.MORE_THAN,
    "以上": Operator.AT_LEAST,
    "不满": Operator.LESS_THAN,
    "以下": Operator.AT_MOST,
    "以内": Operator.AT_MOST,
    # Ordinary meaning; the law doesn't name these.
    "大于": Operator.MORE_THAN,
    "突破": Operator.MORE_THAN,
    "不低于": Operator.AT_LEAST,
    "不少于": Operator.AT_LEAST,
    "达到": Operator.AT_LEAST,
    "低于": Operator.LESS_THAN,
    "少于": Operator.LESS_THAN,
    "不足": Operator.LESS_THAN,
    "不超过": Operator.AT_MOST,
    "不高于": Operator.AT_MOST,
    "不多于": Operator.AT_MOST,
}


def growth(current: Exact | None, base: Exact | None) -> Fraction | None:
    """同比: how much ``current`` lies above the same period of last year, as a ratio of it.

    ``None`` where there is no base, where the base is 0, and where it is below 0 (more was
    cancelled than registered): a ratio to a negative amount says nothing of growth.
    """
    if current is None or base is None or base <= 0:
        return None
    return (Fraction(current) - Fraction(base)) / Fraction(base)


def share(part: Exact | None, whole: Exact | None) -> Fraction | None:
    """占比: ``part`` of ``whole`` as a ratio; ``None`` where the whole isn't above 0."""
    if part is None or whole is None or whole <= 0:
        return None
    return Fraction(part) / Fraction(whole)


def points(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """The difference of two shares in 百分点, already times 100; ``None`` if either is missing."""
    return None if now is None or before is None else (now - before) * 100


def average(total: Exact | None, count: int | None) -> Fraction | None:
    """``total`` over ``count`` contracts, in the unit of ``total``; ``None`` without contracts."""
    if total is None or count is None or count <= 0:
        return None
    return Fraction(total) / count


def completion(actual: Exact | None, target: Exact) -> Fraction | None:
    """完成率: ``actual`` over ``target`` as a ratio; 1 does not say that the goal is met."""
    return share(actual, target)


def is_met(actual: Exact, operator: Operator, target: Exact) -> bool:
    """Whether the exact, unrounded ``actual`` meets the goal (民法典 art. 1259)."""
    reached, wanted = Fraction(actual), Fraction(target)
    return {
        Operator.MORE_THAN: reached > wanted,
        Operator.AT_LEAST: reached >= wanted,
        Operator.LESS_THAN: reached < wanted,
        Operator.AT_MOST: reached <= wanted,
    }[operator]


def gap(actual: Exact, target: Exact) -> Fraction:
    """差额: what is still missing to the number of the goal; 0 once it is reached or passed.

    At a gap of 0 a goal of 「超过」 may still be unmet: ask :func:`is_met`.
    """
    return max(Fraction(target) - Fraction(actual), Fraction(0))


def even_pace(target: Exact, months: int) -> Fraction:
    """Where a goal of a year stands after ``months`` equal months.

    :raises ValueError: for fewer than 0 or more than 12 months.
    """
    if not 0 <= months <= 12:
        raise ValueError("a year has 0 to 12 months")
    return Fraction(target) * months / 12


def needed_a_month(actual: Exact, target: Exact, months_left: int) -> Fraction | None:
    """What each of the months left must bring to reach ``target``; ``None`` when none is left."""
    return gap(actual, target) / months_left if months_left > 0 else None


def percent(ratio: Fraction | None, places: int = PLACES) -> Decimal | None:
    """A ratio in per cent, rounded; ``None`` stays ``None``."""
    return None if ratio is None else half_up(ratio * 100, places)


def written(value: Decimal | int | None, *, is_signed: bool = False) -> str:
    """A rounded figure as tables print it: ``1,286.00``, ``−3.41``, ``+36.20``; 「—」 for none."""
    if value is None:
        return NOTHING
    sign = MINUS if value < 0 else "+" if is_signed and value > 0 else ""
    return f"{sign}{abs(value):,}"
