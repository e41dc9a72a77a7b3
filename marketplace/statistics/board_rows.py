"""The rows of the goal board's tables, and where their numbers open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.core.actor import Actor
from marketplace.core.amounts import half_up
from marketplace.core.codelists import code_name, find_item
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import wording
from marketplace.statistics.board import Board
from marketplace.statistics.board_page import growth_words
from marketplace.statistics.drilling import (
    TRANSFERS_AND_LICENCES,
    contracts_address,
    uncounted_address,
)
from marketplace.statistics.excluded import Excluded
from marketplace.statistics.figures import MONTHS
from marketplace.statistics.goal_lines import GoalLine
from marketplace.statistics.growth import percent, share, written
from marketplace.statistics.indicators import COMPUTED, PERCENT


@dataclass(frozen=True)
class FigureRow:
    """One row of a table of the board; a withheld one has no figures.

    ``width`` is the share of the largest row, 0 to 100, for the bar in the cell.
    """

    name: str
    count: str = ""
    turnover: str = ""
    total: str = ""
    share: str = ""
    growth: str = ""
    width: str = "0"
    address: str = ""
    total_address: str = ""
    is_withheld: bool = False


@dataclass(frozen=True)
class ExcludedRow:
    """One reason why contracts aren't counted."""

    name: str
    note: str
    count: str
    turnover: str
    address: str


def month_rows(board: Board, actor: Actor) -> list[FigureRow]:
    """Each month with what has come up to its end; nothing is added up over a withheld month."""
    rows = []
    so_far: int | None = 0
    for month in range(1, board.last_month + 1):
        key = board.year * 100 + month
        name = wording.month_words(month)
        if (MONTHS, str(key)) in board.figures.withheld:
            so_far = None
            rows.append(FigureRow(name, is_withheld=True))
            continue
        one = board.figures.by_month.get(key, NOTHING)
        so_far = None if so_far is None else so_far + one.turnover
        rows.append(
            FigureRow(
                name,
                count=f"{one.count:,}",
                turnover=wording.yi_words(one.turnover),
                total=wording.yi_words(so_far),
                address=contracts_address(
                    actor, board.year, month=month, position=board.opens_until
                ),
                total_address=contracts_address(
                    actor, board.year, until=month, position=board.opens_until
                ),
            )
        )
    return rows


def class_rows(board: Board, actor: Actor) -> list[FigureRow]:
    """By class, the largest first, with share and growth."""
    return _rows(
        board, actor, "contract_class", lambda code: str(code_name("contract_class", code))
    )


def district_rows(board: Board, actor: Actor) -> list[FigureRow]:
    """By the seller's district or zone, the largest first."""
    return _rows(board, actor, "seller_division", _division)


def _division(code: str) -> str:
    for name in ("division", "stat_zone"):
        if item := find_item(name, code):
            return str(item.label)
    return code


def _rows(
    board: Board, actor: Actor, dimension: str, name_of: Callable[[str], str]
) -> list[FigureRow]:
    found = board.figures.by_code.get(dimension, {})
    before = board.before.by_code.get(dimension, {})
    largest = max((one.turnover for one in found.values()), default=0)
    rows = [
        FigureRow(
            name_of(code) if code else _("未定"),
            count=f"{one.count:,}",
            turnover=wording.yi_words(one.turnover),
            share=_share(one, board),
            growth=growth_words(one.turnover, before.get(code, NOTHING).turnover),
            width=str(half_up(100 * (share(max(one.turnover, 0), largest) or 0), 1)),
            address=contracts_address(
                actor,
                board.year,
                until=board.last_month,
                dimension=dimension,
                code=code,
                position=board.opens_until,
            ),
        )
        for code, one in sorted(found.items(), key=lambda row: -row[1].turnover)
    ]
    withheld = sorted(code for table, code in board.figures.withheld if table == dimension)
    return rows + [FigureRow(name_of(code), is_withheld=True) for code in withheld]


def _share(one: Sum, board: Board) -> str:
    ratio = percent(share(one.turnover, board.figures.total.turnover))
    return wording.figure_words(ratio, PERCENT)


def excluded_rows(board: Board, actor: Actor) -> list[ExcludedRow]:
    """What isn't counted, or was taken off again: that as negative numbers, as it was posted."""
    return [
        ExcludedRow(
            str(wording.EXCLUDED_NAMES[one.reason]),
            str(wording.EXCLUDED_NOTES.get(one.reason, "")),
            written(-one.count if one.line else one.count),
            wording.yi_words(one.turnover),
            _excluded_address(board, actor, one),
        )
        for one in board.excluded
    ]


def _excluded_address(board: Board, actor: Actor, one: Excluded) -> str:
    """What hasn't been counted is known of the present moment alone, and so not of an edition."""
    if not one.line:
        return uncounted_address(actor, one.reason) if board.is_live else ""
    return contracts_address(
        actor, board.year, until=board.last_month, line=one.line, position=board.opens_until
    )


def goal_address(board: Board, actor: Actor, line: GoalLine) -> str:
    """Where the value of a goal opens to its contracts; nothing where it wasn't made of them."""
    basis = COMPUTED.get(line.basis)
    if basis is None:
        return ""
    return contracts_address(
        actor,
        board.year,
        until=board.last_month,
        dimension="contract_class" if basis.classes else "",
        code=TRANSFERS_AND_LICENCES if basis.classes else "",
        position=board.opens_until,
    )
