"""The requirement table of a match, from what both sides say at present.

It is made when it is looked at, so that it is never out of date and quotes nothing that anybody
else may not read. Vectors that are not there yet are made on the spot and not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import cast

import numpy as np
import structlog
from flask import current_app
from sqlalchemy import Row, func, select

from marketplace.core.db import db
from marketplace.core.i18n import language, today
from marketplace.matching.encoders import market_encoders, note_breakage
from marketplace.matching.facts import Fact, facts_of
from marketplace.matching.reasons import Background, Requirement, requirements_of
from marketplace.matching.subjects import OFFERS, Subject, read_subjects
from marketplace.matching.vectors.keeping import VectorsForPages, VectorsInDatabase
from marketplace.matching.vectors.models import RecordVector
from search.semantic import Encoder, Vectors, VectorStore, encode_once
from search.semantic.store import vector_key
from search.text import normalise

log = structlog.get_logger(__name__)

DRAWN_RECORDS = 200
"""Records whose sentences tell what counts as near: some 1,000 sentences."""
BACKGROUND_SECONDS = 600.0
FEW_SENTENCES, FEW_SECONDS = 1_000, 20.0
"""A market that is only being filled is looked at again sooner."""
_drawing = Lock()


@dataclass(frozen=True)
class Comparison:
    """A demand beside a record: a row for each requirement, and the facts of both."""

    requirements: list[Requirement]
    facts: list[Fact]

    @property
    def meets_something(self) -> bool:
        """Whether any requirement is met."""
        return self.count("met") > 0

    @property
    def meets_a_figure(self) -> bool:
        """Whether an indicator is met."""
        return any(row.kind == "indicator" and row.verdict == "met" for row in self.requirements)

    def count(self, verdict: str) -> int:
        """How many requirements have this verdict."""
        return sum(row.verdict == verdict for row in self.requirements)


def compare(demand: Subject, record: Subject, *, keeps: bool = False) -> Comparison:
    """The table of a demand and a record, in the language of the page where the demand has it.

    Both in one language, if the record has it too: a figure is met by one of the same words, and a
    demand in one language has one verdict on every page.
    `keeps`: vectors that have to be made stay in the database, as they do in the background; a
    page may not write. Where an encoder breaks, words alone tell, and `encoder_sentences` says so.
    """
    encoders = market_encoders().used
    try:
        return _compared(demand, record, encoders, keeps)
    except Exception:  # an encoder's own; words do without
        if not encoders:
            raise
        log.exception("comparison_without_encoders")
        note_breakage()
        return _compared(demand, record, (), keeps)


def _compared(
    demand: Subject, record: Subject, encoders: Sequence[Encoder], keeps: bool
) -> Comparison:
    code = language()
    question = demand.question_in(code)
    store: VectorStore = VectorsInDatabase() if keeps else page_vectors()
    return Comparison(
        requirements_of(
            question,
            demand.indicators(code),
            record.texts(question.language, has_title=True),
            encoders,
            background(encoders, keeps),
            {encoder.name: store for encoder in encoders},
        ),
        facts_between(demand, record),
    )


def facts_between(demand: Subject, record: Subject) -> list[Fact]:
    """The structured facts of a demand and a record, as of today."""
    return facts_of(demand.wanted, record.offered, today())


def page_vectors() -> VectorsForPages:
    """Where the vectors lie that pages of this process ask for."""
    return cast(
        VectorsForPages,
        current_app.extensions.setdefault("page_vectors", VectorsForPages()),
    )


def background(encoders: Sequence[Encoder], keeps: bool) -> Background:
    """What counts as near in this market, drawn anew every ten minutes; see `compare`."""
    names = tuple(one.name for one in encoders)
    all_kept: dict[tuple[str, ...], tuple[float, Background]]
    all_kept = current_app.extensions.setdefault("matching_background", {})
    kept = all_kept.get(names)
    # Who finds another thread drawing waits for it only where there is nothing yet.
    if (kept is None or kept[0] < monotonic()) and _drawing.acquire(blocking=kept is None):
        try:
            kept = all_kept.get(names)
            if kept is None or kept[0] < monotonic():
                kept = all_kept[names] = _drawn(encoders, keeps)
        finally:
            _drawing.release()
    assert kept is not None  # noqa: S101 - the lock is waited for where there is nothing
    return kept[1]


def _drawn(encoders: Sequence[Encoder], keeps: bool) -> tuple[float, Background]:
    """A background, and until when it holds."""
    texts = _drawn_sentences() if encoders else []
    found = Background({one.name: _vectors(one, texts, keeps) for one in encoders})
    seconds = FEW_SECONDS if len(texts) < FEW_SENTENCES else BACKGROUND_SECONDS
    return monotonic() + seconds, found


def _drawn_sentences() -> list[str]:
    """Sentences of records, evenly from all that there are: in every process the same ones."""
    rows = {(row.kind, row.record_id) for row in map(_next_offer, _even_ids()) if row is not None}
    drawn = [
        subject
        for kind in OFFERS
        for subject in read_subjects(kind, sorted(id for of, id in rows if of == kind)).values()
    ]
    return list(dict.fromkeys(text for one in drawn for text in one.question.parts))


def _even_ids() -> list[int]:
    """Ids from the first row to the last, evenly; nothing has to be counted for them."""
    # Asked for in one, SQLite would read all rows for them.
    first, last = (
        db.session.scalar(select(end(RecordVector.id))) or 0 for end in (func.min, func.max)
    )
    if not last:
        return []
    steps = DRAWN_RECORDS - 1
    return sorted({first + (last - first) * step // steps for step in range(DRAWN_RECORDS)})


def _next_offer(row_id: int) -> Row[str, int] | None:
    """The first row of a record from an id on."""
    return db.session.execute(
        select(RecordVector.kind, RecordVector.record_id)
        .where(
            RecordVector.id >= row_id,
            RecordVector.kind.in_(OFFERS),
            RecordVector.whole_key.is_not(None),
        )
        .order_by(RecordVector.id)
        .limit(1)
    ).one_or_none()


def _vectors(encoder: Encoder, texts: Sequence[str], keeps: bool) -> Vectors:
    """Of these sentences; on a page only those that the background has encoded already."""
    store = VectorsInDatabase()
    if keeps:
        return encode_once(encoder, store, texts)
    keys = [vector_key(encoder.name, "passage", normalise(text)) for text in texts]
    held = list(store.get(keys).values())
    return np.stack(held) if held else np.zeros((0, encoder.dimensions), dtype=np.float32)
