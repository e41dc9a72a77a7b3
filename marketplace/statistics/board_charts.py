"""The charts of the goal board: a gauge of the goal, and the course of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace.contracts.ledger.sums import NOTHING
from marketplace.core.amounts import FEN_PER_YI, half_up
from marketplace.core.i18n import language
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import wording
from marketplace.statistics.board import Board
from marketplace.statistics.board_page import whole_months
from marketplace.statistics.charts import NARROW, CourseChart, Gauge, Range, course, gauge
from marketplace.statistics.figures import MONTHS
from marketplace.statistics.goal_lines import GoalLine
from marketplace.statistics.growth import Operator, even_pace, is_met

TURNOVER = "turnover_registered"
PLACES = 4


@dataclass(frozen=True)
class ToldGauge:
    """A gauge and the sentence that says what it shows."""

    chart: Gauge
    sentence: str


@dataclass(frozen=True)
class ToldCourse:
    """The course of the year with its finding and its sentence; undrawn where it is withheld."""

    finding: str
    sentence: str
    wide: CourseChart | None
    narrow: CourseChart | None


def gauge_of(board: Board) -> ToldGauge | None:
    """Value, goal and even pace of the goal that the turnover itself answers, if there is one."""
    goal = _goal(board)
    if goal is None or goal.actual is None or goal.goal <= 0:
        return None
    wanted = _("目标 %(number)s", number=wording.number_words(goal.goal, goal.unit))
    values = {"goal": wanted, "value": wording.amount_words(goal.actual)}
    if board.is_over:
        sentence = _("%(value)s；%(goal)s", **values)
        return ToldGauge(gauge(goal.actual, goal.goal, goal_word=wanted), sentence)
    pace = half_up(even_pace(goal.goal, whole_months(board)), PLACES)
    told = _("均匀进度 %(number)s", number=wording.amount_words(pace))
    chart = gauge(goal.actual, goal.goal, goal_word=wanted, pace=pace, pace_word=told)
    return ToldGauge(chart, _("%(value)s；%(goal)s；%(pace)s", **values, pace=told))


def course_of(board: Board) -> ToldCourse:
    """Cumulated turnover month by month, the goal, and what the forecast says of the rest."""
    sums, goal = cumulative(board), _goal(board)
    if sums is None:
        return ToldCourse(_total_words(board), "", None, None)
    ahead = _ahead(board, sums)
    values = [_yi(fen) for fen in sums]
    names = [str(month) for month in range(1, 13)]
    if language() == "zh":
        names[0], names[-1] = wording.month_words(1), wording.month_words(12)
    given: dict[str, Any] = {
        "goal": goal.goal if goal else None,
        "goal_word": _("目标 %(number)s", number=wording.number_words(goal.goal, ""))
        if goal
        else "",
        "ahead": ahead,
    }
    finding = _finding(board, sums, goal)
    return ToldCourse(
        finding,
        _("%(finding)s。数字见下表", finding=finding),
        course(values, names, **given),
        course(values, names, width=NARROW, **given),
    )


def cumulative(board: Board) -> list[int] | None:
    """The turnover in 分 up to the end of each whole month; nothing where a month is withheld."""
    sums, so_far = [], 0
    for month in range(1, whole_months(board) + 1):
        key = board.year * 100 + month
        if (MONTHS, str(key)) in board.figures.withheld:
            return None
        so_far += board.figures.by_month.get(key, NOTHING).turnover
        sums.append(so_far)
    return sums


def _goal(board: Board) -> GoalLine | None:
    lead = board.lead
    return lead if lead is not None and lead.basis == TURNOVER else None


def _ahead(board: Board, sums: Sequence[int]) -> list[Range]:
    """The forecast's range at the end of the year, and a straight way there."""
    made = board.forecast
    left = 12 - len(sums)
    if board.is_over or not made or "middle" not in made or not left:
        return []
    last = sums[-1] if sums else 0

    def at(end: int, month: int) -> Decimal:
        return _yi(last + (end - last) * month // left)

    return [
        Range(at(made["low"], n), at(made["middle"], n), at(made["high"], n))
        for n in range(1, left + 1)
    ]


def _finding(board: Board, sums: Sequence[int], goal: GoalLine | None) -> str:
    if goal is None:
        return _total_words(board)
    target = goal.goal * FEN_PER_YI
    passed = next(
        (n for n, fen in enumerate(sums, 1) if is_met(fen, Operator(goal.operator), target)), None
    )
    if passed is not None and goal.is_met:
        return _("%(month)s累计达到目标", month=wording.month_words(passed))
    made = board.forecast
    if board.is_over:
        return _("到年底没有达到目标")
    if not made or "middle" not in made:
        return _total_words(board)
    if made["low"] > target:
        return _("照预计，年底超过目标")
    if made["high"] <= target:
        return _("照预计，年底到不了目标")
    return _("照预计，年底可能超过目标，也可能到不了")


def _total_words(board: Board) -> str:
    if board.figures.is_total_withheld:
        return _("%(period)s累计不公开", period=wording.period_words(board.year, board.last_month))
    return _(
        "%(period)s累计 %(amount)s",
        period=wording.period_words(board.year, board.last_month),
        amount=wording.fen_words(board.figures.total.turnover),
    )


def _yi(fen: int) -> Decimal:
    return half_up(Decimal(fen) / FEN_PER_YI, PLACES)
