"""Looking for what a broker proposes, and for which demand: by words, by title or by number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from marketplace.catalogue import wording
from marketplace.catalogue.documents import parse_document_id
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.list_rows import Row, rows_of
from marketplace.catalogue.queries import RecordKey, read_listings
from marketplace.catalogue.search_page import read_search
from marketplace.core.actor import Actor
from marketplace.core.web.numbers import number_of
from marketplace.matching.subjects import DEMAND, OFFERS, read_subjects

CHOICES = {"demand": (DEMAND,), "record": OFFERS}
"""What is chosen, to the kinds of record that it may be."""
LONGEST_SOUGHT = 100
FOUND = 8
_NUMBER = re.compile(r"(?:(?:\S*/)?(result|patent|demand)s?[-/])?(\d+)", re.ASCII)


def choices_for(actor: Actor, choice: str, text: str) -> list[tuple[RecordKey, Row]]:
    """What may be meant, at most :data:`FOUND`: what has the number first, then what has the words.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    text = text.strip()[:LONGEST_SOUGHT]
    if not text:
        return []
    kinds = CHOICES[choice]
    keys = _by_number(kinds, text)
    query = read_search(actor, {"q": [text]}, limit=FOUND).query
    asked = replace(query, filters={"kind": kinds}, has_facets=False)
    keys += [parse_document_id(hit.id) for hit in search_service().search(asked).hits]
    listings = read_listings(actor, list(dict.fromkeys(keys))[:FOUND])
    return [((one.kind, one.id), row) for one, row in zip(listings, rows_of(listings), strict=True)]


def address_choosing(chosen: Mapping[str, str], key: RecordKey) -> str:
    """The page of a proposal with one more thing chosen."""
    kind, record_id = key
    new = {"demand": record_id} if kind == DEMAND else {"kind": kind, "record": record_id}
    parameters: dict[str, Any] = {**chosen, **new}
    return url_for("matching.propose", **parameters)


def line_below(key: RecordKey, row: Row) -> str:
    """What tells two of one title apart."""
    return " ".join(part for part in (wording.kind_name(key[0]), row.line) if part)


def _by_number(kinds: tuple[str, ...], text: str) -> list[RecordKey]:
    """Those of this number that can be proposed now: ``12``, ``result-12``, or its address."""
    found = _NUMBER.fullmatch(urlsplit(text).path.rstrip("/"))
    number = number_of(found[2]) if found else None
    if found is None or not number:
        return []
    named = [kind for kind in kinds if found[1] in (None, kind)]
    return [(kind, number) for kind in named if read_subjects(kind, [number])]
