"""What a page and a file show of a block: rows with figures, growth, shares, and what opens.

Arithmetic is that of ``growth``; a figure that the public may not see takes with it everything
that is computed from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.core.amounts import wan
from marketplace.statistics.growth import average, growth, percent, points, share
from marketplace.statistics.tables.periods import Period
from marketplace.statistics.tables.reading import EARLIER
from marketplace.statistics.tables.rows import EARLIER_NAME, TOTAL, Block, Line
from marketplace.statistics.tables.seen import Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One row in one period; ``now`` and ``base`` are nothing where the public may not see them.

    ``whole`` and ``whole_base`` are the total row's figures of the same periods. ``has_break``
    says that the year before counted something else under this name.
    """

    key: str
    name: str
    period: Period
    now: Sum | None
    base: Sum | None
    depth: int = 0
    whole: Sum | None = None
    whole_base: Sum | None = None
    has_break: bool = False
    is_running: bool = False
    is_total: bool = False
    opens: str = ""

    @property
    def is_withheld(self) -> bool:
        """Whether its figures are not public."""
        return self.now is None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it, in this year or the last where that is compared."""
        return self.now == NOTHING and (self.is_running or self.base == NOTHING)

    def growth_of(self, amount: str) -> Decimal | None:
        """同比 of ``count``, ``turnover`` or ``tech_amount`` in per cent; none without a base."""
        if self.now is None or self.base is None or self.has_break:
            return None
        return percent(growth(getattr(self.now, amount), getattr(self.base, amount)))

    @property
    def exact_share(self) -> Fraction | None:
        """占比 of 合同成交额 in the total, exact."""
        if self.now is None or self.whole is None:
            return None
        return share(self.now.turnover, self.whole.turnover)

    @property
    def share(self) -> Decimal | None:
        """The same in per cent."""
        return percent(self.exact_share)

    @property
    def share_points(self) -> Decimal | None:
        """By how many 百分点 the share lies above that of the year before."""
        if self.base is None or self.whole_base is None or self.has_break:
            return None
        before = share(self.base.turnover, self.whole_base.turnover)
        difference = points(self.exact_share, before)
        return None if difference is None else percent(difference / 100)

    @property
    def average(self) -> Decimal | None:
        """合同成交额 of a contract in 万元."""
        if self.now is None:
            return None
        found = average(self.now.turnover, self.now.count)
        return None if found is None else wan(found)

    @property
    def tech_share(self) -> Decimal | None:
        """技术交易额 in 合同成交额, in per cent."""
        if self.now is None:
            return None
        return percent(share(self.now.tech_amount, self.now.turnover))


@dataclass(frozen=True)
class BlockView:
    """The rows of a block in one period, its total row and the row of earlier years."""

    block: Block
    rows: list[Row]
    total: Row
    earlier: Row
    ranks: dict[str, int] = field(default_factory=dict)

    @property
    def has_withheld(self) -> bool:
        """Whether a row of the first level isn't public, and so stands in no order."""
        return any(row.is_withheld for row in self.rows if row.depth == 0)

    @property
    def has_earlier(self) -> bool:
        """Whether earlier years' contracts took something off, which no part of all tells."""
        return self.block.total == TOTAL and self.earlier.now != NOTHING

    def row(self, key: str) -> Row | None:
        """The row of a key, where it is shown."""
        return next((row for row in self.rows if row.key == key), None)

    @property
    def first(self) -> Row | None:
        """The largest of the rows of the first level that may be seen, unless it has nothing."""
        shown = [row for row in self.rows if row.key in self.ranks]
        return min(shown, key=lambda row: self.ranks[row.key], default=None)


def view_block(
    block: Block,
    figures: Figures,
    period: Period,
    *,
    breaks: frozenset[str] = frozenset(),
    unranked: frozenset[str] = frozenset(),
) -> BlockView:
    """The block in a period; rows with nothing in two years are left out below the first level.

    :param breaks: the rows that can't be compared with the year before.
    :param unranked: rows of the first level that stand outside of the order, such as what is left.
    """
    whole, whole_base = figures.shown(block.total, period), figures.base(block.total, period)

    def row(key: str, name: object, depth: int = 0, *, is_total: bool = False) -> Row:
        return Row(
            key=key,
            name=str(name),
            period=period,
            depth=depth,
            now=figures.shown(key, period),
            base=figures.base(key, period),
            is_running=figures.is_running(period),
            whole=None if key == EARLIER else whole,
            whole_base=None if key == EARLIER else whole_base,
            has_break=key in breaks,
            is_total=is_total,
            opens=f"{block.key}.{key}",
        )

    rows = [row(line.key, line.name, line.depth) for line in block.lines]
    shown = [one for one in rows if not (one.is_empty and _may_be_left_out(block, one))]
    return BlockView(
        block,
        shown,
        row(block.total, block.total_name, is_total=True),
        row(EARLIER, EARLIER_NAME),
        _ranks(rows, unranked),
    )


def _may_be_left_out(block: Block, row: Row) -> bool:
    line: Line | None = block.line(row.key)
    return line is not None and (line.depth > 0 or line.is_rest or row.key.endswith("unknown"))


def _ranks(rows: list[Row], unranked: frozenset[str]) -> dict[str, int]:
    """The place of each row of the first level by 合同成交额; equal amounts share a place."""
    amounts = {
        row.key: row.now.turnover
        for row in rows
        if row.depth == 0 and row.now is not None and row.now.turnover and row.key not in unranked
    }
    ordered = sorted(amounts.values(), reverse=True)
    return {key: ordered.index(amount) + 1 for key, amount in amounts.items()}
