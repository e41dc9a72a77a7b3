"""Which of the figures of a board or an edition are withheld, lest one tell a party's price."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from marketplace.contracts.ledger.posting import AMENDED, CANCELLED_EARLIER
from marketplace.contracts.ledger.sums import Sum
from marketplace.statistics.figures import LINES, MONTHS, Figures, Place
from marketplace.statistics.recomputing import Cell
from marketplace.statistics.recomputing import Sum as Equation
from marketplace.statistics.suppression import LEAST_CONTRACTS, suppress

TOTAL = "total"


def protected(figures: Figures, known: Sequence[Figures] = ()) -> Figures:
    """The figures as the public may see them: small cells withheld, and what would bring them back.

    The total of all is always shown. Each table of months, lines and codes adds up to it.

    :param known: what the public has of the same year already, up to other months or from before
        a correction. A cell that fewer contracts have been added to than may be seen is small.
    """
    tables = _tables(figures)
    published = [_tables(one) for one in known]
    cells: dict[Hashable, Cell] = {
        (table, code): _cell(
            one,
            [earlier[table][code] for earlier in published if code in earlier.get(table, {})],
            is_amended=(table, code) == (LINES, AMENDED),
        )
        for table, found in tables.items()
        for code, one in found.items()
    }
    if not any(cell.contracts < LEAST_CONTRACTS for cell in cells.values()):
        return figures
    equations = [
        Equation(TOTAL, parts)
        for table, found in tables.items()
        if (
            parts := tuple(
                (table, code) for code in found if (table, code) != (LINES, CANCELLED_EARLIER)
            )
        )
    ]
    cells[TOTAL] = _cell(figures.total, ())
    chosen = suppress(cells, equations, public={TOTAL})
    return without(figures, frozenset(key for key in chosen.withheld if isinstance(key, tuple)))


def without(figures: Figures, withheld: frozenset[Place]) -> Figures:
    """The figures without those at some places, of which only is kept that they are withheld."""
    return replace(
        figures,
        by_line={one: s for one, s in figures.by_line.items() if (LINES, one) not in withheld},
        by_month={
            one: s for one, s in figures.by_month.items() if (MONTHS, str(one)) not in withheld
        },
        by_code={
            name: {code: s for code, s in found.items() if (name, code) not in withheld}
            for name, found in figures.by_code.items()
        },
        withheld=withheld,
    )


def _tables(figures: Figures) -> dict[str, dict[str, Sum]]:
    return {
        LINES: dict(figures.by_line),
        MONTHS: {str(month): one for month, one in figures.by_month.items()},
        **{name: dict(found) for name, found in figures.by_code.items()},
    }


def _cell(one: Sum, published: Sequence[Sum], *, is_amended: bool = False) -> Cell:
    """What nets to no contract, and yet holds an amount, has at least one behind it.

    Amendments change amounts and not the count; their sum is a difference and tells no price. So
    does what has come to a cell since it was published, where no contract has.
    """
    added = [abs(one.count - earlier.count) for earlier in published]
    behind = [max(abs(one.count), 1), *(count for count in added if count)]
    contracts = LEAST_CONTRACTS if is_amended else min(behind)
    return Cell(contracts, one.count, one.turnover, one.tech_amount)
