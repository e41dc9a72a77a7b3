"""The days by which a listing is asked for, lowered and hidden; all in Asia/Shanghai.

A listing is due when its holder's last word, or its publication where that is later, is longer
ago than the interval. The days of grace run from the first asking, never from before it, so that
nothing is lowered or hidden that nobody was asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_

from marketplace.core.i18n import DISPLAY_ZONE, local_date, today
from marketplace.freshness.models import Asking
from marketplace.settings import ANSWER_DAYS, Settings


@dataclass(frozen=True)
class Terms:
    """The settings, seen from one day."""

    day: date
    interval: timedelta
    lower_after: timedelta
    hide_after: timedelta

    @property
    def due_before(self) -> date:
        """A listing is due when its last word is older than this day."""
        return self.day - self.interval

    @property
    def asked_again_until(self) -> date:
        """What was asked on this day or before is asked again."""
        return self.day - self.lower_after

    def is_due(self, record: Any) -> bool:
        """Whether the holder's word on the record is too old."""
        published = record.published_at and local_date(record.published_at)
        return all(day is None or day < self.due_before for day in (record.confirmed_on, published))

    def due(self, model: Any) -> ColumnElement[bool]:
        """The same as a condition on a query."""
        midnight = datetime.combine(self.due_before, time(), DISPLAY_ZONE)
        return and_(
            or_(model.confirmed_on.is_(None), model.confirmed_on < self.due_before),
            or_(model.published_at.is_(None), model.published_at < midnight),
        )

    def hidden_on(self, asking: Asking) -> date:
        """The day on which a listing is hidden if nobody answers; before it comes a second asking.

        At least :data:`ANSWER_DAYS` lie between the last letter and that day.
        """
        by_first = asking.first_asked_on + self.hide_after
        return max(by_first, asking.asked_on + timedelta(days=ANSWER_DAYS))

    def hides(self) -> ColumnElement[bool]:
        """Whether that day has come, as a condition on a query of askings."""
        return and_(
            Asking.number > 1,
            Asking.first_asked_on <= self.day - self.hide_after,
            Asking.asked_on <= self.day - timedelta(days=ANSWER_DAYS),
        )

    def must_repeat(self, asking: Asking) -> bool:
        """Whether it is time for the next letter.

        Not in the last days before hiding: the letter before has named that day.
        """
        is_time = asking.asked_on <= self.asked_again_until
        last_days = self.day + timedelta(days=ANSWER_DAYS)
        return is_time and (asking.number == 1 or self.hidden_on(asking) > last_days)


def present_terms() -> Terms:
    """The terms as of today."""
    settings: Settings = current_app.extensions["settings"]
    return Terms(
        today(),
        timedelta(days=settings.confirm_days),
        timedelta(days=settings.confirm_lower_days),
        timedelta(days=settings.confirm_hide_days),
    )
