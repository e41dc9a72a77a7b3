"""What each version of the registration rules says of limits: dated settings with their sources.

The values stand in ``data/rules.json``, with what wasn't verified said there. Which version a
registration follows is decided in ``rule_versions``; how a limit runs, in ``clock``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marketplace.core.i18n import Bilingual

DATA = Path(__file__).parent / "data" / "rules.json"


class Unit(StrEnum):
    """In which days a limit is counted."""

    DAYS = "days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules; amounts are 技术交易额 in 分, the last day in force is included.

    ``days_large`` is for contracts from ``large_from`` on and for disputed ones. Nothing says
    that a version has no such limit, or is still in force.
    """

    version: str
    in_force_from: date
    in_force_to: date | None
    unit: Unit
    days: int
    days_large: int
    large_from: int | None
    expert_review_from: int | None
    sources: tuple[str, ...]
    is_verified: bool

    def is_large(self, tech_amount: int | None) -> bool:
        """Whether a 技术交易额 in 分 makes a contract a large one; an unknown one doesn't."""
        return _reaches(tech_amount, self.large_from)

    def needs_experts(self, tech_amount: int | None, *, is_disputed: bool) -> bool:
        """Whether experts review the contract: it is disputed, or its 技术交易额 reaches so far."""
        has_experts = self.expert_review_from is not None
        return has_experts and (is_disputed or _reaches(tech_amount, self.expert_review_from))

    def days_allowed(self, tech_amount: int | None, *, is_disputed: bool) -> int:
        """The limit from acceptance on, in days of :attr:`unit`."""
        is_long = is_disputed or self.is_large(tech_amount)
        return self.days_large if is_long else self.days


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All versions, what to warn of, and the code list of reasons for refusing."""

    versions: Mapping[str, Rules]
    warning: Bilingual
    refusal_codes: str


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The settings as they came with the program."""
    data = json.loads(DATA.read_text("utf-8"))
    versions = {one["version"]: _rules(one) for one in data["versions"]}
    return RuleBook(MappingProxyType(versions), Bilingual(**data["warning"]), data["refusal_codes"])


def rules_of(version: str) -> Rules:
    """What a version says.

    :raises KeyError: for a version that there isn't.
    """
    return rule_book().versions[version]


def _rules(one: Mapping[str, Any]) -> Rules:
    end = one["in_force_to"]
    return Rules(
        version=one["version"],
        in_force_from=date.fromisoformat(one["in_force_from"]),
        in_force_to=date.fromisoformat(end) if end else None,
        unit=Unit(one["unit"]),
        days=one["days"],
        days_large=one["days_large"],
        large_from=one["large_from_fen"],
        expert_review_from=one["expert_review_from_fen"],
        sources=tuple(one["sources"]),
        is_verified=one["is_verified"],
    )


def _reaches(amount: int | None, threshold: int | None) -> bool:
    return amount is not None and threshold is not None and amount >= threshold
