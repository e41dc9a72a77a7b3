"""Which chart a table has, and the sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.amounts import yi
from marketplace.core.web.wording import gettext as _
from marketplace.statistics.charts import NARROW, WIDE, BarChart, CourseChart, bars, course
from marketplace.statistics.growth import written
from marketplace.statistics.tables.catalogue import Listed
from marketplace.statistics.tables.pages import TablePage, cumulated
from marketplace.statistics.tables.periods import MONTHS
from marketplace.statistics.tables.views import BlockView

MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart in its two widths and what it shows in words."""

    wide: BarChart | CourseChart
    narrow: BarChart | CourseChart
    sentence: str


def course_of(page: TablePage) -> Drawn | None:
    """合同成交额 from January on, cumulated, in 亿元; nothing where a month isn't public."""
    sums = cumulated(page.months)
    values = [yi(one.turnover) for one in sums if one is not None]
    if not values or len(values) < len(sums):
        return None
    names = [_("%(month)s 月", month=month) for month in range(1, MONTHS + 1)]
    sentence = _(
        "%(year)s 年 1 月到 %(month)s 月累计合同成交额 %(amount)s 亿元。数字见下表",
        year=page.period.year,
        month=len(values),
        amount=written(values[-1]),
    )
    return Drawn(course(values, names, width=WIDE), course(values, names, width=NARROW), sentence)


def bars_of_catalogue(rows: Sequence[Listed]) -> Drawn:
    """How many public records of each kind there are now."""
    given = [(str(one.name), one.live) for one in rows if one.is_listing]
    sentence = _(
        "现在展示的，项：%(rows)s。数字见下表",
        rows="，".join(f"{name} {count:,}" for name, count in given),
    )
    wide, narrow = (bars(given, width=width, places=0) for width in (WIDE, NARROW))
    return Drawn(wide, narrow, sentence)


def bars_of(page: TablePage, view: BlockView) -> Drawn | None:
    """合同成交额 of the leading rows in 亿元, largest first; nothing where none is public."""
    ranked = [row for row in view.rows if row.key in view.ranks]
    leading = sorted(ranked, key=lambda row: view.ranks[row.key])[:MOST_BARS]
    if not leading:
        return None
    rows = [(row.name, yi(row.now.turnover)) for row in leading if row.now is not None]
    sentence = _(
        "%(heading)s，%(period)s合同成交额，亿元：%(rows)s。数字见下表",
        heading=str(view.block.heading),
        period=str(page.period),
        rows="，".join(f"{name} {written(amount)}" for name, amount in rows),
    )
    return Drawn(bars(rows, width=WIDE), bars(rows, width=NARROW), sentence)
