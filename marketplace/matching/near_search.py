"""What a search means beside what it says: records whose meaning is near, where words find little.

Exact words come first, always: these stand below the hits, under a heading of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from marketplace.catalogue.documents import parse_document_id
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.queries import RecordKey
from marketplace.matching.channels import PARTS, VectorChannel
from marketplace.matching.encoders import encoders_at_hand
from marketplace.matching.fusing import fuse, weight_of
from marketplace.matching.questions import Question
from marketplace.matching.tables import background, page_vectors
from marketplace.matching.vectors.indexes import indexes_at_hand
from marketplace.matching.vectors.rows import document_of
from search.engines.base import Scored
from search.query import Query
from search.semantic import encode_once

FEW = 3
"""With fewer hits that have all the words, words find little."""
SHOWN = 5
LOOKED_AT = 50


def near_records(query: Query, known: Collection[RecordKey]) -> list[RecordKey]:
    """Results and patents that mean what was searched and meet the conditions, best first.

    `known`: those that the page lists anyway. None without an encoder that reads the language of
    the words, while encoders are being loaded, and where nothing is nearer than what the
    collection says by chance.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    question = Question(query.words.strip())
    at_hand = encoders_at_hand()
    used = at_hand.used if at_hand else ()
    encoders = [one for one in used if question.language in one.languages]
    if not question.whole or not encoders:
        return []
    known_bars = background(encoders, keeps=False)
    found: dict[str, list[Scored]] = {}
    for encoder in encoders:
        (asked,) = encode_once(encoder, page_vectors(), [question.whole], "query")
        bar = known_bars.bar(encoder, asked)
        indexes = indexes_at_hand(encoder)
        for part in PARTS:
            channel = VectorChannel(
                encoder, part, indexes.of("offers", part), document_of, page_vectors()
            )
            hits = channel.find(question, LOOKED_AT)
            found[channel.name] = [hit for hit in hits if hit.score > bar]
    languages = {encoder.name: encoder.languages for encoder in encoders}
    weights = {name: weight_of(name, question.language, languages) for name in found}
    ids = [one.id for one in fuse(found, weights)]
    meeting = set(search_service().matching(replace(query, words=""), ids))
    keys = (parse_document_id(one) for one in ids if one in meeting)
    return [key for key in keys if key not in known][:SHOWN]
