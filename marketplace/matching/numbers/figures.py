"""What a figure says: bounds in the first unit of its kind, of what, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Change = Literal["", "less", "more"]
GRADE = "ingress-protection"
"""The kind of an IP code, which has digits of two meanings and no bounds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or a range of them, with a unit.

    `low`, `high`: bounds in the first unit of `dimension` (m, kg, s, ℃, 元, a share of 1 …); None
    where there is none. `is_low_out`, `is_high_out`: the bound itself is left out. `subject`: the
    words before it that say of what it is, as written. `change`: by how much something becomes
    "less" or "more", "" for a state. `is_exact`: written without any operator or range.
    `is_tolerance`: by how much something may lie beside its value (±), with both bounds.
    `is_stated`: asked it is a minimum, offered it is just that much (降本20%, 耐温150 ℃, IP67).
    `is_service`: a temperature at which something works; `is_withstood`: that it bears (耐温);
    `is_highest`: up to which it works. `grade`: the digits of an IP code.
    `start`, `end`: its place in the text in characters.
    """

    low: Decimal | None
    high: Decimal | None
    dimension: str
    subject: str = ""
    change: Change = ""
    is_low_out: bool = False
    is_high_out: bool = False
    is_exact: bool = False
    is_tolerance: bool = False
    is_stated: bool = False
    is_service: bool = False
    is_withstood: bool = False
    is_highest: bool = False
    grade: str = ""
    start: int = 0
    end: int = 0
