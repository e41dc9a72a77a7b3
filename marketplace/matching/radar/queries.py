"""Reading the groups that may be told of. Nothing here writes, or knows who searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.search_page import search_address
from marketplace.catalogue.search_sentence import chip_text
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.web.paging import Paging
from marketplace.core.web.wording import gettext as _
from marketplace.matching.radar.models import UnmetGroup
from marketplace.matching.radar.services import query_of
from search.forms import conditions_of


@dataclass(frozen=True, slots=True)
class Row:
    """A group as the page shows it: its words and conditions, figures, and the search again."""

    words: str
    conditions: list[str]
    organisations: int
    searches: int
    reached_on: date
    recent_on: date
    address: str


def count_groups(actor: Actor) -> int:
    """How many groups the actor may see."""
    seen = select(func.count(UnmetGroup.id)).where(visible_to(actor, UnmetGroup))
    return db.session.scalar(seen) or 0


def group_rows(actor: Actor, paging: Paging) -> list[Row]:
    """A page of the groups that the actor may see, those of most organisations first."""
    found = db.session.scalars(
        select(UnmetGroup)
        .where(visible_to(actor, UnmetGroup))
        .order_by(
            UnmetGroup.organisations.desc(),
            UnmetGroup.searches.desc(),
            UnmetGroup.words,
            UnmetGroup.id,
        )
        .limit(paging.size)
        .offset(paging.offset)
    )
    return [_row(one) for one in found]


def _row(group: UnmetGroup) -> Row:
    query = query_of(group.words, group.conditions)
    conditions = [chip_text(one, query) for one in conditions_of(SCHEMA, query)]
    if query.only_all:
        conditions.append(_("全部的词都要有"))
    return Row(
        words=group.words,
        conditions=conditions,
        organisations=group.organisations,
        searches=group.searches,
        reached_on=group.reached_on,
        recent_on=group.recent_on,
        address=search_address(query),
    )
