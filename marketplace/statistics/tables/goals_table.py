"""Table 9: the goals of a year beside what was reached, as the board tells them.

Goals are there before the first contract is, so this table is asked for by its year alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.i18n import today
from marketplace.core.web.numbers import number_of
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.statistics.board import Board, board_now
from marketplace.statistics.board_rows import goal_address
from marketplace.statistics.charts import NARROW, WIDE, bars
from marketplace.statistics.drilling import sees_all
from marketplace.statistics.goal_lines import GoalLine
from marketplace.statistics.growth import written
from marketplace.statistics.indicators import indicator_name
from marketplace.statistics.models import Goal
from marketplace.statistics.tables.drawing import Drawn


@dataclass(frozen=True)
class GoalsTable:
    """The goals of a year, the years that have some, and what was wrong with the year asked for."""

    board: Board
    years: list[int]
    addresses: dict[int, str]
    problem: str = ""

    @property
    def lines(self) -> list[GoalLine]:
        """A row for each goal."""
        return list(self.board.lines)


def read_goals(session: Session, actor: Actor, year: str) -> GoalsTable | None:
    """The goals of a year, else of the last one that has begun; nothing where no year has any."""
    years = sorted(session.scalars(select(Goal.year).distinct()), reverse=True)
    if not years:
        return None
    shown = number_of(year)
    problem = ""
    if shown not in years:
        latest = next((one for one in years if one <= today().year), years[-1])
        if year:
            problem = _("没有这一年的目标。下面是 %(year)s 年的。", year=latest)
        shown = latest
    board = board_now(session, shown, is_public=not sees_all(actor))
    addresses = {line.goal_id: goal_address(board, actor, line) for line in board.lines}
    return GoalsTable(board, years, addresses, problem)


def finding(table: GoalsTable) -> str:
    """How many goals there are, and how many of them are met or unknown."""
    lines = table.lines
    values = {
        "year": table.board.year,
        "met": sum(line.is_met is True for line in lines),
        "unknown": sum(line.is_met is None for line in lines),
    }
    return ngettext(
        "%(year)s 年有 %(num)s 个目标，达到 %(met)s 个，%(unknown)s 个还没有可以公布的数",
        "%(year)s 年有 %(num)s 个目标，达到 %(met)s 个，%(unknown)s 个还没有可以公布的数",
        len(lines),
        **values,
    )


def bars_of_goals(table: GoalsTable) -> Drawn | None:
    """完成率 of each goal whose value is known, in per cent; nothing where none is."""
    rows = [
        (indicator_name(line.indicator), line.completion)
        for line in table.lines
        if line.completion is not None
    ]
    if not rows:
        return None
    sentence = _(
        "%(year)s 年各目标的完成率，%%：%(rows)s。数字见下表",
        year=table.board.year,
        rows="，".join(f"{name} {written(rate)}" for name, rate in rows),
    )
    return Drawn(bars(rows, width=WIDE), bars(rows, width=NARROW), sentence)
