"""What a rule has found: which contracts, and what agrees or differs, for a person to decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from flask_babel import LazyString

from marketplace.contracts.checks.sentences import explain

Family = Literal["duplicate", "split", "unit", "tech_amount", "patent", "related", "tier"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One possible fault of the contracts ``keys``, in ascending order.

    ``parameters`` hold only what JSON can: texts, whole numbers (amounts in 分), dates as
    ``YYYY-MM-DD``, lists of them. With ``rule`` they are the stored form of the explanation.
    """

    rule: str
    family: Family
    keys: tuple[int, ...]
    parameters: Mapping[str, Any] = field(hash=False)

    @property
    def explanation(self) -> LazyString:
        """The sentence in the reader's language."""
        return LazyString(explain, self.rule, self.parameters)

    @property
    def stored_parameters(self) -> str:
        """``parameters`` as JSON with sorted keys: equal for equal findings."""
        return json.dumps(dict(self.parameters), ensure_ascii=False, sort_keys=True)


def day_text(day: date | None) -> str:
    """A date as parameters hold it; empty when unknown."""
    return day.isoformat() if day else ""
