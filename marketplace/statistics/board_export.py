"""The goal board as a workbook or a table of comma-separated values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.core.amounts import half_up, wan
from marketplace.core.codelists import code_name
from marketplace.core.i18n import format_day
from marketplace.core.tables import Column, Sheet, write_csv, write_xlsx
from marketplace.core.web.demo_mark import marked, notes, write_marked
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import wording
from marketplace.statistics.board import Board
from marketplace.statistics.board_page import finding, met_words, quotable
from marketplace.statistics.figures import MONTHS
from marketplace.statistics.indicators import indicator_name, unit_name

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}

Row = dict[str, Any]


def write_board(board: Board, form: str, target: BinaryIO) -> None:
    """Write a board: as ``csv`` its goals; as ``xlsx`` also its months, classes and what it says.

    Amounts of contracts are in 万元 with two places, those of goals in the goal's unit.
    """
    is_demo = board.is_demo
    goals = marked(_goal_columns(), _goal_rows(board), is_demo=is_demo)
    if form == "csv":
        write_csv(target, *goals)
        return
    about = [*notes(is_demo=is_demo), *({"about": line} for line in _about(board))]
    write_xlsx(
        target,
        [
            Sheet(_("目标"), *goals),
            Sheet(_("按月"), *marked(_columns(_("月份")), _month_rows(board), is_demo=is_demo)),
            Sheet(_("按类别"), *marked(_columns(_("类别")), _class_rows(board), is_demo=is_demo)),
            Sheet(_("说明"), [Column("about", _("这份表格"), width=100)], about),
        ],
    )


def write_goals(board: Board, form: str, target: BinaryIO) -> None:
    """Write the goals of a board alone, as ``csv`` or as ``xlsx`` with a sheet that explains it."""
    goals, about = _goal_rows(board), _about(board)
    write_marked(_("目标"), _goal_columns(), goals, about, form, target, is_demo=board.is_demo)


def _goal_columns() -> list[Column]:
    return [
        Column("year", _("年份"), width=8, kind="number"),
        Column("indicator", _("指标"), width=24),
        Column("goal", _("目标"), width=18),
        Column("unit", _("单位"), width=8),
        Column("actual", _("实际"), width=14, kind="number"),
        Column("completion", _("完成率（%）"), width=12, kind="number"),
        Column("gap", _("差额"), width=14, kind="number"),
        Column("met", _("是否达到"), width=24),
        Column("as_of", _("截至"), width=14),
        Column("basis", _("口径"), width=40),
        Column("strength", _("性质"), width=10),
        Column("source", _("目标出处"), width=40),
    ]


def _goal_rows(board: Board) -> Iterator[Row]:
    for line in board.lines:
        yield {
            "year": board.year,
            "indicator": indicator_name(line.indicator),
            "goal": wording.goal_words(line.operator, line.goal, line.unit),
            "unit": unit_name(line.unit),
            "actual": None if line.actual is None else half_up(line.actual),
            "completion": line.completion,
            "gap": None if line.gap is None else half_up(line.gap),
            "met": met_words(line),
            "as_of": format_day(line.as_of) if line.as_of else None,
            "basis": wording.basis_name(line.basis),
            "strength": str(wording.STRENGTH_NAMES[line.strength]),
            "source": str(line.source),
        }


def _columns(first: str) -> list[Column]:
    return [
        Column("name", first, width=20),
        Column("count", _("项数"), width=10, kind="number"),
        Column("turnover", _("合同成交额（万元）"), width=20, kind="number"),
        Column("tech_amount", _("技术交易额（万元）"), width=20, kind="number"),
    ]


def _month_rows(board: Board) -> Iterator[Row]:
    for month in range(1, board.last_month + 1):
        key = board.year * 100 + month
        name = wording.month_words(month)
        if (MONTHS, str(key)) in board.figures.withheld:
            yield {"name": name}
        else:
            yield _figures(name, board.figures.by_month.get(key, NOTHING))
    yield _total_row(board)


def _class_rows(board: Board) -> Iterator[Row]:
    for code, one in board.figures.by_code.get("contract_class", {}).items():
        yield _figures(str(code_name("contract_class", code)), one)
    for table, code in sorted(board.figures.withheld):
        if table == "contract_class":
            yield {"name": str(code_name("contract_class", code))}
    yield _total_row(board)


def _total_row(board: Board) -> Row:
    if board.figures.is_total_withheld:
        return {"name": _("合计")}
    return _figures(_("合计"), board.figures.total)


def _figures(name: str, one: Sum) -> Row:
    return {
        "name": name,
        "count": one.count,
        "turnover": wan(one.turnover),
        "tech_amount": wan(one.tech_amount),
    }


def _about(board: Board) -> Iterator[str]:
    yield finding(board)
    yield _("截至 %(day)s，台账位置 %(place)s。", **_place(board))
    yield wording.basis_words()
    yield _("不含：%(what)s", what=wording.exclusion_words())
    if paragraph := quotable(board):
        yield paragraph
    if board.figures.withheld:
        yield wording.withheld_words()
    yield wording.rounding_words()


def _place(board: Board) -> dict[str, str]:
    return {"day": format_day(board.as_of), "place": f"{board.position:,}"}
