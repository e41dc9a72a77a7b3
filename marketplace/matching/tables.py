"""The requirement table of a match, from what both sides say at present.

It is made when it is looked at, so that it is never out of date and quotes nothing that anybody
else may not read. Vectors that are not there yet are made on the spot and not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import cast

import numpy as np
from flask import current_app
from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.i18n import language
from marketplace.matching.encoders import market_encoders
from marketplace.matching.facts import Fact
from marketplace.matching.questions import Question
from marketplace.matching.reasons import Background, Requirement, requirements_of
from marketplace.matching.subjects import DEMAND, Subject
from marketplace.matching.suggesting import facts_between
from marketplace.matching.vectors.keeping import VectorsForPages, vector_of
from marketplace.matching.vectors.models import RecordVector, Vector
from search.semantic import Encoder, Vectors

BACKGROUND_SIZE = 1_000
BACKGROUND_SECONDS = 600.0


@dataclass(frozen=True)
class Comparison:
    """A demand beside a record: a row for each requirement, and the facts of both."""

    requirements: list[Requirement]
    facts: list[Fact]

    def count(self, verdict: str) -> int:
        """How many requirements have this verdict."""
        return sum(row.verdict == verdict for row in self.requirements)


def compare(demand: Subject, record: Subject) -> Comparison:
    """The table of a demand and a record, in the language of the page where both have it."""
    code = language()
    asked = Question(demand.title.in_language(code), "\n".join(demand.texts(code).values()))
    store = _page_vectors()
    encoders = market_encoders().used
    return Comparison(
        requirements_of(
            asked,
            demand.indicators(code),
            record.texts(code, has_title=True),
            encoders,
            _background(encoders),
            {encoder.name: store for encoder in encoders},
        ),
        facts_between(demand, record),
    )


def _page_vectors() -> VectorsForPages:
    return cast(
        VectorsForPages,
        current_app.extensions.setdefault("page_vectors", VectorsForPages()),
    )


def _background(encoders: Sequence[Encoder]) -> Background:
    """What counts as near in this market: titles of records, drawn anew every ten minutes."""
    kept = current_app.extensions.get("matching_background")
    if kept is None or kept[0] < monotonic():
        drawn = {encoder.name: _drawn(encoder) for encoder in encoders}
        found = Background({name: rows for name, rows in drawn.items() if len(rows)})
        kept = (monotonic() + BACKGROUND_SECONDS, found)
        current_app.extensions["matching_background"] = kept
    return cast(Background, kept[1])


def _drawn(encoder: Encoder) -> Vectors:
    """Vectors of some titles, evenly from all that there are."""
    of_offers = (RecordVector.encoder == encoder.name, RecordVector.kind != DEMAND)
    count = db.session.scalar(select(func.count()).where(*of_offers)) or 0
    step = max(1, count // BACKGROUND_SIZE)
    rows = db.session.scalars(
        select(Vector.numbers)
        .join(RecordVector, RecordVector.title_key == Vector.key)
        .where(*of_offers, RecordVector.id % step == 0)
        .limit(BACKGROUND_SIZE)
    ).all()
    if not rows:
        return np.zeros((0, encoder.dimensions), dtype=np.float32)
    return np.stack([vector_of(numbers) for numbers in rows])
