"""Quality of the ranking on known items: a record is asked for by its title or its keywords.

It runs through the same service as the site, on an index of the given records alone.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypedDict

from search.documents import Document, Field, Schema
from search.engines.embedded import EmbeddedEngine
from search.query import Query
from search.service import SearchService

_RANKS = 10
_BATCH = 2_000
SCHEMA = Schema([Field("title", "text", weight=3), Field("abstract", "text")])
"""The two texts as the catalogue weighs them."""


class BadLine(ValueError):
    """A line of the file, counted from 1, is no JSON object."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is no JSON object")
        self.number = number


class Quality(TypedDict):
    """Mean reciprocal rank within the first ten, over `n` records."""

    mrr10: float
    n: int


class KnownItem(TypedDict):
    """A record as it is evaluated."""

    title: str
    abstract: str
    keywords: list[str]


def read_items(path: Path) -> Iterator[KnownItem]:
    """The records of a JSONL file that have a title and an abstract.

    Reads `title`, `abstract`, `keywords` or the same names with `_zh`; keywords may be a list or
    one text with separators. Raises BadLine, and UnicodeDecodeError for what is no UTF-8.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as problem:
                raise BadLine(number) from problem
            if not isinstance(record, dict):
                raise BadLine(number)
            title, abstract = _text(record, "title"), _text(record, "abstract")
            if title and abstract:
                yield KnownItem(title=title, abstract=abstract, keywords=_keywords(record))


def known_items(
    items: Iterable[KnownItem], by: Literal["title", "keywords"], folder: Path | None = None
) -> Quality:
    """How high records rank for their own titles, or for their first two keywords.

    By title the abstract alone is indexed; by keywords title and abstract. Records with fewer
    than two keywords are indexed, but not asked for. `folder`: where the index is made, a
    temporary one by default.
    """
    known = list(items)
    with tempfile.TemporaryDirectory() as temporary:
        service = _index(known, by, folder or Path(temporary))
        total, asked = 0.0, 0
        for position, item in enumerate(known):
            words = item["title"] if by == "title" else " ".join(item["keywords"][:2])
            if by == "keywords" and len(item["keywords"]) < 2:
                continue
            asked += 1
            answer = service.search(Query(words=words, limit=_RANKS, has_facets=False))
            ids = [hit.id for hit in answer.hits]
            if str(position) in ids:
                total += 1 / (ids.index(str(position)) + 1)
    return Quality(mrr10=round(total / asked, 4) if asked else 0.0, n=asked)


def _index(known: list[KnownItem], by: str, folder: Path) -> SearchService:
    engine = EmbeddedEngine(folder / "index", SCHEMA)
    with engine.writing() as writer:
        for start in range(0, len(known), _BATCH):
            writer.apply(
                Document(str(start + offset), _values(item, by), version=1)
                for offset, item in enumerate(known[start : start + _BATCH])
            )
    return SearchService(engine, SCHEMA)


def _values(item: KnownItem, by: str) -> Mapping[str, object]:
    if by == "title":
        return {"abstract": item["abstract"]}
    return {"title": item["title"], "abstract": item["abstract"]}


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name) or record.get(f"{name}_zh")
    return value.strip() if isinstance(value, str) else ""


def _keywords(record: Mapping[str, object]) -> list[str]:
    value = record.get("keywords") or record.get("keywords_zh") or []
    if isinstance(value, str):
        for separator in "；;，,、":
            value = value.replace(separator, "\n")
        value = value.split("\n")
    if not isinstance(value, list):
        return []
    return [k.strip() for k in value if isinstance(k, str) and k.strip()]
