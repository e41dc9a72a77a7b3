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

Params = Mapping[str, Any]


def explain(rule: str, params: Params) -> str:
    """The sentence of a finding; ``params`` as in :class:`Finding`, also read back from JSON.

    Raises KeyError for a rule that does not exist.
    """
    return SENTENCES[rule](params).strip()


def _same_subject(params: Params) -> str:
    one, other = params["turnovers"]
    if one == other:
        amounts = _("都是 %(amount)s", amount=format_wan(one))
    else:
        amounts = _("分别是 %(one)s 和 %(other)s", one=format_wan(one), other=format_wan(other))
    return _(
        "两份合同的双方相同，%(gap)s，项目名称%(titles)s，合同成交额%(amounts)s。%(differences)s",
        gap=_gap(params),
        titles=_titles(params),
        amounts=amounts,
        differences=_differences(params),
    )


def _same_figures(params: Params) -> str:
    return _(
        "两份合同的双方相同，%(gap)s，合同成交额都是 %(amount)s，技术交易额和期限或专利也相同，"
        "只是项目名称换了说法。%(differences)s",
        gap=_gap(params),
        amount=format_wan(params["turnovers"][0]),
        differences=_differences(params),
    )


def _nearly_same_parties(params: Params) -> str:
    return _(
        "两份合同%(gap)s，项目名称%(titles)s，合同成交额都是 %(amount)s，"
        "双方的名称可能只是写法不同。%(differences)s",
        gap=_gap(params),
        titles=_titles(params),
        amount=format_wan(params["turnovers"][0]),
        differences=_differences(params),
    )


def _gap(params: Params) -> str:
    days = params["days"]
    if days is None:
        return _("签订日期不全")
    return ngettext("签订相差 %(num)s 天", "签订相差 %(num)s 天", days)


def _titles(params: Params) -> str:
    one, other = params["titles"]
    return _("相同") if one == other else _("相近")


def _differences(params: Params) -> str:
    """What the two say differently; empty where nothing of it differs."""
    pairs = {
        _("项目名称"): [_("“%(title)s”", title=each) for each in params["titles"]],
        _("卖方"): params["sellers"],
        _("买方"): params["buyers"],
        _("终止日期"): [_day(each) for each in params["ends_on"]],
        _("登记机构"): params["offices"],
    }
    differing = [
        _("%(field)s %(one)s、%(other)s", field=field, one=one, other=other)
        for field, (one, other) in pairs.items()
        if one != other
    ]
    return _("不同的是：%(list)s。", list=_("；").join(differing)) if differing else ""


def _split(params: Params) -> str:
    return ngettext(
        "%(seller)s和%(buyers)s在 %(from_day)s 到 %(until_day)s 之间签了 %(num)s 份内容相近的合同"
        "（“%(title)s”），每份都略低于 %(tier)s，合计 %(sum)s：%(turnovers)s。"
        "可能是一份合同拆开的。",
        "%(seller)s和%(buyers)s在 %(from_day)s 到 %(until_day)s 之间签了 %(num)s 份内容相近的合同"
        "（“%(title)s”），每份都略低于 %(tier)s，合计 %(sum)s：%(turnovers)s。"
        "可能是一份合同拆开的。",
        params["count"],
        seller=_("、").join(params["sellers"]),
        buyers=_("、").join(params["buyers"]),
        title=params["title"],
        tier=format_wan(params["tier"]),
        sum=format_wan(params["sum"]),
        turnovers=_amounts(params["turnovers"]),
        from_day=_day(params["from"]),
        until_day=_day(params["until"]),
    )


def _between_amounts(params: Params) -> str:
    return _(
        "合同成交额 %(turnover)s 和技术交易额 %(tech_amount)s 相差太多，其中一项可能写错了单位。",
        turnover=format_wan(params["turnover"]),
        tech_amount=format_wan(params["tech_amount"]),
    )


def _out_of_bounds(params: Params) -> str:
    return _(
        "合同成交额 %(turnover)s 不像一份技术合同的金额，可能写错了单位。",
        turnover=format_wan(params["turnover"]),
    )


def _in_a_series(params: Params) -> str:
    return _(
        "合同成交额 %(turnover)s 可能写错了单位：同一卖方的“%(other_title)s”"
        "（%(other_day)s 签订）是 %(other_turnover)s。",
        turnover=format_wan(params["turnover"]),
        other_title=params["other_title"],
        other_turnover=format_wan(params["other_turnover"]),
        other_day=_day(params["other_signed_on"]),
    )


def _unlike_the_seller(params: Params) -> str:
    return ngettext(
        "合同成交额 %(turnover)s 可能写错了单位：同一卖方的另外 %(num)s 份合同"
        "最大 %(largest)s，通常在 %(usual)s 上下。",
        "合同成交额 %(turnover)s 可能写错了单位：同一卖方的另外 %(num)s 份合同"
        "最大 %(largest)s，通常在 %(usual)s 上下。",
        params["count"],
        turnover=format_wan(params["turnover"]),
        largest=format_wan(params["largest"]),
        usual=format_wan(params["usual"]),
    )


def _above_turnover(params: Params) -> str:
    return _(
        "技术交易额 %(tech_amount)s 高于合同成交额 %(turnover)s。技术交易额最多等于合同成交额，"
        "两项可能写反了。",
        tech_amount=format_wan(params["tech_amount"]),
        turnover=format_wan(params["turnover"]),
    )


def _goods_counted(params: Params) -> str:
    return _(
        "项目名称“%(title)s”说到“%(words)s”，而技术交易额 %(tech_amount)s 几乎就是"
        "合同成交额 %(turnover)s。设备、仪器、材料的费用应从技术交易额里扣除。",
        title=params["title"],
        words=params["words"],
        tech_amount=format_wan(params["tech_amount"]),
        turnover=format_wan(params["turnover"]),
    )


def _patent_ended(params: Params) -> str:
    return _(
        "专利 %(number)s 最迟在 %(last_day)s 到期，合同在 %(signed_on)s 才签订。"
        "到期的专利不能再许可或转让。",
        number=params["number"],
        last_day=_day(params["last_day"]),
        signed_on=_day(params["signed_on"]),
    )


def _related(params: Params) -> str:
    return _(
        "%(seller)s和%(buyer)s可能有关联，而合同没有声明：%(signs)s。",
        seller=params["seller"],
        buyer=params["buyer"],
        signs=_signs(params),
    )


def _related_patent(params: Params) -> str:
    return _(
        "%(seller)s的专利给了可能有关联的%(buyer)s，而合同没有声明：%(signs)s。",
        seller=params["seller"],
        buyer=params["buyer"],
        signs=_signs(params),
    )


def _signs(params: Params) -> str:
    words = {
        "root": _("名称里都有“%(root)s”", root=params["root"]),
        "representative": _("法定代表人相同"),
        "phone": _("联系电话相同"),
    }
    return _("，").join(words[sign] for sign in words if sign in params["same"])


def _one_party(params: Params) -> str:
    return _(
        "卖方%(seller)s和买方%(buyer)s是同一个单位。合同要有两方。",
        seller=params["seller"],
        buyer=params["buyer"],
    )


def _burst(params: Params) -> str:
    return ngettext(
        "%(seller)s在 %(from_day)s 到 %(until_day)s 之间签订或登记了 %(num)s "
        "份略高于 %(tier)s 的合同：%(turnovers)s。",
        "%(seller)s在 %(from_day)s 到 %(until_day)s 之间签订或登记了 %(num)s "
        "份略高于 %(tier)s 的合同：%(turnovers)s。",
        params["count"],
        seller=params["seller"],
        tier=format_wan(params["tier"]),
        turnovers=_amounts(params["turnovers"]),
        from_day=_day(params["from"]),
        until_day=_day(params["until"]),
    )


def _amounts(turnovers: Sequence[int]) -> str:
    return _("、").join(format_wan(each) for each in turnovers)


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text)) if text else _("未知")


SENTENCES: Mapping[str, Callable[[Params], str]] = {
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
