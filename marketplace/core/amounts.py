"""Amounts in 分 as people read them, and how values are rounded: halves away from 0."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from marketplace.core.i18n import FEN_PER_WAN

FEN_PER_YI = 10_000_000_000
PLACES = 2

Exact = int | Fraction | Decimal


def half_up(value: Exact, places: int = PLACES) -> Decimal:
    """The value rounded to ``places``, halves away from 0: 2.675 → 2.68. Never a negative zero."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = 1 if value < 0 and whole else 0
    return Decimal((sign, tuple(map(int, str(whole))), -places))


def wan(fen: Exact, places: int = PLACES) -> Decimal:
    """An amount in 分 as 万元, rounded."""
    return half_up(Fraction(fen) / FEN_PER_WAN, places)


def yuan(fen: int) -> Decimal:
    """An amount in 分 as 元, exactly: what adds up to the 分 is not rounded."""
    return Decimal(fen).scaleb(-2)


def yi(fen: Exact, places: int = PLACES) -> Decimal:
    """An amount in 分 as 亿元, rounded."""
    return half_up(Fraction(fen) / FEN_PER_YI, places)
