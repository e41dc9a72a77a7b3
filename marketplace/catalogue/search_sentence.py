"""The words of a search: the sentence that sums it up, the chips, what was wrong in the address.

The parts come from the field declaration through ``search.forms.sum_up``; a field that has no
phrase of its own here reads as its label and its values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup, escape

from marketplace.catalogue import wording
from marketplace.catalogue.fields import SCHEMA
from marketplace.core.i18n import format_day, format_wan, format_wan_range, language
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext, spaced
from search.forms import Condition, Summary, conditions_of
from search.parameters import Problem
from search.query import Query, Range, read_box

MOST_SHOWN = 40


def sum_up_sentence(summary: Summary, query: Query, *, is_widened: bool) -> Markup:
    """What was searched and how many were found, as one sentence with the words in bold."""
    kinds = query.filters.get("kind", ())
    kind = kinds[0] if len(kinds) == 1 else ""
    parts = _word_parts(summary, is_widened) + _condition_parts(summary.conditions, query)
    conditions = _("，").join(parts)
    if summary.total:
        text = _found(kind, summary.total)
        text += (_and_then(text_is_words=bool(summary.words)) + conditions) if parts else ""
    elif parts:
        text = _nothing(kind) + conditions
    else:
        return escape(_none_at_all(kind)) + _left_out(summary, query)
    return Markup(_ended(text)) + _left_out(summary, query)  # noqa: S704 - all was escaped


def _left_out(summary: Summary, query: Query) -> Markup:
    """That nothing in the box was a word, where something stands in it: signs, quotation marks."""
    if not query.words or summary.words or summary.phrases:
        return Markup()
    words = query.words if len(query.words) <= MOST_SHOWN else f"{query.words[:MOST_SHOWN]}…"
    sentence = escape(_("“%(words)s”里没有能搜的字词，没有用上。", words=words))
    return (Markup(" ") if language() == "en" else Markup()) + sentence


def search_name(query: Query) -> str:
    """What was searched as a name for it, without what was found: ``成果：含焊缝，…``."""
    box = read_box(query.words)
    asked = Summary(
        total=1,
        all_words_total=1,
        words=tuple(word.text for word in box.words),
        phrases=tuple(phrase.text for phrase in box.phrases),
        conditions=tuple(conditions_of(SCHEMA, query)),
    )
    parts = _word_parts(asked, is_widened=False) + _condition_parts(asked.conditions, query)
    kinds = query.filters.get("kind", ())
    kind = wording.joined(wording.kind_name(one) for one in kinds) if kinds else _("全部记录")
    what = Markup(_("，").join(parts)).striptags()  # noqa: S704 - every part was escaped
    if not what:
        return kind
    name = _("%(kind)s：%(what)s", kind=kind, what=what)
    return name if language() == "en" else spaced(name)


def _condition_parts(conditions: Sequence[Condition], query: Query) -> list[str]:
    by_field: dict[str, list[Condition]] = defaultdict(list)
    for one in conditions:
        by_field[one.field].append(one)
    by_field.pop("kind", None)
    return [str(escape(phrase_of(held, query))) for held in by_field.values()]


def _ended(text: str) -> str:
    return f"{text}." if language() == "en" else f"{spaced(text)}。"


def _and_then(*, text_is_words: bool) -> str:
    if language() == "en":
        return " " if text_is_words else ", "
    return "，"


def _found(kind: str, total: int) -> str:
    number = {"num": Markup("<b>{}</b>").format(f"{total:,}")}
    return {
        "result": ngettext("找到 %(num)s 项成果", "找到 %(num)s 项成果", total, **number),
        "patent": ngettext("找到 %(num)s 件专利", "找到 %(num)s 件专利", total, **number),
        "demand": ngettext("找到 %(num)s 条需求", "找到 %(num)s 条需求", total, **number),
        "project": ngettext("找到 %(num)s 个项目", "找到 %(num)s 个项目", total, **number),
        "organisation": ngettext("找到 %(num)s 家机构", "找到 %(num)s 家机构", total, **number),
    }.get(kind) or ngettext("找到 %(num)s 条记录", "找到 %(num)s 条记录", total, **number)


def _nothing(kind: str) -> str:
    return {
        "result": _("没有成果同时符合："),
        "patent": _("没有专利同时符合："),
        "demand": _("没有需求同时符合："),
        "project": _("没有项目同时符合："),
        "organisation": _("没有机构同时符合："),
    }.get(kind) or _("没有记录同时符合：")


def _none_at_all(kind: str) -> str:
    return {
        "result": _("这里还没有成果。"),
        "patent": _("这里还没有专利。"),
        "demand": _("这里还没有需求。"),
        "project": _("这里还没有项目。"),
        "organisation": _("这里还没有机构。"),
    }.get(kind) or _("这里还没有记录。")


def _word_parts(summary: Summary, is_widened: bool) -> list[str]:
    parts = []
    if summary.words:
        bold = _bold_list(summary.words)
        if len(summary.words) > 1 and (is_widened or not summary.total):
            parts.append(_("含%(words)s中的一个或几个词", words=bold))
        else:
            parts.append(_("含%(words)s", words=bold))
    if summary.phrases:
        parts.append(_("原文写着%(phrases)s", phrases=_bold_list(summary.phrases)))
    return parts


def _bold_list(texts: Iterable[str]) -> str:
    bold = [str(Markup("<b>{}</b>").format(text)) for text in texts]
    return wording.joined(bold)


def phrase_of(conditions: Sequence[Condition], query: Query) -> str:
    """The conditions on one field inside the sentence: ``技术领域为新能源与高效节能``."""
    condition = conditions[0]
    chosen = query.ranges.get(condition.field)
    if chosen is not None:
        return range_phrase(condition, chosen)
    values = (" or " if language() == "en" else "或").join(str(c.value_label) for c in conditions)
    own = {
        "tech_field": _("技术领域为%(values)s"),
        "topic": _("重点方向为%(values)s"),
        "stage": _("所处阶段为%(values)s"),
        "mode": _("合作方式为%(values)s"),
        "price_band": _("价格为%(values)s"),
        "demand_type": _("需求类型为%(values)s"),
        "budget_band": _("预算为%(values)s"),
        "demand_mode": _("合作模式为%(values)s"),
        "wanted_trl": _("想要的成熟度为%(values)s"),
        "price_mode": _("定价方式为%(values)s"),
        "ipc_section": _("IPC 部为%(values)s"),
        "legal_status": _("专利状态为%(values)s"),
        "district": _("持有人在%(values)s"),
        "owner": _("持有人为%(values)s"),
        "year": _("年份为%(values)s"),
        "trial": _("可以先使用后付费"),
        "open_licence": _("可以开放许可"),
    }.get(condition.field)
    if own is None:
        return _("%(label)s为%(values)s", label=condition.label, values=values)
    return own % {"values": values} if "%(" in own else own


def range_phrase(condition: Condition, chosen: Range) -> str:
    """A range inside the sentence or on a chip: ``TRL 6 及以上``, ``价格不超过 50 万元``."""
    if condition.field == "trl":
        return _level_range(chosen)
    if condition.field in ("price", "budget"):
        text = _price_range(chosen) if condition.field == "price" else _budget_range(chosen)
        return _("%(range)s，包括面议的", range=text) if chosen.with_flag else text
    return _date_range(str(condition.label), chosen)


def _level_range(chosen: Range) -> str:
    if chosen.high is None:
        return _("TRL %(low)s 及以上", low=chosen.low)
    if chosen.low is None:
        return _("TRL %(high)s 及以下", high=chosen.high)
    if chosen.low == chosen.high:
        return _("TRL %(low)s", low=chosen.low)
    return _("TRL %(low)s–%(high)s", low=chosen.low, high=chosen.high)


def _price_range(chosen: Range) -> str:
    low, high = chosen.low, chosen.high
    if isinstance(low, int) and isinstance(high, int):
        return _("价格 %(range)s", range=format_wan_range(low, high))
    if isinstance(low, int):
        return _("价格不低于 %(low)s", low=format_wan(low))
    return _("价格不超过 %(high)s", high=format_wan(int(high)) if isinstance(high, int) else "")


def _budget_range(chosen: Range) -> str:
    low, high = chosen.low, chosen.high
    if isinstance(low, int) and isinstance(high, int):
        return _("预算 %(range)s", range=format_wan_range(low, high))
    if isinstance(low, int):
        return _("预算不低于 %(low)s", low=format_wan(low))
    return _("预算不超过 %(high)s", high=format_wan(int(high)) if isinstance(high, int) else "")


def _date_range(label: str, chosen: Range) -> str:
    low, high = (
        format_day(bound) if isinstance(bound, date) else str(bound)
        for bound in (chosen.low, chosen.high)
    )
    if chosen.high is None:
        return _("%(label)s不早于 %(low)s", label=label, low=low)
    if chosen.low is None:
        return _("%(label)s不晚于 %(high)s", label=label, high=high)
    return _("%(label)s在 %(low)s 和 %(high)s 之间", label=label, low=low, high=high)


def chip_text(condition: Condition, query: Query) -> str:
    """The words of one chip: a value by itself, a range as in the sentence."""
    chosen = query.ranges.get(condition.field)
    if chosen is not None:
        return range_phrase(condition, chosen)
    if condition.field in ("trial", "open_licence"):
        return str(condition.label)
    return str(condition.value_label)


def problem_sentences(problems: Sequence[Problem]) -> list[str]:
    """One sentence for each parameter that was left out: what was wrong, what would be right."""
    return [_problem(one) for one in problems]


def _problem(problem: Problem) -> str:
    value, label = problem.value, str(problem.label)
    sentence = {
        "unknown_value": _("“%(label)s”里没有“%(value)s”这一项，这个条件没有用上。"),
        "not_a_number": _("“%(label)s”要填数字，“%(value)s”不是，这个条件没有用上。"),
        "below_zero": _("“%(label)s”要填 0 以上的数字，“%(value)s”没有用上。"),
        "not_a_date": _("“%(label)s”要写成 2026-11-23 这样的日期，“%(value)s”没有用上。"),
        "low_above_high": _("“%(label)s”的下限要不大于上限，%(value)s没有用上。"),
        "unknown_sort": _("没有“%(value)s”这种排序，先按平常的顺序排列。"),
        "bad_page": _("页码要是 1 以上的整数，“%(value)s”不是，先从第 1 页看起。"),
        "too_long": _("搜索词太长，只用了前 %(value)s 个字。"),
    }[problem.code]
    return spaced(sentence % {"label": label, "value": value})
