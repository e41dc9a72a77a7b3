"""The explanation of a finding, from its stored form, in the reader's language.

Each rule has one sentence: what agrees, what differs, and what would be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core.i18n import format_day, format_wan

Parameters = Mapping[str, Any]


def explain(rule: str, parameters: Parameters) -> str:
    """The sentence of a finding; ``parameters`` as in :class:`Finding`, also read back from JSON.

    Raises KeyError for a rule that does not exist.
    """
    return SENTENCES[rule](parameters)


def _duplicate(reason: str, parameters: Parameters) -> str:
    first, second = parameters["titles"]
    facts = [
        _side_by_side(_("合同成交额"), [format_wan(each) for each in parameters["turnovers"]]),
        _side_by_side(_("签订日期"), [_day(each) for each in parameters["signed_on"]]),
        _side_by_side(_("终止日期"), [_day(each) for each in parameters["ends_on"]]),
        _side_by_side(_("卖方"), parameters["sellers"]),
        _side_by_side(_("买方"), parameters["buyers"]),
        _side_by_side(_("登记机构"), parameters["offices"]),
        _side_by_side(_("登记编号"), [each or _("没有") for each in parameters["numbers"]]),
    ]
    if first != second:
        facts.insert(0, _("题名：“%(one)s”，“%(other)s”", one=first, other=second))
    return _("%(reason)s%(facts)s。", reason=reason, facts=_("；").join(facts))


def _same_subject(parameters: Parameters) -> str:
    reason = _(
        "“%(title)s”可能登记了两次：双方相同，题名和金额相同或相近。",
        title=parameters["titles"][0],
    )
    return _duplicate(reason, parameters)


def _same_figures(parameters: Parameters) -> str:
    reason = _(
        "“%(title)s”可能换了题名又登记了一次：双方、两项金额和期限都相同。",
        title=parameters["titles"][0],
    )
    return _duplicate(reason, parameters)


def _nearly_same_parties(parameters: Parameters) -> str:
    reason = _(
        "“%(title)s”可能登记了两次：题名和金额相同，双方的名称只有写法不同。",
        title=parameters["titles"][0],
    )
    return _duplicate(reason, parameters)


def _split(parameters: Parameters) -> str:
    return ngettext(
        "%(seller)s和%(buyers)s在 %(from_day)s 到 %(until_day)s 之间签了 %(num)s 份内容相近的合同"
        "（“%(title)s”），每份都略低于 %(tier)s，合计 %(sum)s：%(turnovers)s。"
        "可能是一份合同拆开的。",
        "%(seller)s和%(buyers)s在 %(from_day)s 到 %(until_day)s 之间签了 %(num)s 份内容相近的合同"
        "（“%(title)s”），每份都略低于 %(tier)s，合计 %(sum)s：%(turnovers)s。"
        "可能是一份合同拆开的。",
        parameters["count"],
        seller=parameters["seller"],
        buyers=_("、").join(parameters["buyers"]),
        title=parameters["title"],
        tier=format_wan(parameters["tier"]),
        sum=format_wan(parameters["sum"]),
        turnovers=_amounts(parameters["turnovers"]),
        from_day=_day(parameters["from"]),
        until_day=_day(parameters["until"]),
    )


def _between_amounts(parameters: Parameters) -> str:
    return _(
        "合同成交额 %(turnover)s 和技术交易额 %(tech_amount)s 相差太多，其中一项可能写错了单位。",
        turnover=format_wan(parameters["turnover"]),
        tech_amount=format_wan(parameters["tech_amount"]),
    )


def _out_of_bounds(parameters: Parameters) -> str:
    return _(
        "合同成交额 %(turnover)s 不像一份技术合同的金额，可能写错了单位。",
        turnover=format_wan(parameters["turnover"]),
    )


def _in_a_series(parameters: Parameters) -> str:
    return _(
        "合同成交额 %(turnover)s 可能写错了单位：同一卖方的“%(other_title)s”"
        "（%(other_day)s 签订）是 %(other_turnover)s。",
        turnover=format_wan(parameters["turnover"]),
        other_title=parameters["other_title"],
        other_turnover=format_wan(parameters["other_turnover"]),
        other_day=_day(parameters["other_signed_on"]),
    )


def _unlike_the_seller(parameters: Parameters) -> str:
    return ngettext(
        "合同成交额 %(turnover)s 可能写错了单位：同一卖方的另外 %(num)s 份合同"
        "最大 %(largest)s，通常在 %(usual)s 上下。",
        "合同成交额 %(turnover)s 可能写错了单位：同一卖方的另外 %(num)s 份合同"
        "最大 %(largest)s，通常在 %(usual)s 上下。",
        parameters["count"],
        turnover=format_wan(parameters["turnover"]),
        largest=format_wan(parameters["largest"]),
        usual=format_wan(parameters["usual"]),
    )


def _above_turnover(parameters: Parameters) -> str:
    return _(
        "技术交易额 %(tech_amount)s 高于合同成交额 %(turnover)s。技术交易额最多等于合同成交额，"
        "两项可能写反了。",
        tech_amount=format_wan(parameters["tech_amount"]),
        turnover=format_wan(parameters["turnover"]),
    )


def _goods_counted(parameters: Parameters) -> str:
    return _(
        "题名“%(title)s”说到“%(words)s”，而技术交易额 %(tech_amount)s 几乎就是"
        "合同成交额 %(turnover)s。设备、仪器、材料的费用应从技术交易额里扣除。",
        title=parameters["title"],
        words=parameters["words"],
        tech_amount=format_wan(parameters["tech_amount"]),
        turnover=format_wan(parameters["turnover"]),
    )


def _patent_ended(parameters: Parameters) -> str:
    return _(
        "专利 %(number)s 最迟在 %(last_day)s 到期，合同在 %(signed_on)s 才签订。"
        "到期的专利不能再许可或转让。",
        number=parameters["number"],
        last_day=_day(parameters["last_day"]),
        signed_on=_day(parameters["signed_on"]),
    )


def _related(parameters: Parameters) -> str:
    return _(
        "%(seller)s和%(buyer)s可能有关联，而合同没有声明：%(signs)s。",
        seller=parameters["seller"],
        buyer=parameters["buyer"],
        signs=_signs(parameters),
    )


def _related_patent(parameters: Parameters) -> str:
    return _(
        "%(seller)s的专利给了可能有关联的%(buyer)s，而合同没有声明：%(signs)s。",
        seller=parameters["seller"],
        buyer=parameters["buyer"],
        signs=_signs(parameters),
    )


def _signs(parameters: Parameters) -> str:
    words = {
        "root": _("名称都有“%(root)s”", root=parameters["root"]),
        "representative": _("法定代表人都是%(name)s", name=parameters["representative"]),
        "phone": _("电话都是 %(phone)s", phone=parameters["phone"]),
    }
    return _("，").join(words[sign] for sign in words if sign in parameters["same"])


def _one_party(parameters: Parameters) -> str:
    return _(
        "卖方%(seller)s和买方%(buyer)s是同一个单位。合同要有两方。",
        seller=parameters["seller"],
        buyer=parameters["buyer"],
    )


def _burst(parameters: Parameters) -> str:
    return ngettext(
        "%(seller)s在 %(from_day)s 到 %(until_day)s 之间签了 %(num)s 份略高于 %(tier)s 的合同："
        "%(turnovers)s。",
        "%(seller)s在 %(from_day)s 到 %(until_day)s 之间签了 %(num)s 份略高于 %(tier)s 的合同："
        "%(turnovers)s。",
        parameters["count"],
        seller=parameters["seller"],
        tier=format_wan(parameters["tier"]),
        turnovers=_amounts(parameters["turnovers"]),
        from_day=_day(parameters["from"]),
        until_day=_day(parameters["until"]),
    )


def _side_by_side(field: str, values: Sequence[str]) -> str:
    one, other = values
    if one == other:
        return _("%(field)s都是 %(value)s", field=field, value=one)
    return _("%(field)s分别是 %(one)s 和 %(other)s", field=field, one=one, other=other)


def _amounts(turnovers: Sequence[int]) -> str:
    return _("、").join(format_wan(each) for each in turnovers)


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text)) if text else _("未知")


SENTENCES: Mapping[str, Callable[[Parameters], str]] = {
    "duplicate.same_subject": _same_subject,
    "duplicate.same_figures": _same_figures,
    "duplicate.nearly_same_parties": _nearly_same_parties,
    "split.below_a_tier": _split,
    "unit.between_amounts": _between_amounts,
    "unit.out_of_bounds": _out_of_bounds,
    "unit.in_a_series": _in_a_series,
    "unit.unlike_the_seller": _unlike_the_seller,
    "tech_amount.above_turnover": _above_turnover,
    "tech_amount.goods_counted": _goods_counted,
    "patent.ended": _patent_ended,
    "related.undeclared": _related,
    "related.patent_of_a_group": _related_patent,
    "related.one_party": _one_party,
    "tier.burst": _burst,
}
