"""Questions for the search, drawn from the records themselves: the same ones on every run.

Each comes in two forms: as a reader asks it, and as the tokens that an engine looks up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.documents import document_id
from marketplace.catalogue.models import Patent, Result
from marketplace.core.db import db
from search.engines.base import Engine, Found, Request
from search.engines.stored import ENTRIES, READINGS
from search.pinyin import syllables_of
from search.query import Query, read_box
from search.service import ENOUGH_HITS, SearchService
from search.text import phrase_tokens, present
from tests.benchmarks.bare import Bare
from tests.benchmarks.records import SOURCE

SEED = 4_711
_TRIES = 40
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{6,}")


@dataclass(frozen=True, slots=True)
class Case:
    """One question. Which parts are filled in depends on the kind."""

    query: Query
    tokens: tuple[str, ...] = ()
    prefix: str = ""
    lookups: tuple[tuple[str, str], ...] = ()
    plain_prefixes: tuple[str, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A record from which questions are drawn."""

    id: str
    kind: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    english: tuple[str, ...]
    tech_field: str


class Cases:
    """Draws questions from the open catalogue; `seed` tells apart those that warm up."""

    def __init__(self, service: SearchService, bare: Bare, seed: int = SEED) -> None:
        self._service = service
        self._bare = bare
        self._rng = Random(seed)
        self._records = self._read()

    def draw(self, kind: str, count: int) -> list[Case]:
        """`count` distinct questions of a kind; fewer where the records do not give more."""
        make: Callable[[], Case | None] = getattr(self, f"_{kind}")
        found: dict[object, Case] = {}
        for _ in range(count * _TRIES):
            case = make()
            if case is not None:
                found.setdefault((case.query.words, case.prefix, case.record), case)
            if len(found) == count:
                break
        return list(found.values())

    def pages(self) -> Iterator[list[tuple[str, str]]]:
        """Parameters of searches as readers make them: few words, some with a filter."""
        while True:
            record = next(self._records)
            words = [self._rng.choice((*record.keywords, *self._title_words(record)))]
            if self._rng.random() < 0.45:
                words.append(self._rng.choice(next(self._records).keywords))
            if self._rng.random() < 0.1:
                words.append(self._rng.choice(record.keywords))
            params = [("q", " ".join(dict.fromkeys(words)))]
            if self._rng.random() < 0.25:
                params.append(("kind", record.kind))
            if self._rng.random() < 0.1:
                params.append(("field", record.tech_field))
            yield params

    def _and(self) -> Case | None:
        record = next(self._records)
        words = self._rng.sample(self._title_words(record), k=2)
        words += self._rng.sample(record.keywords, k=1)
        tokens = _tokens(" ".join(words))
        if len(tokens) < 2 or self._bare.all_of(tokens) < ENOUGH_HITS:
            tokens = tokens[:2]
        if len(tokens) < 2 or self._bare.all_of(tokens) < ENOUGH_HITS:
            return None
        return _plain(" ".join(tokens))

    def _or(self, *, has_facets: bool = False) -> Case | None:
        words = [*self._title_words(next(self._records))[:3]]
        words += self._rng.sample(next(self._records).keywords, k=2)
        tokens = _tokens(" ".join(words))
        if not 3 <= len(tokens) <= 6 or self._bare.all_of(tokens) >= ENOUGH_HITS:
            return None
        return _plain(" ".join(tokens), has_facets=has_facets)

    def _or_facets(self) -> Case | None:
        return self._or(has_facets=True)

    def _filtered(self) -> Case | None:
        record = next(self._records)
        tokens = _tokens(self._rng.choice(record.keywords))
        if len(tokens) != 1:
            return None
        filters = {"kind": (record.kind,), "tech_field": (record.tech_field,)}
        query = Query(tokens[0], filters=filters, sort="date", has_facets=False)
        return Case(query, tokens)

    def _phrase(self) -> Case | None:
        runs = _HAN_RUN.findall(next(self._records).abstract)
        if not runs:
            return None
        run = self._rng.choice(runs)
        length = self._rng.randint(4, 6)
        start = self._rng.randint(0, len(run) - length)
        text = run[start : start + length]
        return Case(Query(f'"{text}"', has_facets=False), phrase_tokens(text))

    def _suggestion(self) -> Case | None:
        record = next(self._records)
        turn = self._rng.random()
        if turn < 0.6:
            text = self._rng.choice((*record.keywords, *self._title_words(record)))
            prefix = text[: self._rng.randint(1, 3)]
            return _typed(prefix, ((ENTRIES, prefix.lower()),))
        if turn < 0.85:
            syllables = syllables_of(self._rng.choice(record.keywords))
            if len(syllables) < 2:
                return None
            # All of the first syllable and the initial of the second: lid for 锂电.
            prefix = syllables[0] + syllables[1][0]
            initials = syllables[0][0] + syllables[1][0]
            return _typed(prefix, ((ENTRIES, prefix), (READINGS, initials)))
        if not record.english:
            return None
        prefix = self._rng.choice(record.english)[:3]
        return _typed(prefix, ((ENTRIES, prefix.lower()),))

    def _similar(self) -> Case | None:
        record = next(self._records)
        tokens = _asked(self._service, record.id)
        return Case(Query(), tokens, record=record.id) if tokens else None

    def _title_words(self, record: Drawn) -> list[str]:
        words = [word.text for word in read_box(record.title).words if len(word.text) > 1]
        return words if len(words) > 1 else [*words, *record.keywords]

    def _read(self) -> Iterator[Drawn]:
        """Records from all over the catalogue, without end."""
        ids = {"result": _ids(Result), "patent": _ids(Patent)}
        while True:
            kind = "result" if self._rng.random() < 0.65 else "patent"
            model: Any = Result if kind == "result" else Patent
            wanted = sorted(self._rng.choice(ids[kind]) for _ in range(200))
            rows = db.session.execute(
                select(model.id, model.title, model.abstract, model.keywords, model.tech_field)
                .where(model.id.in_(wanted))
            ).all()  # fmt: skip
            db.session.rollback()
            for row in self._rng.sample(rows, k=len(rows)):
                yield Drawn(
                    document_id(kind, row.id),
                    kind,
                    row.title.zh,
                    row.abstract.zh,
                    tuple(row.keywords["zh"]),
                    tuple(row.title.en.split()),
                    row.tech_field or "1",
                )


def _ids(model: Any) -> Sequence[int]:
    return db.session.scalars(select(model.id).where(model.source == SOURCE)).all()


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(word.token for word in read_box(text).words)


def _plain(text: str, *, has_facets: bool = False) -> Case | None:
    """A question of bare words; none when they are read otherwise once they stand together."""
    return Case(Query(text, has_facets=has_facets), _tokens(text))


def _typed(prefix: str, lookups: tuple[tuple[str, str], ...]) -> Case:
    return Case(Query(), prefix=prefix, lookups=lookups, plain_prefixes=(present(prefix).lower(),))


class _Listening:
    """The engine, which remembers what it was asked last."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked: Request | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def find(self, request: Request) -> Found:
        self.asked = request
        return self._engine.find(request)


def _asked(service: SearchService, record: str) -> tuple[str, ...]:
    """The words by which the service looks for records like this one."""
    listening = _Listening(service.engine)
    SearchService(listening, service.schema).similar(record)
    if listening.asked is None:
        return ()
    return tuple(need.alternatives[0].tokens[0] for need in listening.asked.needs)
