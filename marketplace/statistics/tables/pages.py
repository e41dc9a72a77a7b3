"""Putting a table together for somebody and a period: its rows, its finding, its notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from marketplace.contracts.classes import FIVE_CLASSES_FROM
from marketplace.contracts.ledger.sums import Sum
from marketplace.core.actor import Actor
from marketplace.core.policy import policy
from marketplace.statistics.tables.declared import (
    CLASSES,
    FIELDS,
    HEADLINE,
    TABLES,
    is_of_four,
    with_tied,
)
from marketplace.statistics.tables.periods import QUARTER_MONTHS, Available, Period, read_period
from marketplace.statistics.tables.policies import SEE_ALL
from marketplace.statistics.tables.reading import (
    EARLIER,
    Stand,
    Sums,
    read_stand,
    read_sums,
)
from marketplace.statistics.tables.rows import (
    CLASS_KEYS,
    EARLIER_NAME,
    LICENCE,
    REST,
    TOTAL,
    TRANSFER,
    UNDECIDED,
    Block,
)
from marketplace.statistics.tables.seen import Figures, Public
from marketplace.statistics.tables.views import BlockView, Row, view_block
from marketplace.statistics.told import read_told

UNRANKED = frozenset({REST, TOTAL, UNDECIDED})
"""Rows that stand outside of the order of the others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which table somebody asked for: its number, period and view, and what was wrong in it."""

    number: int
    period: Period
    is_of_four: bool = False
    problem: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """What the address says beside the number."""
        return {**self.period.parameters, **({"view": 4} if self.is_of_four else {})}


@dataclass(frozen=True)
class TablePage:
    """A table as it is shown: views of its blocks, and for the first table its months."""

    asked: Asked
    stand: Stand
    available: Available
    is_public: bool
    views: list[BlockView]
    months: list[Row] = field(default_factory=list)
    fields: BlockView | None = None

    @property
    def period(self) -> Period:
        """The span of time that it is about."""
        return self.asked.period

    @property
    def view(self) -> BlockView:
        """The first of its blocks."""
        return self.views[0]

    @property
    def is_running(self) -> bool:
        """Whether its last month isn't over, so that nothing is compared with the year before."""
        return self.period.months.last > self.stand.whole_until

    @property
    def has_break(self) -> bool:
        """Whether rows can't be compared with the year before, for classes changed between."""
        return any(row.has_break for view in self.views for row in view.rows)


def is_public_view(actor: Actor) -> bool:
    """Whether somebody sees what everybody may see, and not every figure.

    Staff of some districts see beside it their own sellers in full, and nothing else.
    """
    return bool(actor.districts) or not policy.can(actor, SEE_ALL)


def own_districts(actor: Actor) -> frozenset[str]:
    """The districts whose sellers' figures somebody sees in full, whatever is public."""
    return frozenset(actor.districts) if policy.can(actor, SEE_ALL) else frozenset()


def read_asked(number: int, given: dict[str, str], available: Available) -> Asked:
    """What the parameters of an address ask for."""
    period, problem = read_period(given, available)
    is_four = number == CLASSES and is_of_four(period, given.get("view") == "4")
    return Asked(number, period, is_four, problem)


def stand_for(session: Session, actor: Actor) -> Stand:
    """How far the figures go that somebody may see."""
    return read_stand(session, is_public=not policy.can(actor, SEE_ALL))


def blocks_of(asked: Asked, stand: Stand) -> list[Block]:
    """The blocks of a table."""
    return TABLES[asked.number].blocks(asked.period, asked.is_of_four, stand.is_demo)


def read_table(session: Session, actor: Actor, asked: Asked, stand: Stand) -> TablePage:
    """A table for somebody.

    :raises LookupError: when there are no figures at all.
    """
    blocks = _wanted(asked, stand)
    years = (asked.period.year - 1, asked.period.year)
    families = [block.family for block in blocks]
    if not is_public_view(actor):
        return lay_out(asked, stand, read_sums(session, stand, years, families), public=None)
    families = with_tied(families, stand.is_demo)
    sums = read_sums(session, stand, years, families)
    told = read_told(session, years, is_demo=stand.is_demo)
    public = Public(sums, families, stand, told=told)
    return lay_out(asked, stand, sums, public=public, own=own_districts(actor))


def _wanted(asked: Asked, stand: Stand) -> list[Block]:
    """The blocks of a table; the headline names the leading fields, too."""
    blocks = blocks_of(asked, stand)
    if asked.number == HEADLINE:
        blocks += TABLES[FIELDS].blocks(asked.period, False, stand.is_demo)
    return blocks


def lay_out(
    asked: Asked,
    stand: Stand,
    sums: Sums,
    *,
    public: Public | None,
    own: frozenset[str] = frozenset(),
) -> TablePage:
    """A table of these sums, for the public or for those who see everything.

    :param public: what may be seen, with the rows of all its families; or nothing for everything.
    :param own: codes of the districts that are shown in full.
    :raises LookupError: when there are no figures at all.
    """
    if stand.available is None:
        raise LookupError("no figures")
    is_public = public is not None
    found = [
        (block, Figures(sums, block.family, stand, public=public, own=own))
        for block in _wanted(asked, stand)
    ]
    if asked.number == HEADLINE:
        (block, figures), (fields, field_figures) = found
        view = _headline(block, figures, asked.period)
        leading = view_block(
            fields, field_figures, _to_date(asked.period), unranked=frozenset({REST})
        )
        months = _months(figures, asked.period)
        return TablePage(asked, stand, stand.available, is_public, [view], months, leading)
    views = [
        view_block(block, figures, asked.period, breaks=_breaks(asked), unranked=UNRANKED)
        for block, figures in found
    ]
    return TablePage(asked, stand, stand.available, is_public, views)


def _breaks(asked: Asked) -> frozenset[str]:
    """The classes that were one before 2021, where the year before was before that."""
    is_after = asked.period.year == FIVE_CLASSES_FROM.year
    if asked.number != CLASSES or asked.is_of_four or not is_after:
        return frozenset()
    return frozenset({CLASS_KEYS[TRANSFER], CLASS_KEYS[LICENCE]})


def _to_date(period: Period) -> Period:
    return Period.to_month(period.year, period.last)


def _headline(block: Block, figures: Figures, period: Period) -> BlockView:
    """Month, quarter and year to date, up to the end of the period; then what was taken off."""
    last = period.last
    quarter = Period.of_quarter(period.year, -(-last // QUARTER_MONTHS), last)
    spans = [Period.of_month(period.year, last), quarter, _to_date(period)]
    rows = [
        _row(figures, TOTAL, span, str(span), block)
        for number, span in enumerate(spans)
        if (span.after, span.last) not in {(one.after, one.last) for one in spans[number + 1 :]}
    ]
    earlier = _row(figures, EARLIER, spans[-1], str(EARLIER_NAME), block)
    return BlockView(block, rows, rows[-1], earlier)


def _months(figures: Figures, period: Period) -> list[Row]:
    spans = (Period.of_month(period.year, month) for month in range(1, period.last + 1))
    return [_row(figures, TOTAL, span, str(span), None) for span in spans]


def _row(figures: Figures, key: str, span: Period, name: str, block: Block | None) -> Row:
    return Row(
        key=key,
        name=name,
        period=span,
        now=figures.shown(key, span),
        base=figures.base(key, span),
        is_running=figures.is_running(span),
        opens=f"{block.key if block else 'all'}.{key}",
    )


def cumulated(months: Sequence[Row]) -> list[Sum | None]:
    """The year to each month, nothing from the first month on that isn't public."""
    found: list[Sum | None] = []
    so_far: Sum | None = Sum()
    for row in months:
        so_far = None if so_far is None or row.now is None else so_far + row.now
        found.append(so_far)
    return found
