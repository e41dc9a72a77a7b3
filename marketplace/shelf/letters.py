"""The letter and the notice that tell of what saved searches found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from marketplace.accounts.acting import actor_in_absence
from marketplace.accounts.letters import letter_for
from marketplace.accounts.models import Person
from marketplace.catalogue.queries import read_listings
from marketplace.core.db import db
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.mail.links import link_to
from marketplace.core.mail.waiting import LetterDelayed
from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.wording import ngettext
from marketplace.shelf.announcing import LETTER, NOTICE
from marketplace.shelf.finding import found_among
from marketplace.shelf.models import SavedSearch, SearchMatch
from search.engines.base import EngineUnavailable

TOPIC = Topic("saved_searches", _l("保存的检索有新结果"))
MOST_TOLD = 20
"""Records of one search that a letter names; its page has them all."""


@dataclass(frozen=True)
class Part:
    """What a letter says of one search: its name and page, the first records, how many more."""

    name: str
    link: str
    records: list[tuple[str, str]]
    more: int

    @property
    def total(self) -> int:
        """How many records there are."""
        return len(self.records) + self.more


def declare_shelf_letters() -> None:
    """Let the letter be sent and the notice be shown."""
    declare_letters(LetterKind(LETTER, TOPIC, _compose))
    declare_notices(
        NoticeKind(
            NOTICE,
            lambda params: ngettext(
                "“%(name)s”有 %(num)s 条新结果",
                "“%(name)s”有 %(num)s 条新结果",
                params["count"],
                name=params["name"],
            ),
            lambda params: url_for("shelf.search", search_id=params["search_id"]),
        )
    )


def _compose(person_id: int, params: Mapping[str, Any]) -> Letter | None:
    """What still stands and may still be seen; no letter where that is nothing."""
    person = db.session.get(Person, person_id)
    if person is None or not person.is_open:
        return None
    try:
        parts = _parts(person, params["matches"])
    except EngineUnavailable as reason:
        raise LetterDelayed(reason.code) from reason
    if not parts:
        return None
    return letter_for(
        person,
        LETTER,
        parts=parts,
        total=sum(part.total for part in parts),
        settings=link_to("shelf.searches", person.language),
    )


def _parts(person: Person, match_ids: list[int]) -> list[Part]:
    keys: dict[SavedSearch, list[tuple[str, int]]] = defaultdict(list)
    rows = db.session.execute(
        select(SavedSearch, SearchMatch)
        .join(SearchMatch)
        .where(SearchMatch.id.in_(match_ids), SavedSearch.person_id == person.id)
        .order_by(SavedSearch.id, SearchMatch.id)
    )
    for search, match in rows:
        keys[search].append((match.kind, match.record_id))
    parts = []
    for search, found in keys.items():
        actor = actor_in_absence(person, search.organisation_id)
        standing = found_among(actor, search, found)
        told = [key for key in found if key in standing]
        listings = read_listings(actor, told[:MOST_TOLD])
        records = [
            (
                one.title.in_language(person.language),
                link_to(f"catalogue.{one.kind}", person.language, record_id=one.id),
            )
            for one in listings
        ]
        if records:
            link = link_to("shelf.search", person.language, search_id=search.id)
            parts.append(Part(search.name, link, records, len(told) - len(records)))
    return parts
