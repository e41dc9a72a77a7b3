"""What a saved search finds among given records, as its saver may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from marketplace.catalogue.documents import document_id, parse_document_id
from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.queries import RecordKey
from marketplace.catalogue.search_page import read_search
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.shelf.models import SavedSearch
from search.query import Query
from search.service import SearchService


def query_of(actor: Actor, search: SavedSearch) -> Query | None:
    """The search as this actor asks it now; nothing when one of its conditions is gone.

    Without a condition that no longer exists, such as a holder who left, it would find far more
    than what was asked for.
    """
    params: dict[str, list[str]] = defaultdict(list)
    for name, value in search.params:
        params[name].append(value)
    reading = read_search(actor, params)
    return None if reading.problems else reading.query


def indexed_among(query: Query, keys: Iterable[RecordKey]) -> set[RecordKey]:
    """Those of the records that the index finds with all words and conditions of the query.

    Asked of the engine past the service that counts what readers ask.

    :raises search.engines.base.EngineUnavailable: when the engine can't answer.
    """
    service = SearchService(search_service().engine, SCHEMA)
    found = service.matching(query, [document_id(*key) for key in sorted(keys)])
    return {parse_document_id(one) for one in found}


def visible_among(actor: Actor, keys: Iterable[RecordKey]) -> set[RecordKey]:
    """Those of the records that the actor may see now; one query a kind."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in keys:
        ids[kind].append(record_id)
    return {
        (kind, record_id)
        for kind, asked in ids.items()
        for record_id in db.session.scalars(
            select(RECORD_MODELS[kind].id).where(
                RECORD_MODELS[kind].id.in_(asked), visible_to(actor, RECORD_MODELS[kind])
            )
        )
    }


def found_among(actor: Actor, search: SavedSearch, keys: Iterable[RecordKey]) -> set[RecordKey]:
    """Those of the records that the search finds and its saver may see, both as of now.

    :raises search.engines.base.EngineUnavailable: when the engine can't answer.
    """
    query = query_of(actor, search)
    if query is None:
        return set()
    return visible_among(actor, indexed_among(query, keys))
