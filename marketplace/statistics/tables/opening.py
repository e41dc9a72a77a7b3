"""A figure opened: which postings add up to it, and how they are paged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.wording import division_name
from marketplace.contracts.ledger.posting import (
    AMENDED,
    CANCELLED,
    CANCELLED_EARLIER,
    REGISTERED,
)
from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.contracts.models import Contract, LedgerEntry
from marketplace.core.actor import Actor
from marketplace.core.policy import visible_to
from marketplace.core.web.numbers import number_of
from marketplace.statistics.figures import LINES
from marketplace.statistics.tables.declared import CLASSES, HEADLINE, registered_classes
from marketplace.statistics.tables.pages import Asked, blocks_of
from marketplace.statistics.tables.reading import (
    EARLIER,
    Stand,
    read_lines,
    read_sums,
)
from marketplace.statistics.tables.rows import (
    EARLIER_NAME,
    REST,
    TOTAL,
    Block,
    Line,
    Name,
)
from marketplace.statistics.tables.seen import Figures

PAGE_ROWS = 50
READ_AT_ONCE = 2_000
_PLACE = re.compile("[0-9]{6}")
XLSX_ROWS = 50_000
"""So many postings a workbook takes at most; a CSV file takes all."""
LEDGER_LINES: Mapping[str, tuple[Name, str]] = {
    "registered": (_l("登记"), REGISTERED),
    "amended": (_l("变更的差额"), AMENDED),
    "cancelled": (_l("本年登记，已注销或撤销"), CANCELLED),
}
"""All contracts by what was posted, as the board and editions tell; earlier years stand apart."""


@dataclass(frozen=True)
class Opened:
    """One figure: its table and period, its block and its row, which may be the total.

    With ``position`` it is as it was when that was the last entry of the ledger.
    """

    asked: Asked
    stand: Stand
    block: Block
    line: Line
    position: int = 0

    @property
    def is_earlier(self) -> bool:
        """Whether it is what cancelled contracts of earlier years took off."""
        return self.line.key == EARLIER

    @property
    def ledger_line(self) -> str:
        """The one line of the ledger that it counts; empty where it counts several."""
        return LEDGER_LINES[self.line.key][1] if self.line.key in LEDGER_LINES else ""

    @property
    def parameters(self) -> dict[str, Any]:
        """What its address says."""
        return {
            "table": self.asked.number,
            "row": f"{self.block.key}.{self.line.key}",
            **self.asked.parameters,
            **({"position": self.position} if self.position else {}),
        }


def find_opened(asked: Asked, stand: Stand, row: str, position: int = 0) -> Opened | None:
    """The figure that ``row`` names, such as ``class.LIC-PAT`` or ``out.410172``.

    A place without a row of its own, such as a whole city or a district of another, has a figure
    on the board.
    """
    blocks = blocks_of(asked, stand)
    if asked.number == CLASSES:
        blocks.append(registered_classes())
    if not row:
        return Opened(asked, stand, blocks[0], Line(TOTAL, "", ()), position)
    block_key, _dot, key = row.partition(".")
    block = next((one for one in blocks if one.key == block_key), None)
    if block is None:
        return None
    if key == EARLIER:
        return Opened(asked, stand, block, Line(EARLIER, EARLIER_NAME, ()), position)
    if asked.number == HEADLINE and key in LEDGER_LINES:
        return Opened(asked, stand, block, Line(key, LEDGER_LINES[key][0], ()), position)
    line = block.line(key) or next(
        (one for one in block.family.lines if one.key == key and str(one.name)), None
    )
    if line is None and block.family.dimension == "seller_division" and _PLACE.fullmatch(key):
        line = Line(key, division_name(key), (key,))
        family = replace(block.family, lines=(*block.family.lines, line))
        block = replace(block, family=family)
    if line is None and key == block.total:
        found = [one for one in block.family.lines if one.key == key]
        line = found[0] if found else Line(TOTAL, block.total_name, ())
    return Opened(asked, stand, block, line, position) if line else None


def may_open(actor: Actor, opened: Opened) -> bool:
    """Whether all postings of the figure lie in what somebody answers for."""
    if not actor.districts:
        return True
    is_of_sellers = opened.block.family.dimension == "seller_division"
    codes = opened.line.codes
    is_plain = opened.line.key not in (REST, TOTAL, EARLIER)
    return is_of_sellers and is_plain and bool(codes) and actor.districts.issuperset(codes)


def sum_of(session: Session, opened: Opened) -> Sum:
    """The figure itself, from the sums; as it once was, from the postings."""
    if opened.position:
        amounts = (LedgerEntry.d_count, LedgerEntry.d_turnover, LedgerEntry.d_tech_amount)
        asked = select(*(func.coalesce(func.sum(one), 0) for one in amounts))
        return Sum(*map(int, session.execute(asked.where(*_places(opened))).one()))
    period = opened.asked.period
    if opened.ledger_line:
        found = read_lines(session, opened.stand, [period.year]).of(LINES, [opened.ledger_line])
        months = range(period.months.first, period.months.last + 1)
        return sum((found[one] for one in months if one in found), NOTHING)
    sums = read_sums(session, opened.stand, [period.year], [opened.block.family])
    figures = Figures(sums, opened.block.family, opened.stand, public=None)
    return figures.exact(opened.line.key, period)


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting in the list; the contract's own words only where they may be seen."""

    id: int
    contract_id: int
    event: str
    counts_on: date
    month: int
    count: int
    turnover: int
    tech_amount: int
    number: str | None
    title: str | None
    seller: str | None
    buyer: str | None


@dataclass(frozen=True)
class PostingPage:
    """One page of them in their order; the places from which the pages beside it go on."""

    rows: list[Posting]
    older: str = ""
    is_first: bool = True


def read_postings(session: Session, actor: Actor, opened: Opened, before: str = "") -> PostingPage:
    """The postings of a figure from a place on: ``month-id`` of the row before them."""
    place = _place(before)
    asked = _statement(actor, opened)
    if place is not None:
        asked = asked.where(tuple_(LedgerEntry.month, LedgerEntry.id) < place)
    found = session.execute(_in_order(asked).limit(PAGE_ROWS + 1)).all()
    rows = [Posting(*row) for row in found[:PAGE_ROWS]]
    older = f"{rows[-1].month}-{rows[-1].id}" if len(found) > PAGE_ROWS else ""
    return PostingPage(rows, older, place is None)


def all_postings(session: Session, actor: Actor, opened: Opened) -> Iterator[Posting]:
    """All of them in the same order, read part by part."""
    asked = _in_order(_statement(actor, opened))
    for row in session.execute(asked.execution_options(yield_per=READ_AT_ONCE)):
        yield Posting(*row)


def fits_workbook(session: Session, actor: Actor, opened: Opened) -> bool:
    """Whether there are no more postings than a workbook takes."""
    some = select(LedgerEntry.id).where(*_conditions(actor, opened)).limit(XLSX_ROWS + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) <= XLSX_ROWS


def _statement(actor: Actor, opened: Opened) -> Select[*tuple[Any, ...]]:
    is_told = and_(Contract.id == LedgerEntry.contract_id, visible_to(actor, Contract))
    return (
        select(
            LedgerEntry.id,
            LedgerEntry.contract_id,
            LedgerEntry.event,
            LedgerEntry.counts_on,
            LedgerEntry.month,
            LedgerEntry.d_count,
            LedgerEntry.d_turnover,
            LedgerEntry.d_tech_amount,
            Contract.number,
            Contract.title,
            Contract.seller_name,
            Contract.buyer_name,
        )
        .join(Contract, is_told, isouter=True)
        .where(*_conditions(actor, opened))
    )


def _conditions(actor: Actor, opened: Opened) -> list[ColumnElement[bool]]:
    return [visible_to(actor, LedgerEntry), *_places(opened)]


def _places(opened: Opened) -> list[ColumnElement[bool]]:
    period, line = opened.asked.period, opened.line
    found = [
        LedgerEntry.is_demo == opened.stand.is_demo,
        LedgerEntry.month.between(period.months.first, period.months.last),
        (LedgerEntry.line == CANCELLED_EARLIER) == opened.is_earlier,
    ]
    if opened.ledger_line:
        found.append(LedgerEntry.line == opened.ledger_line)
    if opened.position:
        found.append(LedgerEntry.id <= opened.position)
    if line.codes:
        column = getattr(LedgerEntry, opened.block.family.dimension)
        found.append(column.not_in(line.codes) if line.key == REST else column.in_(line.codes))
    return found


def _in_order(asked: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Late months first; in a month what was posted last, whichever day it counts from."""
    return asked.order_by(LedgerEntry.month.desc(), LedgerEntry.id.desc())


def _place(text: str) -> tuple[int, int] | None:
    month, _dash, number = text.partition("-")
    found = number_of(month), number_of(number)
    return found if all(found) else None
