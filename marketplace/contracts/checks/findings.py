"""What a rule has found: which contracts, and what agrees or differs, for a person to decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.checks.sentences import explain

DUPLICATE, SPLIT, UNIT, TECH_AMOUNT = "duplicate", "split", "unit", "tech_amount"
PATENT, RELATED, TIER = "patent", "related", "tier"
FAMILIES: Mapping[str, LazyString] = {
    DUPLICATE: _l("可能重复登记"),
    SPLIT: _l("可能拆分"),
    UNIT: _l("单位可能写错"),
    TECH_AMOUNT: _l("技术交易额存疑"),
    PATENT: _l("专利可能已到期"),
    RELATED: _l("可能是没有声明的关联交易"),
    TIER: _l("扎堆略高于分档"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One possible fault of the contracts ``keys``, in ascending order.

    ``params`` hold only what JSON can: texts, whole numbers (amounts in 分), dates as
    ``YYYY-MM-DD``, lists of them. With ``rule`` they are the stored form of the explanation.
    """

    rule: str
    family: str
    keys: tuple[int, ...]
    params: Mapping[str, Any] = field(hash=False)

    @property
    def explanation(self) -> LazyString:
        """The sentence in the reader's language."""
        return LazyString(explain, self.rule, self.params)

    @property
    def stored_params(self) -> str:
        """``params`` as JSON with sorted keys: equal for equal findings."""
        return json.dumps(dict(self.params), ensure_ascii=False, sort_keys=True)


def day_text(day: date | None) -> str:
    """A date as params hold it; empty when unknown."""
    return day.isoformat() if day else ""
