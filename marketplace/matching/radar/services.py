"""Recording searches that found nothing, computing their groups, forgetting them.

A search counts when it looks for what others offer and really finds nothing. Its conditions are
kept where they are the reason: where the words alone find nothing, the words alone are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import islice

import orjson
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.models import Organisation
from marketplace.catalogue.search_page import read_search
from marketplace.core.actor import Actor, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import INDEX_LEVELS, policy
from marketplace.matching.radar.grouping import Asked, Conditions, Told, told_groups, words_of
from marketplace.matching.radar.models import UnmetGroup, UnmetSearch
from marketplace.matching.radar.months import first_kept, month_of
from marketplace.matching.radar.policies import RECORD
from search.engines.base import EngineUnavailable
from search.parameters import write_params
from search.query import Query

log = structlog.get_logger(__name__)

OFFERS = frozenset({"result", "patent"})
"""A search for other kinds alone, such as demands, asks for nothing that a holder could post."""
NOT_DEMANDS = ("result", "patent", "project", "organisation")
"""What meets a group: a demand for the same only says it once more."""
READERS = INDEX_LEVELS[:2]
"""The levels of the index that whoever is signed in may find."""
MOST_A_DAY = 200
"""Searches of one organisation that count on a day; more come from no person."""
MOST_GROUPS = 500
"""So many are told of, the strongest of those that find nothing when they are searched for."""


def record_search(actor: Actor, query: Query) -> None:
    """Record a search that finds nothing; nothing happens where it finds something after all.

    The same words under the same conditions count once a day for an organisation.

    :raises Forbidden: when the actor acts for no organisation, or is staff.
    """
    policy.require(actor, RECORD)
    kinds = query.filters.get("kind", ())
    if not words_of(query.words) or (kinds and OFFERS.isdisjoint(kinds)):
        return
    conditions = conditions_in(query)
    try:
        if search_service().count(query):
            return
        if conditions and not search_service().count(_words_alone(query)):
            conditions = ()
    except EngineUnavailable:
        return
    with writing() as session:
        unit = session.get_one(Organisation, actor.organisation_id)
        # Of staff without their second step the roles don't tell.
        if not unit.is_staff_body:
            add_search(session, unit.id, query.words, conditions, today())


def conditions_in(query: Query) -> Conditions:
    """The parameters that decide what a search finds, beside its words."""
    params = write_params(SCHEMA, replace(query, offset=0, sort=""))
    return tuple(pair for pair in params if pair[0] != "q")


def add_search(
    session: Session, organisation_id: int, words: str, conditions: Conditions, day: date
) -> None:
    """Keep one search of an organisation in the present transaction, unless it is there."""
    lock_until_commit(session, f"radar {organisation_id}")
    digest = hashlib.sha256(orjson.dumps([sorted(words_of(words)), conditions])).hexdigest()
    of_day = select(UnmetSearch.digest).where(
        UnmetSearch.organisation_id == organisation_id, UnmetSearch.searched_on == day
    )
    if session.scalar(of_day.where(UnmetSearch.digest == digest)) is not None:
        return
    if (session.scalar(select(func.count()).select_from(of_day.subquery())) or 0) >= MOST_A_DAY:
        return
    session.add(
        UnmetSearch(
            organisation_id=organisation_id,
            searched_on=day,
            words=words,
            conditions=[list(pair) for pair in conditions],
            digest=digest,
        )
    )


def renew_groups() -> None:
    """Compute the groups of the whole months, and leave out those that find something now.

    Where the search doesn't answer, the groups stay as they are until the next call.
    """
    unmet_groups = (one for one in told_groups(_asked()) if not _is_met(one))
    try:
        unmet = list(islice(unmet_groups, MOST_GROUPS))
    except EngineUnavailable as reason:
        log.warning("radar_waits", reason=reason.code)
        return
    with writing() as session:
        lock_until_commit(session, "radar")
        session.execute(delete(UnmetGroup))
        session.add_all(
            UnmetGroup(**{**asdict(one), "conditions": [list(pair) for pair in one.conditions]})
            for one in unmet
        )


def forget_searches() -> None:
    """Delete the searches of months that are kept no longer."""
    with writing() as session:
        session.execute(delete(UnmetSearch).where(UnmetSearch.searched_on < first_kept(today())))


def query_of(words: str, conditions: Sequence[Sequence[str]]) -> Query:
    """The search that a group stands for, as whoever is signed in makes it."""
    params: dict[str, list[str]] = {"q": [words]}
    for name, value in conditions:
        params.setdefault(name, []).append(value)
    return replace(read_search(system("radar"), params).query, visibility=READERS)


def _asked() -> list[Asked]:
    rows = db.session.execute(
        select(
            UnmetSearch.organisation_id,
            UnmetSearch.searched_on,
            UnmetSearch.words,
            UnmetSearch.conditions,
        ).where(
            UnmetSearch.searched_on >= first_kept(today()),
            UnmetSearch.searched_on < month_of(today()),
        )
    )
    return [
        Asked(unit, month_of(day), words, tuple((name, value) for name, value in conditions))
        for unit, day, words, conditions in rows
    ]


def _is_met(group: Told) -> bool:
    query = query_of(group.words, group.conditions)
    if "kind" not in query.filters:
        query = replace(query, filters={**query.filters, "kind": NOT_DEMANDS})
    return search_service().count(query) > 0


def _words_alone(query: Query) -> Query:
    return Query(words=query.words, visibility=query.visibility)
