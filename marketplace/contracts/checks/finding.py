"""What a rule finds: which contracts, why, and the sentence that says so in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.catalogue.wording import joined

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
FEN_PER_WAN = 1_000_000

SENTENCES: Mapping[str, LazyString] = {
    "same_contract": _l(
        "两份合同的双方相同，签订相差 %(days)s 天，合同成交额都是 %(turnover)s 万元，"
        "项目名称%(titles)s。"
    ),
    "same_contract_other_amount": _l(
        "两份合同的双方相同，签订相差 %(days)s 天，项目名称%(titles)s，合同成交额 "
        "%(turnover)s 万元和 %(other)s 万元只差一点。"
    ),
    "swapped": _l(
        "两份合同的买卖双方互换，签订相差 %(days)s 天，合同成交额都是 %(turnover)s 万元，"
        "项目名称%(titles)s。"
    ),
    "same_patent_twice": _l(
        "两份合同的双方相同，签订相差 %(days)s 天，合同成交额都是 %(turnover)s 万元，"
        "涉及同一件专利 %(number)s。"
    ),
    "parts_below_tier": _l(
        "同一双方在 %(days)s 天里签了 %(count)s 份相近的合同，每份都略低于 %(tier)s 万元，"
        "合计 %(turnover)s 万元。"
    ),
    "turnover_far_above_tech": _l(
        "合同成交额 %(turnover)s 万元是技术交易额的 %(times)s 倍，像是多写了万或百。"
    ),
    "far_above_usual": _l(
        "合同成交额 %(turnover)s 万元，是卖方其他合同中最大一份的 %(times)s 倍；"
        "除以 %(factor)s 就与平常相当。"
    ),
    "far_below_usual": _l(
        "合同成交额只有 %(yuan)s 元，像是把万元数写进了元的一栏；乘以 %(factor)s 就与平常相当。"
    ),
    "other_than_series": _l(
        "同一双方、同一项目的另一份合同成交额是 %(other)s 万元，这份 %(turnover)s 万元正好差 "
        "%(factor)s 倍左右。"
    ),
    "tech_above_turnover": _l(
        "技术交易额 %(tech_amount)s 万元大于合同成交额 %(turnover)s 万元，两个金额可能填反了。"
    ),
    "goods_not_deducted": _l(
        "项目名称里有“%(word)s”，而技术交易额等于合同成交额，设备和货物的费用可能没有扣除。"
    ),
    "patent_expired": _l(
        "专利 %(number)s 是 %(filed)s 年申请的，保护期 %(years)s 年，%(signed)s 年签订时已经到期。"
    ),
    "related_undeclared": _l("双方%(what)s，而合同声明不是关联交易。"),
    "burst_above_tier": _l(
        "同一卖方在 %(days)s 天里有 %(count)s 份合同的成交额略高于 %(tier)s 万元。"
    ),
}
WORDS: Mapping[str, LazyString] = {
    "same_title": _l("相同"),
    "close_title": _l("相近"),
    "root": _l("字号相同"),
    "representative": _l("法定代表人相同"),
    "phone": _l("联系电话相同"),
}


@dataclass(frozen=True)
class Finding:
    """Contracts that a rule noticed, by key; one for a flag, more for a pair or a group.

    ``params`` are JSON's own types, from which :func:`explain` makes the sentence.
    """

    rule: str
    family: str
    keys: tuple[int, ...]
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


def explain(rule: str, params: Mapping[str, Any]) -> str:
    """The sentence of a finding in the present language."""
    shown = {name: _shown(name, value) for name, value in params.items()}
    return str(SENTENCES[rule]) % shown


def wan(fen: int) -> str:
    """An amount in 万元 with two places."""
    return f"{fen / FEN_PER_WAN:,.2f}"


def _shown(name: str, value: Any) -> str:
    if name in ("titles", "what"):
        words = value if isinstance(value, list) else [value]
        return joined(WORDS[word] for word in words)
    return str(value)
