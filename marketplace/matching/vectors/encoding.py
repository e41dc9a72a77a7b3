"""Encoding what is published, in the background; a record is found by words meanwhile.

Demands have a consumer of their own, so that an import of records doesn't hold them up. Matching
hears of a record when this is done, or at once where there is no encoder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.catalogue.indexing import LISTING_INDEXED
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.saving.identity import in_chunks
from marketplace.catalogue.states import searched_states
from marketplace.core.actor import Actor
from marketplace.core.db import db, writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.outbox import Consumer, OutboxEvent, record_events, subscribe
from marketplace.core.policy import policy
from marketplace.matching.channels import passages_of
from marketplace.matching.encoders import market_encoders
from marketplace.matching.policies import ENCODE
from marketplace.matching.subjects import DEMAND, KINDS, OFFERS, Subject, read_subjects
from marketplace.matching.vectors.indexes import indexes_of
from marketplace.matching.vectors.keeping import VectorsInDatabase
from marketplace.matching.vectors.models import RecordVector
from search.semantic import Encoder, encode_once
from search.semantic.store import vector_key
from search.text import normalise

LISTING_ENCODED = "listing_encoded"
"""Said of a record once everything is there by which it can be matched."""
VECTORS_MISSING = "vectors_missing"
CONSUMERS = ("vectors", "vectors-of-demands")
BATCH = 32
"""Records of one turn: about a second."""
LOCK = "record-vectors"


def subscribe_encoding() -> None:
    """Have the outbox tell what has been published or changed."""
    kinds = frozenset({LISTING_INDEXED, VECTORS_MISSING})
    for name, subjects in zip(CONSUMERS, (frozenset(OFFERS), frozenset({DEMAND})), strict=True):
        subscribe(
            Consumer(
                name,
                kinds,
                _encode_events,
                batch=BATCH,
                subject_kinds=subjects,
                takes_long=True,
            )
        )


def is_encoding_behind() -> bool:
    """Whether more records wait for their vectors than a batch: what they find now, they would
    find again.
    """
    return _waits(CONSUMERS[:1], more_than=BATCH)


def _waits(consumers: Sequence[str], more_than: int) -> bool:
    waiting = select(OutboxEvent.id).where(
        OutboxEvent.consumer.in_(consumers),
        OutboxEvent.done_at.is_(None),
        OutboxEvent.dead_at.is_(None),
    )
    return db.session.scalar(waiting.offset(more_than).limit(1)) is not None


def _encode_events(events: Sequence[OutboxEvent]) -> None:
    ids: dict[str, set[int]] = defaultdict(set)
    for event in events:
        ids[event.subject_kind].add(event.subject_id)
    for kind, record_ids in ids.items():
        encode_records(kind, sorted(record_ids))


def encode_records(kind: str, record_ids: Sequence[int]) -> None:
    """Bring the vectors of these records to their present state, and say so to matching."""
    db.session.rollback()
    found = read_subjects(kind, record_ids)
    for encoder in market_encoders().used:
        _encode(encoder, list(found.values()))
    with writing() as session:
        # Whoever follows the ids of the rows must never see a higher one before a lower one.
        lock_until_commit(session, LOCK)
        for encoder in market_encoders().used:
            _keep_rows(session, encoder, kind, record_ids, found)
        record_events(session, LISTING_ENCODED, kind, sorted(record_ids))


def encode_missing(actor: Actor) -> int:
    """Have everything encoded that is published and lacks a vector of an encoder; how many.

    So after the encoders changed, or where records were there before them; none while others
    still wait, who may be the same. Writes the files of the indexes anew, too, where much has
    changed since.

    :raises Forbidden: for anybody but the system.
    """
    policy.require(actor, ENCODE)
    names = [encoder.name for encoder in market_encoders().used]
    missing = 0
    for kind in () if _waits(CONSUMERS, more_than=0) else KINDS:
        ids = list(_without_vectors(kind, names))
        for chunk in in_chunks(ids):
            with writing() as session:
                record_events(session, VECTORS_MISSING, kind, chunk)
        missing += len(ids)
    for encoder in market_encoders().used:
        indexes_of(encoder).save_if_worth()
    return missing


def _encode(encoder: Encoder, subjects: Sequence[Subject]) -> None:
    """Put into the store what it lacks of these; demands also as what they ask, part by part."""
    store = VectorsInDatabase()
    passages = [text for one in subjects for text in _passages(one).values()]
    encode_once(encoder, store, passages)
    for one in subjects:
        if one.kind == DEMAND:
            texts = [one.question.whole, *one.question.parts]
            asked = [row.text for row in one.indicators(one.title.language_of("zh"))]
            encode_once(encoder, store, [*texts, *asked], "query")


def _passages(subject: Subject) -> dict[str, str]:
    return {
        str(part): text
        for part, text in passages_of(subject.passage.title, subject.passage.text).items()
    }


def _keep_rows(
    session: Session,
    encoder: Encoder,
    kind: str,
    record_ids: Sequence[int],
    found: dict[int, Subject],
) -> None:
    of_these = (
        RecordVector.kind == kind,
        RecordVector.encoder == encoder.name,
        RecordVector.record_id.in_(record_ids),
    )
    session.execute(delete(RecordVector).where(*of_these))
    for record_id in record_ids:
        subject = found.get(record_id)
        keys: dict[str, bytes | None] = {"whole": None, "title": None}
        if subject is not None:
            keys |= {
                part: vector_key(encoder.name, "passage", normalise(text))
                for part, text in _passages(subject).items()
            }
        session.add(
            RecordVector(
                kind=kind,
                record_id=record_id,
                encoder=encoder.name,
                version=subject.version if subject else 0,
                whole_key=keys["whole"],
                title_key=keys["title"],
            )
        )


def _without_vectors(kind: str, encoders: Sequence[str]) -> Iterator[int]:
    model = RECORD_MODELS[kind]
    ids: set[int] = set()
    for name in encoders:
        has_row = select(RecordVector.id).where(
            RecordVector.kind == kind,
            RecordVector.record_id == model.id,
            RecordVector.encoder == name,
            RecordVector.whole_key.is_not(None),
        )
        lacking = select(model.id).where(model.state.in_(searched_states(kind)), ~has_row.exists())
        ids.update(db.session.scalars(lacking))
    db.session.rollback()
    return iter(sorted(ids))
