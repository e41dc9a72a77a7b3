"""The goal board of a year: figures, goals, what isn't counted, and the stored forecast.

The same board is made of what stands now and of an edition; how it is told is for ``board_page``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import ALL
from marketplace.contracts.ledger.sums import Months, counts_demo, has_demo_sums, position
from marketplace.contracts.models import LedgerSum
from marketplace.core.i18n import today
from marketplace.statistics.edition_content import BOARD_DIMENSIONS, period_end
from marketplace.statistics.excluded import Excluded, excluded_now
from marketplace.statistics.figures import Figures, figures_now, figures_until
from marketplace.statistics.forecast import months_before
from marketplace.statistics.goal_lines import GoalLine, goal_lines
from marketplace.statistics.indicators import CONTRACT_TURNOVER, RESULT_TURNOVER
from marketplace.statistics.models import Edition, EditionDraft, Goal
from marketplace.statistics.protecting import Protection
from marketplace.statistics.stored_forecasts import forecast_of, told_forecast
from marketplace.statistics.tables.periods import Period


@dataclass(frozen=True)
class Board:
    """Everything that the board of a year shows; ``before`` are the same months a year earlier.

    ``has_left_demo`` says that demonstration figures are there which no longer count, because
    something real does.
    """

    year: int
    last_month: int
    as_of: date
    position: int
    figures: Figures
    before: Figures
    lines: Sequence[GoalLine]
    excluded: Sequence[Excluded]
    forecast: dict[str, Any] | None
    is_live: bool = False
    is_demo: bool = False
    has_left_demo: bool = False

    @property
    def months(self) -> Months:
        """The months that count in it."""
        return Months.of_year(self.year, self.last_month)

    @property
    def opens_until(self) -> int:
        """The last posting of which its figures are made; 0 for all that there are."""
        return 0 if self.is_live else self.position

    @property
    def compared_until(self) -> date:
        """The day of the year before up to which its figures are compared."""
        if self.is_live and self.as_of.year == self.year and not is_month_end(self.as_of):
            return months_before(self.as_of, 12)
        return date(self.year - 1, self.last_month, monthrange(self.year - 1, self.last_month)[1])

    @property
    def lead(self) -> GoalLine | None:
        """The goal that the page is about: the contracts' own, else that of the results."""
        for indicator in (CONTRACT_TURNOVER, RESULT_TURNOVER):
            for line in self.lines:
                if line.indicator == indicator:
                    return line
        return None

    @property
    def shows_forecast(self) -> bool:
        """Whether there is something ahead to tell of; an edition tells only what it has kept."""
        return not self.is_over and (self.forecast is not None or self.is_live)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come in the year."""
        return self.as_of >= date(self.year, 12, 31)


def board_now(session: Session, year: int, *, is_public: bool) -> Board:
    """The board of a year as everything stands now.

    The public sees whole months only, and no codes: from one day to the next, or less what the
    tables show, they would tell of single contracts. The tables say which codes can be shown.
    """
    now = today()
    last_month = now.month - is_public if year == now.year else 12
    months, period = Months.of_year(year, last_month), Period.to_month(year, last_month)
    is_demo = counts_demo(session)
    as_of = period_end(year, last_month)
    figures = figures_now(session, months, BOARD_DIMENSIONS, is_demo=is_demo)
    if not is_public and year == now.year and not is_month_end(as_of):
        day = months_before(as_of, 12)
        before = figures_until(session, day, BOARD_DIMENSIONS, is_demo=is_demo)
    else:
        before = figures_now(session, months.a_year_before(), BOARD_DIMENSIONS, is_demo=is_demo)
    has_demo = has_demo_sums(session)
    if is_public and year <= now.year:
        public = Protection(session, year)
        lines = goal_lines(
            session, year, figures, as_of, lambda basis: public.shows_basis(basis, figures, period)
        )
        figures = public.protected(replace(figures, by_code={}), period)
        before = public.protected(replace(before, by_code={}), period.a_year_before())
    else:
        lines = goal_lines(session, year, figures, as_of)
    return Board(
        year,
        last_month,
        as_of,
        position(session),
        figures,
        before,
        lines,
        excluded_now(session, figures, year, is_public=is_public),
        told_forecast(session, year) if is_public else forecast_of(session, year),
        is_live=True,
        is_demo=has_demo and is_demo,
        has_left_demo=has_demo and not is_demo,
    )


def board_of(edition: Edition | EditionDraft) -> Board:
    """The board as an edition has kept it."""
    content = edition.content
    return Board(
        edition.year,
        edition.last_month,
        date.fromisoformat(content["as_of"]),
        edition.position,
        Figures.of_content(content["figures"]),
        Figures.of_content(content["figures_before"]),
        [GoalLine.of_content(one) for one in content["goals"]],
        [Excluded(**one) for one in content["excluded"]],
        content["forecast"],
        is_demo=content["is_demo"],
    )


def is_month_end(day: date) -> bool:
    """Whether a month is over at the end of a day."""
    return (day + timedelta(days=1)).month != day.month


def board_years(session: Session, *, is_public: bool) -> list[int]:
    """The years that have a goal or contracts, and the present one; the latest first.

    In January the public has no whole month of the present year to see.
    """
    goals = set(session.scalars(select(Goal.year).distinct()))
    months = session.scalars(
        select(LedgerSum.month)
        .where(LedgerSum.is_demo == counts_demo(session), LedgerSum.dimension == ALL)
        .distinct()
    )
    years = {today().year, *goals, *(month // 100 for month in months)}
    if is_public and today().month == 1:
        years = {year for year in years if year < today().year} or {today().year - 1}
    return sorted(years, reverse=True)
