"""How Elasticsearch stores a document: the mapping of a declaration, and documents of it.

What is stored stands in `stored`; every text arrives as tokens with spaces between them, so that
nothing but the whitespace analyser is needed. Queries belong to `elastic_queries`.
"""

from typing import Any

from search.documents import Document, Schema
from search.engines.stored import (
    ENTRIES,
    GRAMS,
    KEYS,
    LEVEL,
    READINGS,
    SOUNDS,
    UNITS,
    WORDS,
    range_fields,
    sort_field,
    stored_form,
    value_field,
)
from search.query import DEEPEST_HIT

_KEYWORD = {"type": "keyword"}
_LOOKED_UP = {"type": "keyword", "doc_values": False}
# A column alone: read for one document, counted never.
_COLUMN = {"type": "keyword", "index": False}


def mapping_of(schema: Schema) -> dict[str, Any]:
    """The mapping of a declaration; its fingerprint tells which declaration that was."""
    properties: dict[str, Any] = {
        LEVEL: _LOOKED_UP,
        WORDS: {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
        GRAMS: {"type": "text", "analyzer": "whitespace", "index_options": "positions"},
        UNITS: {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
        KEYS: _COLUMN,
        ENTRIES: _KEYWORD,
        READINGS: _KEYWORD,
        SOUNDS: _KEYWORD,
    }
    for declared in schema.indexed:
        if declared.name in schema.valued:
            properties[value_field(declared.name)] = _KEYWORD
        if declared.is_range:
            for name in range_fields(declared):
                properties[name] = {"type": "long"}
        if declared.sort:
            properties[sort_field(declared.name)] = {"type": "long", "index": False}
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "_meta": {"fingerprint": schema.fingerprint},
        "properties": properties,
    }


def index_settings() -> dict[str, Any]:
    """The settings of a generation under construction.

    One shard, so that counts and word frequencies are exact; a copy on another node where there
    is one. Nothing is refreshed until it answers.
    """
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": DEEPEST_HIT,
    }


def bulk_action(schema: Schema, document: Document) -> dict[str, Any]:
    """The document as a bulk request takes it. Raises TypeError or ValueError for a wrong value.

    Of two versions the greater one stays, whichever comes first.
    """
    stored = stored_form(schema, document)
    return {
        "_op_type": "index",
        "_id": stored.id,
        "version": stored.version,
        "version_type": "external_gte",
        "_source": {
            LEVEL: stored.level,
            WORDS: stored.words,
            GRAMS: stored.grams,
            UNITS: stored.units,
            KEYS: stored.keys,
            ENTRIES: stored.entries,
            READINGS: stored.readings,
            SOUNDS: stored.sounds,
            **stored.values,
            **stored.numbers,
        },
    }


def bulk_removal(document_id: str, version: int) -> dict[str, Any]:
    """The removal of a document that was there in this version or an older one."""
    return {
        "_op_type": "delete",
        "_id": document_id,
        "version": version,
        "version_type": "external_gte",
    }
