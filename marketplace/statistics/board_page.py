"""How the goal board is told: its finding, its figures in words, its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from marketplace.contracts.ledger.sums import NOTHING
from marketplace.core.amounts import FEN_PER_YI
from marketplace.core.codelists import code_name
from marketplace.core.i18n import Bilingual, format_day, language
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.statistics import wording
from marketplace.statistics.board import Board, is_month_end
from marketplace.statistics.figures import MONTHS
from marketplace.statistics.forecast import LEAST_CASES, Reason
from marketplace.statistics.goal_lines import GoalLine
from marketplace.statistics.growth import NOTHING as NO_FIGURE
from marketplace.statistics.growth import gap, growth, needed_a_month, percent
from marketplace.statistics.indicators import (
    COMPUTED,
    CONTRACT_TURNOVER,
    indicator_name,
)
from marketplace.statistics.paragraph import Figures as ParagraphFigures
from marketplace.statistics.paragraph import paragraph

LAST_MONTHS = 3
SHOWN_DISTRICTS = 8


def finding(board: Board) -> str:
    """The title: what the year's figure says of its goal."""
    turnover = wording.fen_words(board.figures.total.turnover)
    values = {"year": board.year, "amount": turnover}
    lead = board.lead
    if lead is None or lead.actual is None:
        return _told_without_goal(board, values)
    values |= {
        "name": _lead_name(lead),
        "amount": wording.amount_words(lead.actual),
        "goal": wording.number_words(lead.goal, lead.unit),
        "wanted": wording.goal_words(lead.operator, lead.goal, lead.unit),
    }
    if lead.is_met:
        return _("%(year)s 年%(name)s %(amount)s，达到了“%(wanted)s”的目标", **values)
    if lead.actual == lead.goal:
        return _("%(year)s 年%(name)s %(amount)s，正好 %(goal)s，还没有“%(wanted)s”", **values)
    if board.is_over:
        return _("%(year)s 年%(name)s %(amount)s，没有达到“%(wanted)s”的目标", **values)
    values |= {
        "rate": wording.percent_words(lead.completion),
        "gap": wording.amount_words(lead.gap or 0),
    }
    return _(
        "%(year)s 年%(name)s %(amount)s，完成目标的 %(rate)s，到 %(goal)s 还差 %(gap)s", **values
    )


def _lead_name(line: GoalLine) -> str:
    """The indicator, with what it counts where no document says it."""
    name = indicator_name(line.indicator)
    if line.indicator == CONTRACT_TURNOVER:
        return name
    return _("%(name)s（口径：%(basis)s）", name=name, basis=wording.basis_name(line.basis))


def _told_without_goal(board: Board, values: dict[str, object]) -> str:
    if board.figures.is_total_withheld:
        return _("%(year)s 年登记的技术合同太少，成交额不公开", **values)
    if board.figures.total == NOTHING:
        return _("%(year)s 年还没有登记的技术合同", **values)
    if board.lead is not None and board.lead.is_withheld:
        return _("%(year)s 年技术合同成交额 %(amount)s；目标所用口径的数不公开", **values)
    if board.lead is not None and board.lead.basis:
        return _("%(year)s 年技术合同成交额 %(amount)s；目标所用口径还没有数", **values)
    if board.lead is not None:
        return _(
            "%(year)s 年技术合同成交额 %(amount)s；科技成果交易额用哪种口径还没有选定", **values
        )
    return _("%(year)s 年技术合同成交额 %(amount)s，这一年没有成交额目标", **values)


def whole_months(board: Board) -> int:
    """Months of the year that are over on the day of the board."""
    if board.as_of.year < board.year:
        return 0
    return board.as_of.month - (not is_month_end(board.as_of))


def pace_words(board: Board) -> str:
    """What each of the months left has to bring, beside the last months' average."""
    lead = board.lead
    if lead is None or lead.actual is None:
        return ""
    if lead.is_met:
        return _("已经达到")
    if board.is_over:
        return _("这一年已经结束")
    left = 12 - whole_months(board)
    needed = needed_a_month(lead.actual, lead.goal, left)
    words = ngettext(
        "还有 %(num)s 个月（含本月），每月要 %(needed)s",
        "还有 %(num)s 个月（含本月），每月要 %(needed)s",
        left,
        needed=wording.amount_words(needed or 0),
    )
    recent = _recent_average(board, lead)
    if recent is None:
        return words
    average = wording.amount_words(recent)
    return words + _("；前 %(months)s 个月平均 %(average)s", months=LAST_MONTHS, average=average)


def _recent_average(board: Board, lead: GoalLine) -> Fraction | None:
    """亿元 a month of what the goal counts over the last whole months, where all are shown.

    Only what is counted of all contracts is known by month.
    """
    basis = COMPUTED.get(lead.basis)
    if basis is None or basis.classes:
        return None
    last = whole_months(board)
    months = [board.year * 100 + month for month in range(last - LAST_MONTHS + 1, last + 1)]
    if last < LAST_MONTHS or any((MONTHS, str(one)) in board.figures.withheld for one in months):
        return None
    fen = sum(getattr(board.figures.by_month.get(one, NOTHING), basis.amount) for one in months)
    return Fraction(fen, LAST_MONTHS * FEN_PER_YI)


def growth_words(now: int, before: int) -> str:
    """同比 with its sign, or a dash where there is no base."""
    return wording.percent_words(percent(growth(now, before)), is_signed=True)


def total_growth(board: Board) -> str:
    """同比 of the number of contracts, or a dash where one of both isn't shown."""
    if board.figures.is_total_withheld or board.before.is_total_withheld:
        return NO_FIGURE
    return growth_words(board.figures.total.count, board.before.total.count)


def quotable(board: Board) -> str:
    """The paragraph that a report may quote as it stands; empty where the total isn't shown."""
    if board.figures.is_total_withheld:
        return ""
    lead = board.lead
    is_about_contracts = lead is not None and lead.indicator == CONTRACT_TURNOVER
    fields = sorted(
        board.figures.by_code.get("tech_field", {}).items(), key=lambda row: -row[1].turnover
    )
    return paragraph(
        ParagraphFigures(
            place=Bilingual("全市", "the city"),
            as_of=board.as_of,
            count=board.figures.total.count,
            turnover=board.figures.total.turnover,
            count_before=board.before.total.count,
            turnover_before=board.before.total.turnover,
            target=int(lead.goal * FEN_PER_YI) if lead and is_about_contracts else None,
            largest=[code_name("tech_field", code) for code, _sum in fields if code],
        ),
        language(),
    )


def met_words(line: GoalLine) -> str:
    """Whether a goal is met, in words that say why where the number is exactly reached."""
    if line.is_met is None:
        return _("不公开") if line.is_withheld else _("未知")
    if line.is_met:
        return _("达到")
    if gap(line.actual or 0, line.goal) == 0:
        return _("正好到数，“超过”不含本数，没有达到")
    return _("没有达到")


def day_of(text: str) -> date:
    """A day as contents keep it."""
    return date.fromisoformat(text)


def no_forecast_words(made: Mapping[str, Any]) -> str:
    """Why there is no forecast."""
    if made["reason"] == Reason.NOTHING_AHEAD:
        return _("这一年已经到头，没有可以预计的。")
    return ngettext(
        "最近 24 个月只有 %(num)s 个先例，不够 %(least)s 个或不满一年，不作预计。",
        "最近 24 个月只有 %(num)s 个先例，不够 %(least)s 个或不满一年，不作预计。",
        made["cases"],
        least=LEAST_CASES,
    )


def forecast_words(made: Mapping[str, Any]) -> str:
    """How the forecast was made, of what, and when."""
    return _(
        "%(day)s 算的：已登记的，加上到年底可能再登记的。"
        "在办的 %(open)s 份合同（不知道哪天交来的 %(unknown)s 份除外），"
        "按最近 24 个月 %(cases)s 个先例里走到同一步、等了差不多久的"
        "有多少登记了来估；还没有交来的，按前两年同一段日子登记的来估，"
        "再按最近 12 个月比那时多还是少、大还是小来增减。"
        "这样随机抽 1,000 次，去掉最低和最高的各一成，就是这个范围。没有减去可能的注销和撤销。",
        day=format_day(day_of(made["as_of"])),
        open=f"{sum(made['open'].values()):,}",
        unknown=f"{made['unknown']:,}",
        cases=f"{made['cases']:,}",
    )


def range_words(made: Mapping[str, Any]) -> str:
    """The range, and how often such ranges held when they were tried on the past."""
    values = {"range": wording.range_words(made["low"], made["high"])}
    tried = made["tried"]
    if not tried:
        return _("大概落在 %(range)s；这样的范围准不准，还没有可以检验的", **values)
    inside = sum(one["is_inside"] for one in tried)
    return _(
        "大概落在 %(range)s；回头检验 %(all)s 次，%(inside)s 次落在这样的范围里",
        all=len(tried),
        inside=inside,
        **values,
    )


def backtest_words(made: Mapping[str, Any]) -> str:
    """How often such ranges held."""
    inside = sum(one["is_inside"] for one in made["tried"])
    return _(
        "回头检验：用同样的办法，在以前的 %(all)s 天各预计一次，有 %(inside)s 次落在范围里"
        "（应有八成）",
        all=len(made["tried"]),
        inside=inside,
    )
