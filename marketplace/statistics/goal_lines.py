"""Goals beside what was reached: completion, gap, and whether a goal is met by its operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.i18n import Bilingual
from marketplace.statistics.figures import Figures
from marketplace.statistics.growth import Operator, completion, gap, is_met, percent
from marketplace.statistics.indicators import COMPUTED, FromContracts, entered_bases, indicators
from marketplace.statistics.models import Goal, IndicatorBasis, IndicatorValue
from marketplace.statistics.states import RELEASED


@dataclass(frozen=True)
class GoalLine:
    """One goal of a year and what was reached; numbers are decimal, in the goal's unit.

    ``basis`` is a code of the register, empty while nobody has chosen one; ``value_source`` says
    where an entered value comes from. Without a value there is nothing to compare;
    ``is_withheld`` says that there is one, of so few contracts that it isn't public.
    """

    goal_id: int
    indicator: str
    operator: str
    goal: Decimal
    unit: str
    strength: str
    source: Bilingual
    note: Bilingual
    basis: str
    actual: Decimal | None = None
    as_of: date | None = None
    value_source: str = ""
    is_withheld: bool = False

    @property
    def is_from_ledger(self) -> bool:
        """Whether the value can be opened to contracts."""
        return self.basis in COMPUTED

    @property
    def completion(self) -> Decimal | None:
        """完成率: per cent of the goal, rounded to two places."""
        return percent(completion(self.actual, self.goal))

    @property
    def gap(self) -> Fraction | None:
        """What is missing to the number of the goal; 0 where it is reached or passed."""
        return None if self.actual is None else gap(self.actual, self.goal)

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met: 超过 excludes its number, 以上 includes it (民法典 1259)."""
        if self.actual is None:
            return None
        return is_met(self.actual, Operator(self.operator), self.goal)

    def as_content(self) -> dict[str, Any]:
        """As editions keep it: numbers and days as text."""
        content = {**asdict(self), "goal": str(self.goal)}
        content |= {"source": self.source.as_dict(), "note": self.note.as_dict()}
        content["actual"] = None if self.actual is None else str(self.actual)
        content["as_of"] = self.as_of.isoformat() if self.as_of else None
        return content

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> GoalLine:
        """The same back."""
        actual, as_of = content["actual"], content["as_of"]
        return cls(
            **{
                **content,
                "goal": Decimal(content["goal"]),
                "source": Bilingual.of(content["source"]),
                "note": Bilingual.of(content["note"]),
                "actual": None if actual is None else Decimal(actual),
                "as_of": date.fromisoformat(as_of) if as_of else None,
            }
        )


def goal_lines(
    session: Session,
    year: int,
    figures: Figures,
    as_of: date,
    shows: Callable[[FromContracts], bool] = lambda _basis: True,
) -> list[GoalLine]:
    """The goals of a year with what was reached by a day, as the figures and released values say.

    :param figures: those of the year up to that day, with the codes of ``contract_class``.
    :param shows: whether what a basis gives may be seen.
    """
    goals = session.scalars(select(Goal).where(Goal.year == year).order_by(Goal.id)).all()
    chosen = chosen_bases(session)
    values = _released(session, year, as_of)
    lines = []
    for goal in goals:
        fixed = indicators()[goal.indicator].basis
        basis = fixed.code if fixed else chosen.get(goal.indicator, "")
        actual, day, told = None, None, ""
        is_withheld = basis in COMPUTED and not shows(COMPUTED[basis])
        if is_withheld:
            day = as_of
        elif basis in COMPUTED:
            actual, day = COMPUTED[basis].value_of(figures), as_of
        elif basis and (value := values.get((goal.indicator, basis))):
            actual, day, told = value.amount, value.as_of, value.source
        lines.append(
            GoalLine(
                goal_id=goal.id,
                indicator=goal.indicator,
                operator=goal.operator,
                goal=goal.amount,
                unit=goal.unit,
                strength=goal.strength,
                source=goal.source,
                note=goal.note or Bilingual(),
                basis=basis,
                actual=actual,
                as_of=day,
                value_source=told,
                is_withheld=is_withheld,
            )
        )
    return lines


def chosen_bases(session: Session) -> dict[str, str]:
    """The basis in force of each indicator for which staff have chosen one."""
    rows = session.execute(
        select(IndicatorBasis.indicator, IndicatorBasis.basis).order_by(IndicatorBasis.id)
    )
    return {row.indicator: row.basis for row in rows}


def _released(session: Session, year: int, until: date) -> dict[tuple[str, str], IndicatorValue]:
    """The latest released value of each indicator in a year, by what it counts.

    A value of which nobody said that counts where there is only one thing that it can be.
    """
    rows = session.scalars(
        select(IndicatorValue)
        .where(
            IndicatorValue.state == RELEASED,
            IndicatorValue.as_of.between(date(year, 1, 1), until),
        )
        .order_by(IndicatorValue.as_of, IndicatorValue.id)
    )
    found = {}
    for one in rows:
        bases = entered_bases(one.indicator)
        basis = one.basis or (bases[0] if len(bases) == 1 else "")
        found[one.indicator, basis] = one
    return found
