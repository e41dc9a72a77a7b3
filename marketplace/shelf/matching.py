"""Which saved searches find a changed record: a consumer of what the index has just taken in.

Only changed records are looked at, only for searches that somebody wants to hear of, and only
what a search finds with all its words. A record counts once for a search, however often it
changes.

How it stays bounded: a batch holds at most 200 records. Searches with equal parameters and
visibility are asked once; each costs one question to the engine, restricted to the ids of the
batch, without counts, advice or order. Only where there is a hit the database is asked, a query a
kind, whether the saver may see it. On two shared cores 1,000 saved searches of 903 wordings over
200 changed records of 4,097 in the embedded index took 1.5 s, over 1,000 records 4.5 s. While the
index itself is far behind, as in a large import, this consumer stands back, for records must be
found first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Select, func, select

from marketplace.accounts.acting import actors_in_absence
from marketplace.accounts.models import Person
from marketplace.catalogue.indexing import BATCH as INDEX_FAR_BEHIND
from marketplace.catalogue.indexing import CONSUMER as INDEX
from marketplace.catalogue.indexing import LISTING_INDEXED
from marketplace.catalogue.queries import RecordKey
from marketplace.core.actor import Actor
from marketplace.core.db import db, writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.outbox import Consumer, NotNow, OutboxEvent, subscribe
from marketplace.shelf.announcing import announce
from marketplace.shelf.finding import indexed_among, query_of, visible_among
from marketplace.shelf.models import Frequency, SavedSearch, SearchMatch
from search.engines.base import EngineUnavailable

CONSUMER = "saved-searches"
BATCH = 200
SEARCHES_AT_ONCE = 500

Matches = Mapping[int, set[RecordKey]]


def subscribe_matching() -> None:
    """Let the outbox find for saved searches."""
    subscribe(Consumer(CONSUMER, frozenset({LISTING_INDEXED}), _match_events, batch=BATCH))


def _match_events(events: Sequence[OutboxEvent]) -> None:
    if not db.session.scalar(select(_wanted().exists())):
        return
    if _index_backlog() > INDEX_FAR_BEHIND:
        raise NotNow("the index catches up first")
    try:
        matches = find_matches({(event.subject_kind, event.subject_id) for event in events})
    except EngineUnavailable as reason:
        raise NotNow(reason.code) from reason
    keep_matches(matches)
    if matches:
        announce(Frequency.AT_ONCE)


def find_matches(changed: set[RecordKey]) -> Matches:
    """What each search that somebody wants to hear of finds among changed records, by its id.

    :raises search.engines.base.EngineUnavailable: when the engine can't answer.
    """
    asked: dict[object, set[RecordKey]] = {}
    matches: dict[int, set[RecordKey]] = {}
    for search, actor in _searches_with_savers():
        query = query_of(actor, search)
        if query is None:
            continue
        question = (query.visibility, tuple(map(tuple, search.params)))
        if question not in asked:
            asked[question] = indexed_among(query, changed)
        if found := visible_among(actor, asked[question]):
            matches[search.id] = found
    return matches


def keep_matches(matches: Matches) -> None:
    """Write down what searches found, where they haven't found it before."""
    if not matches:
        return
    with writing() as session:
        # Two batches may bring the same record at once.
        lock_until_commit(session, CONSUMER)
        wanted = _wanted().where(SavedSearch.id.in_(matches)).with_only_columns(SavedSearch.id)
        known: dict[int, set[RecordKey]] = defaultdict(set)
        for search_id, kind, record_id in session.execute(
            select(SearchMatch.search_id, SearchMatch.kind, SearchMatch.record_id).where(
                SearchMatch.search_id.in_(matches),
                SearchMatch.record_id.in_({key[1] for keys in matches.values() for key in keys}),
            )
        ):
            known[search_id].add((kind, record_id))
        session.add_all(
            SearchMatch(search_id=search_id, kind=kind, record_id=record_id)
            for search_id in session.scalars(wanted).all()
            for kind, record_id in sorted(matches[search_id] - known[search_id])
        )


def _searches_with_savers() -> Iterator[tuple[SavedSearch, Actor]]:
    """The searches that somebody wants to hear of, each with its saver, some hundred at a time."""
    last_id = 0
    while True:
        part = db.session.execute(
            _wanted()
            .join(Person)
            .where(Person.closed_at.is_(None), SavedSearch.id > last_id)
            .add_columns(Person)
            .order_by(SavedSearch.id)
            .limit(SEARCHES_AT_ONCE)
        ).all()
        if not part:
            return
        last_id = part[-1][0].id
        actors = actors_in_absence([(person, one.organisation_id) for one, person in part])
        yield from zip((one for one, _person in part), actors, strict=True)


def _wanted() -> Select[SavedSearch]:
    return select(SavedSearch).where(SavedSearch.frequency != Frequency.OFF)


def _index_backlog() -> int:
    waiting = select(func.count()).where(
        OutboxEvent.consumer == INDEX,
        OutboxEvent.done_at.is_(None),
        OutboxEvent.dead_at.is_(None),
    )
    return db.session.scalar(waiting) or 0
