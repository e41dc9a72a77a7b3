"""The tables, and the postings of a figure, as files: units in the heads, figures as numbers.

Growth and shares are in per cent, differences of shares in 百分点; what the public may not see
is told in words, and nothing is left from which it would follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import BinaryIO

from marketplace.core.amounts import wan
from marketplace.core.i18n import format_moment
from marketplace.core.tables import Column
from marketplace.core.web.demo_mark import write_marked
from marketplace.core.web.wording import gettext as _
from marketplace.statistics.tables.catalogue import Listed
from marketplace.statistics.tables.declared import CATALOGUE
from marketplace.statistics.tables.opening import Posting
from marketplace.statistics.tables.pages import TablePage
from marketplace.statistics.tables.periods import Period
from marketplace.statistics.tables.views import BlockView, Row
from marketplace.statistics.tables.wording import (
    EVENTS,
    basis,
    catalogue_basis,
    finding,
    table_name,
)

Values = dict[str, object]


def write_table(page: TablePage, form: str, target: BinaryIO) -> None:
    """Write a table into ``target`` as ``xlsx`` (with a sheet that explains it) or ``csv``."""
    name = f"T{page.asked.number} {table_name(page.asked.number)}"
    about = [name, finding(page), *standing(page), *basis(page)]
    write_marked(name, _columns(), _rows(page), about, form, target, is_demo=page.stand.is_demo)


def write_catalogue(
    rows: Sequence[Listed], period: Period, form: str, target: BinaryIO, *, is_demo: bool
) -> None:
    """Write what the catalogue holds into ``target``; only what is new is of the period."""
    columns = [
        Column("name", _("种类"), width=14),
        Column("period", _("期间"), width=18),
        Column("new", _("期间新增（项）"), width=18, kind="number"),
        Column("live", _("现在有效（项）"), width=16, kind="number"),
        Column("reserved", _("现在已预订或对接（项）"), width=24, kind="number"),
        Column("converted", _("现在已转化或签约（项）"), width=24, kind="number"),
    ]
    values = ({**asdict(one), "name": str(one.name), "period": str(period)} for one in rows)
    name = f"T{CATALOGUE} {table_name(CATALOGUE)}"
    about = (name, _("期间：%(period)s", period=str(period)), *catalogue_basis())
    write_marked(name, columns, values, about, form, target, is_demo=is_demo)


def standing(page: TablePage) -> list[str]:
    """The period and how far the ledger went when the figures were read."""
    found = [_("期间：%(period)s", period=str(page.period))]
    if page.stand.at is not None:
        found.append(
            _(
                "截至 %(moment)s，台账第 %(position)s 笔",
                moment=format_moment(page.stand.at),
                position=f"{page.stand.position:,}",
            )
        )
    return found


def _columns() -> list[Column]:
    return [
        Column("block", _("部分"), width=14),
        Column("name", _("名称"), width=30),
        Column("period", _("期间"), width=18),
        Column("rank", _("排名"), width=8, kind="number"),
        Column("count", _("合同数（项）"), width=14, kind="number"),
        Column("count_growth", _("合同数同比（%）"), width=16, kind="number"),
        Column("turnover", _("合同成交额（万元）"), width=20, kind="number"),
        Column("turnover_growth", _("合同成交额同比（%）"), width=20, kind="number"),
        Column("share", _("占合同成交额（%）"), width=18, kind="number"),
        Column("points", _("占比比上年（百分点）"), width=20, kind="number"),
        Column("tech_amount", _("技术交易额（万元）"), width=20, kind="number"),
        Column("tech_growth", _("技术交易额同比（%）"), width=20, kind="number"),
        Column("average", _("平均每项合同成交额（万元）"), width=26, kind="number"),
        Column("tech_share", _("技术交易额占合同成交额（%）"), width=26, kind="number"),
    ]


def _rows(page: TablePage) -> Iterator[Values]:
    for view in page.views:
        heading = str(view.block.heading)
        for row in view.rows:
            yield _values(row, heading, view)
        if view.total not in view.rows:
            yield _values(view.total, heading, view)
        if view.has_earlier:
            yield _values(view.earlier, heading, view)
    for row in page.months:
        yield _values(row, _("每月"), None)


def _values(row: Row, heading: str, view: BlockView | None) -> Values:
    found: Values = {
        "block": heading,
        "name": ("　" * row.depth) + row.name,
        "period": str(row.period),
    }
    if row.now is None:
        return {**found, "count": _("不公布")}
    return {
        **found,
        "rank": view.ranks.get(row.key) if view else None,
        "count": row.now.count,
        "count_growth": row.growth_of("count"),
        "turnover": wan(row.now.turnover),
        "turnover_growth": row.growth_of("turnover"),
        "share": row.share,
        "points": row.share_points,
        "tech_amount": wan(row.now.tech_amount),
        "tech_growth": row.growth_of("tech_amount"),
        "average": row.average,
        "tech_share": row.tech_share,
    }


def write_postings(
    title: str, postings: Iterable[Posting], form: str, target: BinaryIO, *, is_demo: bool
) -> None:
    """Write the postings of a figure into ``target``; their sum stands in the last row."""
    rows = _posting_rows(postings)
    about = (title, _("每行是一笔记账，金额相加就是表里的数。"))
    write_marked(_("合同"), _posting_columns(), rows, about, form, target, is_demo=is_demo)


def _posting_columns() -> list[Column]:
    return [
        Column("id", _("台账序号"), width=10, kind="number"),
        Column("counts_on", _("计入日期"), width=12, kind="date"),
        Column("event", _("事项"), width=8),
        Column("number", _("合同登记编号"), width=20),
        Column("title", _("项目名称"), width=44),
        Column("seller", _("卖方"), width=32),
        Column("buyer", _("买方"), width=32),
        Column("count", _("合同数（项）"), width=12, kind="number"),
        Column("turnover", _("合同成交额（元）"), width=20, kind="number"),
        Column("tech_amount", _("技术交易额（元）"), width=20, kind="number"),
    ]


def _posting_rows(postings: Iterable[Posting]) -> Iterator[Values]:
    count = turnover = tech_amount = 0
    for one in postings:
        count, turnover = count + one.count, turnover + one.turnover
        tech_amount += one.tech_amount
        yield {
            "id": one.id,
            "counts_on": one.counts_on,
            "event": str(EVENTS[one.event]),
            "number": one.number,
            "title": one.title,
            "seller": one.seller,
            "buyer": one.buyer,
            "count": one.count,
            "turnover": _yuan(one.turnover),
            "tech_amount": _yuan(one.tech_amount),
        }
    yield {
        "title": _("合计"),
        "count": count,
        "turnover": _yuan(turnover),
        "tech_amount": _yuan(tech_amount),
    }


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
