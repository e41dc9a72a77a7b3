"""Which figures of a board or an edition the public may see: what the tables show, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import CANCELLED, CANCELLED_EARLIER, REGISTERED
from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.statistics.figures import LINES, MONTHS, TOTAL, Figures, Place
from marketplace.statistics.indicators import FromContracts
from marketplace.statistics.tables import reading, seen
from marketplace.statistics.tables.declared import (
    CANCELLED_KEY,
    KEPT_KEY,
    LINE_FAMILY,
    families_of,
    with_tied,
)
from marketplace.statistics.tables.periods import Period
from marketplace.statistics.tables.rows import (
    CLASS,
    CLASS_KEYS,
    FOUR_TRANSFER,
    SUBTYPE,
    Family,
    row_of_class,
)
from marketplace.statistics.tables.rows import TOTAL as ALL_ROWS
from marketplace.statistics.told import read_told


class Protection:
    """What the public may see of a year and of the one before, decided once for all that is public.

    :param dimensions: those of which codes are to be shown; classes are always known.
    :param confirmed: a month, as year × 100 + month, up to which the total is told in any case,
        for an edition corrects one that has told it.
    """

    def __init__(
        self, session: Session, year: int, dimensions: Iterable[str] = (), *, confirmed: int = 0
    ) -> None:
        stand = reading.read_stand(session, is_public=True)
        years = (year - 1, year)
        told = read_told(session, years, is_demo=stand.is_demo)
        wanted = {SUBTYPE, *dimensions}
        found = families_of(stand.is_demo)
        families = with_tied((found[name] for name in wanted if name in found), stand.is_demo)
        self._families = {one.dimension: one for one in families}
        self._rows = {}
        for sums, some in (
            (reading.read_sums(session, stand, years, families), families),
            (reading.read_lines(session, stand, years), [LINE_FAMILY]),
        ):
            public = seen.Public(sums, some, stand, told=told, confirmed=confirmed)
            for one in some:
                self._rows[one.dimension] = seen.Figures(sums, one, stand, public=public)

    def shows_total(self, period: Period) -> bool:
        """Whether the sum of all contracts may be seen."""
        return self._rows[LINES].is_open(ALL_ROWS, period)

    def shows_basis(self, basis: FromContracts, figures: Figures, period: Period) -> bool:
        """Whether what a goal counts by may be seen; ``figures`` as there are."""
        if not basis.classes:
            return self.shows_total(period)
        found = figures.by_code.get(CLASS, {})
        one = sum((found.get(name, NOTHING) for name in basis.classes), NOTHING)
        return self.shown(SUBTYPE, FOUR_TRANSFER, period) == one

    def shown(self, dimension: str, key: str, period: Period) -> Sum | None:
        """A row of the tables, or nothing where it may not be seen."""
        return self._rows[dimension].shown(key, period)

    def protected(self, figures: Figures, period: Period) -> Figures:
        """The figures of January to a month as the public may see them."""
        withheld = {*self._closed_months(period), *self._closed_lines(period)}
        if not self.shows_total(period):
            withheld.add(TOTAL)
        for dimension, found in figures.by_code.items():
            closed = self._closed_classes if dimension == CLASS else self._closed_codes
            withheld |= {(dimension, code) for code in closed(dimension, found, period)}
        return figures.without(frozenset(withheld))

    def _closed_months(self, period: Period) -> Iterator[Place]:
        for month in range(1, period.last + 1):
            if not self.shows_total(Period.of_month(period.year, month)):
                yield MONTHS, str(period.year * 100 + month)

    def _closed_lines(self, period: Period) -> Iterator[Place]:
        """Lines of contracts; amendments are differences and tell no price."""
        rows = {
            REGISTERED: KEPT_KEY,
            CANCELLED: CANCELLED_KEY,
            CANCELLED_EARLIER: reading.EARLIER,
        }
        for line, key in rows.items():
            if not self._rows[LINES].is_open(key, period):
                yield LINES, line

    def _closed_classes(
        self, _dimension: str, found: Mapping[str, Sum], period: Period
    ) -> Iterator[str]:
        """Classes of the register that no row of the tables tells."""
        for code in {*found, *CLASS_KEYS}:
            row = self.shown(SUBTYPE, row_of_class(code, period.year), period)
            if row is None or row != found.get(code, NOTHING):
                yield code

    def _closed_codes(
        self, dimension: str, found: Mapping[str, Sum], period: Period
    ) -> Iterator[str]:
        """Codes that no open row tells alone, those of closed rows also where nothing stands."""
        family = self._families[dimension]
        alone = {code for line in family.lines if len(line.codes) == 1 for code in line.codes}
        for code in {*found, *alone}:
            rows = _rows_of(family, code, found)
            shown = [self.shown(dimension, key, period) for key in rows]
            if found.get(code, NOTHING) not in shown:
                yield code


def _rows_of(family: Family, code: str, found: Mapping[str, Sum]) -> Iterator[str]:
    """The rows in which nothing but this code stands."""
    for line in family.lines:
        is_in = (code in line.codes) != line.is_rest
        if is_in and not any(
            (other in line.codes) != line.is_rest for other in found if other != code
        ):
            yield line.key
