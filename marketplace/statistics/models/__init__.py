"""Tables of goals, of values that people enter, of stored forecasts, and of editions."""

from marketplace.statistics.models.edition import Edition, EditionDraft
from marketplace.statistics.models.forecast import StoredForecast
from marketplace.statistics.models.goal import Goal, GoalVersion, IndicatorBasis
from marketplace.statistics.models.value import IndicatorValue

__all__ = [
    "Edition",
    "EditionDraft",
    "Goal",
    "GoalVersion",
    "IndicatorBasis",
    "IndicatorValue",
    "StoredForecast",
]
