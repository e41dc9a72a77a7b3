"""Keeping the search index equal to the published records.

The outbox consumer applies changes, :func:`rebuild_index` builds a new generation beside the
old one, :func:`reconcile_index` compares versions and records an event for each difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import func, select

from marketplace.accounts.states import ORGANISATION_VERIFIED
from marketplace.catalogue.documents import (
    all_documents,
    document_id,
    documents_of,
    parse_document_id,
    published_versions,
    versions_of,
)
from marketplace.catalogue.models import (
    RECORD_MODELS,
)
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.catalogue.saving.identity import in_chunks
from marketplace.catalogue.states import LISTING_EVENTS, searched_states
from marketplace.core.actor import Actor, system
from marketplace.core.db import db, now, writing
from marketplace.core.outbox import (
    Consumer,
    NotNow,
    OutboxEvent,
    consumers_of,
    record_events,
    subscribe,
)
from marketplace.core.outbox_upkeep import subjects_since
from marketplace.core.policy import policy
from search.documents import Document
from search.engines.base import EngineUnavailable, Generation, Health, RebuildBusy, WriterBusy
from search.service import SearchService

log = structlog.get_logger(__name__)

CONSUMER = "index"
BATCH = 1000
CLOCK_MARGIN = timedelta(minutes=5)
"""How far apart the clocks of two machines may be without a change being missed."""
NEVER_AGAIN = 2**62
"""The version of a record that is not there: records are withdrawn, and none is ever deleted."""
OWNER_RENAMED = "owner_changed"
INDEX_DIFFERS = "index_differs"
LISTING_INDEXED = "listing_indexed"
"""Said of a listing once a change of it can be found, for consumers that search."""

Progress = Callable[[int, int], None]


def search_service() -> SearchService:
    """The search service of the running application."""
    service: SearchService = current_app.extensions["search"]
    return service


def apply_events(events: Sequence[OutboxEvent]) -> None:
    """Bring the index to the present state of the subjects; the order doesn't matter.

    :raises NotNow: when the search can't be written to at present, or a lost index is being
        built by somebody else.
    """
    if is_index_lost(search_service().health()):
        if not restore_lost_index(system("index")):
            raise NotNow("index_lost")
        _tell_indexed(events)
        return
    subjects: dict[str, set[int]] = defaultdict(set)
    for event in events:
        subjects[event.subject_kind].add(event.subject_id)
    try:
        with search_service().engine.writing() as writer:
            # Read under the lock: an older state must never be written after a newer one.
            db.session.rollback()
            upserts, deletes = current_state(subjects)
            writer.apply(upserts=upserts, deletes=deletes)
    except (EngineUnavailable, WriterBusy) as reason:
        raise NotNow(str(reason) or "busy") from reason
    _tell_indexed(events)


def _tell_indexed(events: Sequence[OutboxEvent]) -> None:
    """Say which listings were changed and can be found as they are now.

    Not those whose holder alone has another name, nor those that a repair put right.
    """
    changed: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.kind in LISTING_EVENTS:
            changed[event.subject_kind].add(event.subject_id)
    kinds = [kind for kind in changed if consumers_of(LISTING_INDEXED, kind)]
    if not kinds:
        return
    with writing() as session:
        for kind in kinds:
            record_events(session, LISTING_INDEXED, kind, sorted(changed[kind]))


def current_state(subjects: dict[str, set[int]]) -> tuple[list[Document], dict[str, int]]:
    """What the index should hold for these records: documents, and what must be gone."""
    upserts: list[Document] = []
    deletes: dict[str, int] = {}
    for kind, ids in subjects.items():
        documents = documents_of(kind, sorted(ids))
        upserts += documents
        present = {document.id for document in documents}
        absent = [one for one in sorted(ids) if document_id(kind, one) not in present]
        versions = versions_of(kind, absent)
        deletes |= {document_id(kind, one): versions.get(one, NEVER_AGAIN) for one in absent}
    return upserts, deletes


def spread_owner_change(events: Sequence[OutboxEvent]) -> None:
    """A holder changed or went: have every record of the holder indexed again."""
    organisation_ids = {event.subject_id for event in events}
    with writing() as session:
        for kind, (link, record_id) in OWNER_LINKS.items():
            ids = session.scalars(
                select(record_id).where(link.organisation_id.in_(organisation_ids))
            ).all()
            record_events(session, OWNER_RENAMED, kind, sorted(set(ids)))


def subscribe_indexing() -> None:
    """Let the outbox keep the index up to date."""
    subscribe(
        Consumer(
            CONSUMER,
            LISTING_EVENTS | {ORGANISATION_VERIFIED, OWNER_RENAMED, INDEX_DIFFERS},
            apply_events,
            batch=BATCH,
        )
    )
    subscribe(
        Consumer(
            "owner-names",
            # A holder that is new has no record yet that was indexed without it.
            LISTING_EVENTS - {"listing_published"} | {ORGANISATION_VERIFIED},
            spread_owner_change,
            subject_kinds=frozenset({"organisation"}),
        )
    )


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: documents in the new generation, and the name of it."""

    documents: int
    generation: str


def rebuild_index(actor: Actor, on_progress: Progress | None = None) -> Rebuilt:
    """Build a new generation beside the present one, catch up, swap.

    Searches and changes go on meanwhile: events that were waiting when it began or that came
    later are applied again to the new generation before it takes over.

    :raises search.engines.base.RebuildBusy: when another rebuild is running.
    """
    policy.require(actor, "search.rebuild")
    engine = search_service().engine
    started = now() - CLOCK_MARGIN
    total = count_published()
    generation = engine.begin_generation()
    done = 0
    try:
        for kind in RECORD_MODELS:
            for documents in all_documents(kind):
                generation.apply(upserts=documents)
                done += len(documents)
                if on_progress:
                    on_progress(done, total)

        def catch_up(target: Generation) -> None:
            db.session.rollback()
            for kind, ids in subjects_since(CONSUMER, started).items():
                for chunk in in_chunks(sorted(ids)):
                    upserts, deletes = current_state({kind: set(chunk)})
                    target.apply(upserts=upserts, deletes=deletes)

        engine.activate(generation, catch_up=catch_up)
    except BaseException:
        generation.abandon()
        raise
    health = search_service().health()
    return Rebuilt(health.documents, health.generation)


def needs_rebuild() -> bool:
    """Whether the index is of other fields or tokens, or lost."""
    health = search_service().health()
    return health.needs_reindex or is_index_lost(health)


def is_index_lost(health: Health) -> bool:
    """Whether there is no index at all for what is published.

    So after it was deleted, after a node came back without its data, and when a market moves to
    another engine.
    """
    return health.is_ready and not health.generation and count_published() > 0


def restore_lost_index(actor: Actor) -> bool:
    """Build the index anew where it is lost; whether that was done.

    Writing single changes would make an index of them alone, which nobody would miss anything in.
    """
    if not is_index_lost(search_service().health()):
        return False
    try:
        rebuilt = rebuild_index(actor)
    except (EngineUnavailable, RebuildBusy, WriterBusy) as reason:
        log.warning("index_not_restored", reason=type(reason).__name__)
        return False
    log.warning("index_restored", documents=rebuilt.documents)
    return True


def count_published() -> int:
    """How many published records there are."""
    return sum(
        db.session.scalar(select(func.count()).where(model.state.in_(searched_states(kind)))) or 0
        for kind, model in RECORD_MODELS.items()
    )


@dataclass(frozen=True)
class Difference:
    """Where index and database differ: ids only in one of them, or of another version."""

    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    outdated: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the index holds exactly the published records in their present versions."""
        return not (self.missing or self.surplus or self.outdated)


def compare_index() -> Difference:
    """Compare the versions in the index with those in the database."""
    indexed = dict(search_service().engine.versions())
    missing, outdated = [], []
    for name, version in _all_versions():
        held = indexed.pop(name, None)
        if held is None:
            missing.append(name)
        elif held != version:
            outdated.append(name)
    return Difference(tuple(missing), tuple(sorted(indexed)), tuple(outdated))


def reconcile_index(actor: Actor) -> Difference:
    """Record an event for each difference, so that the outbox mends it; returns them."""
    policy.require(actor, "search.rebuild")
    difference = compare_index()
    ids: dict[str, list[int]] = defaultdict(list)
    for name in (*difference.missing, *difference.surplus, *difference.outdated):
        kind, record_id = parse_document_id(name)
        ids[kind].append(record_id)
    with writing() as session:
        for kind, differing in ids.items():
            record_events(session, INDEX_DIFFERS, kind, differing)
    return difference


def _all_versions() -> Iterator[tuple[str, int]]:
    for kind in RECORD_MODELS:
        yield from published_versions(kind)
