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

_OF_A_PAIR = ("days", "titles", "sellers", "buyers", "turnovers", "ends_on")
_OF_A_GROUP = ("tier", "turnovers", "from", "until")
JUDGED: Mapping[str, tuple[str, ...]] = {
    "duplicate.same_subject": _OF_A_PAIR,
    "duplicate.same_figures": (*_OF_A_PAIR, "tech_amounts"),
    "duplicate.nearly_same_parties": _OF_A_PAIR,
    "split.below_a_tier": (*_OF_A_GROUP, "title", "sellers", "buyers"),
    "unit.between_amounts": ("turnover", "tech_amount"),
    "unit.out_of_bounds": ("turnover",),
    "unit.in_a_series": ("turnover",),
    "unit.unlike_the_seller": ("turnover",),
    "tech_amount.above_turnover": ("turnover", "tech_amount"),
    "tech_amount.goods_counted": ("turnover", "tech_amount", "title"),
    "patent.ended": ("number", "last_day", "signed_on"),
    "related.undeclared": ("seller", "buyer", "same"),
    "related.patent_of_a_group": ("seller", "buyer", "same"),
    "related.one_party": ("seller", "buyer"),
    "tier.burst": _OF_A_GROUP,
}
"""By rule: the params that a person judges. The others are there for comparison, and what they
say of other contracts changes with each that comes."""


def judged(rule: str, params: Mapping[str, Any]) -> str:
    """What a person judges of a finding, as JSON: equal for the same facts."""
    facts = {name: params.get(name) for name in JUDGED.get(rule, ())}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


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
