"""What the demonstration's organisations searched for and did not find; invented."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Organisation
from marketplace.core.i18n import today
from marketplace.matching.radar.models import UnmetSearch
from marketplace.matching.radar.months import last_told
from marketplace.matching.radar.services import add_search, renew_groups

SEARCHERS = (
    *("hengli-tools", "lanxin-micro", "heyao-storage"),
    *("songpu-heavy", "jingchuan-terminal", "zhiwei-reagent"),
)
SEARCHES: tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...], int], ...] = (
    (("海底电缆敷设", "敷设海底电缆"), (), 6),
    (("热喷涂",), (), 6),
    (("齿轮",), (("kind", "patent"), ("trl_min", "9")), 5),
    (("轮胎裂解",), (), 4),
)
"""Wordings in turn, conditions, and how many of the organisations: of four nothing is told."""
APART = timedelta(days=9)


def load_searches(session: Session) -> None:
    """Record the searches of the months before, in the present transaction; once only."""
    if session.scalar(select(UnmetSearch.id).limit(1)) is None:
        day = last_told(today())
        units = [_unit(session, key) for key in SEARCHERS]
        for wordings, conditions, count in SEARCHES:
            for number, unit in enumerate(units[:count]):
                words = wordings[number % len(wordings)]
                add_search(session, unit, words, conditions, day - number * APART)
    renew_groups()


def _unit(session: Session, key: str) -> int:
    return session.scalars(
        select(Organisation.id).where(Organisation.is_demo, Organisation.source_id == key)
    ).one()
