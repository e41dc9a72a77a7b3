"""What the pages of matches show: words for verdicts, facts and states, and the rows of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from marketplace.catalogue import wording
from marketplace.catalogue.list_rows import district_name
from marketplace.catalogue.queries import Holder
from marketplace.catalogue.record_parts import named
from marketplace.catalogue.record_queries import holders_of
from marketplace.core.actor import Actor
from marketplace.core.i18n import format_day, format_wan, format_wan_range
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.matching.answering import STEPS
from marketplace.matching.facts import Fact
from marketplace.matching.models import DEMANDER, Match
from marketplace.matching.policies import side_of
from marketplace.matching.refusals import REFUSALS
from marketplace.matching.states import (
    DECLINED,
    INTRODUCED,
    LAPSED,
    MATCH_STATES,
    MUTUAL,
    ONE_CONSENTS,
    ONE_WANTS,
    PROPOSED,
    SUGGESTED,
)
from marketplace.matching.subjects import DEMAND, Subject, read_subjects
from marketplace.matching.tables import Comparison, compare

STATE_NAMES: Mapping[str, LazyString] = {
    SUGGESTED: _l("系统推荐"),
    PROPOSED: _l("技术经理人推荐"),
    ONE_WANTS: _l("一方感兴趣"),
    MUTUAL: _l("双方感兴趣"),
    ONE_CONSENTS: _l("一方同意交换联系人"),
    INTRODUCED: _l("已交换联系人"),
    DECLINED: _l("不合适"),
    LAPSED: _l("已过期"),
}
STEP_NAMES: Mapping[str, LazyString] = {
    "want": _l("感兴趣"),
    "decline": _l("不合适"),
    "reopen": _l("重新考虑"),
    "consent": _l("同意交换联系人"),
    "retract": _l("收回同意"),
    "propose": _l("推荐"),
    "ask": _l("匿名问了能不能达到"),
    "can": _l("答复：能"),
    "can_not": _l("答复：不能"),
}
FIELD_NAMES: Mapping[str, LazyString] = {
    "title": _l("名称"),
    "abstract": _l("摘要"),
    "problem": _l("解决什么问题"),
    "solution": _l("怎么做"),
    "applications": _l("用在哪里"),
    "offer": _l("能提供什么"),
    "indicators": _l("技术指标"),
}
VERDICT_NAMES: Mapping[str, LazyString] = {
    "met": _l("满足"),
    "unmet": _l("不满足"),
    "unknown": _l("未知"),
}
COMPARED_NAMES: Mapping[str, Mapping[str, LazyString]] = {
    "figure": {
        "met": _l("数值满足"),
        "unmet": _l("数值不满足"),
        "unknown": _l("没有可比的数值"),
    },
    "words": {
        "met": _l("原文有意思相近的话"),
        "unknown": _l("没有找到依据"),
    },
}
"""What was compared of a part of a requirement, and what came of it."""


@dataclass(frozen=True)
class FactCell:
    """A structured fact as the strip shows it: what is offered, what is wanted, and the verdict."""

    name: str
    offered: str | None
    wanted: str | None
    verdict: str


@dataclass(frozen=True)
class Pair:
    """A match with both sides as they are shown.

    A side that is published no longer is nothing, and then there is no `comparison`. `steps` are
    what the actor may say now, `lowered` why it stands further down than its texts would put it.
    """

    match: Match
    demand: Subject | None
    record: Subject | None
    holders: list[Holder]
    side: str | None
    steps: list[str]
    comparison: Comparison | None
    facts: list[FactCell]
    lowered: list[str]


def pairs_of(actor: Actor, matches: Sequence[Match], with_tables: bool = False) -> list[Pair]:
    """The matches as the actor sees them, in their order."""
    records = _records(matches)
    demands = read_subjects(DEMAND, sorted({match.demand_id for match in matches}))
    pairs = []
    for match in matches:
        record = records.get((match.kind, match.record_id))
        demand = demands.get(match.demand_id)
        has_both = with_tables and record is not None and demand is not None
        comparison = compare(demand, record) if has_both and demand and record else None
        pairs.append(
            Pair(
                match,
                demand,
                record,
                holders_of(match.kind, match.record_id),
                side_of(actor, match),
                steps_of(actor, match),
                comparison,
                [cell_of(fact) for fact in comparison.facts] if comparison else [],
                [str(REFUSALS[code].effect) for code in match.features.get("lowered", ())],
            )
        )
    return pairs


def uncovered(pairs: Sequence[Pair]) -> list[int]:
    """The numbers of the requirements that no record of the list meets, from 1."""
    tables = [pair.comparison.requirements for pair in pairs if pair.comparison]
    return [
        number
        for number, rows in enumerate(zip(*tables, strict=False), 1)
        if all(row.verdict != "met" for row in rows)
    ]


def steps_of(actor: Actor, match: Match) -> list[str]:
    """The steps that the actor may take now: what buttons are made from."""
    side = side_of(actor, match)
    if side is None:
        return []
    due = {
        row.action
        for row in MATCH_STATES.steps_from(actor, match)
        if row.guard is None or row.guard(match) is None
    }
    return [step for step, actions in STEPS.items() if actions[side] in due]


def cell_of(fact: Fact) -> FactCell:
    """A fact in words: ``TRL 7``, wanted ``TRL 6 以上``."""
    names = {
        "maturity": _("成熟度"),
        "price": _("价格和预算"),
        "place": _("地点"),
        "modes": _("合作和转化方式"),
        "legal": _("权利"),
        "freshness": _("最近确认"),
        "field": _("技术领域"),
    }
    return FactCell(
        names[fact.code],
        _side_of_fact(fact.code, fact.offered, is_wanted=False),
        _side_of_fact(fact.code, fact.wanted, is_wanted=True),
        fact.verdict,
    )


def waits_for(match: Match, side: str | None) -> str:
    """Who is to do what next, for the line below the title."""
    if side is None and match.state in (ONE_WANTS, ONE_CONSENTS):
        return _("等另一方回应")
    if match.state == ONE_WANTS:
        return _("等对方回应") if side in match.wants else _("对方感兴趣，等你们回应")
    if match.state == MUTUAL:
        return _("双方都感兴趣，等双方同意交换联系人")
    if match.state == ONE_CONSENTS:
        return _("等对方同意") if side in match.consents else _("对方已经同意，等你们同意")
    if match.state == INTRODUCED:
        return _("双方都同意了，可以直接联系")
    if match.state == DECLINED:
        refusal = REFUSALS.get(match.decline_code or "")
        who = _("需求方觉得不合适") if match.declined_by == DEMANDER else _("持有单位觉得不合适")
        return _("%(who)s：%(why)s", who=who, why=refusal.label) if refusal else who
    if match.state == PROPOSED:
        return _("等你们回应") if side == DEMANDER else _("等需求方回应")
    return ""


def _side_of_fact(code: str, value: Any, *, is_wanted: bool) -> str | None:
    if not value:
        return None
    if code == "maturity":
        return _("TRL %(low)s 及以上", low=value) if is_wanted else f"TRL {value}"
    if code == "price":
        low, high = value
        return (
            format_wan(low if high is None else high)
            if None in value
            else (format_wan_range(low, high))
        )
    if code == "place":
        return district_name(str(value))
    if code == "modes":
        return wording.joined(named("conversion_mode", one) for one in sorted(value))
    if code == "field":
        return wording.joined(named("tech_field", one) for one in sorted(value))
    if code == "legal":
        return named("legal_status", str(value))
    return format_day(value)


def _records(matches: Sequence[Match]) -> dict[tuple[str, int], Subject]:
    found: dict[tuple[str, int], Subject] = {}
    for kind in {match.kind for match in matches}:
        ids = sorted(match.record_id for match in matches if match.kind == kind)
        found |= {(kind, one.id): one for one in read_subjects(kind, ids).values()}
    return found
