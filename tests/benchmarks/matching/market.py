"""A market to match in: a catalogue of synthetic records, open demands, vectors of all of them.

Records and index are those of the other benchmark's catalogue where it has been built.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select

from marketplace.catalogue.indexing import current_state, search_service
from marketplace.catalogue.models import RECORD_MODELS, Demand
from marketplace.core.codelists import find_code
from marketplace.core.db import Base, db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.matching.channels import PARTS
from marketplace.matching.encoders import market_encoders
from marketplace.matching.subjects import DEMAND, KINDS, OFFERS
from marketplace.matching.vectors.encoding import encode_records
from marketplace.matching.vectors.indexes import FollowingIndexes, indexes_of
from marketplace.matching.vectors.keeping import VectorsInDatabase
from marketplace.matching.vectors.models import RecordVector
from search.semantic import Encoder, Vectors
from search.semantic.store import vector_key
from tests.benchmarks import records
from tests.benchmarks.catalogue import Catalogue, Say
from tests.benchmarks.engines import Addresses
from tests.benchmarks.matching.vectors import encoded, perturbed, read_rows

DEMANDS = 10_000
ASKED = 100
"""Real demands, and records, that are looked for; their vectors are those of their own texts."""
_AT_ONCE = 10_000
_VERSION = 1


@dataclass(frozen=True)
class Asked:
    """Whose matches are looked for: demands, and records by kind."""

    demands: list[int]
    records: list[tuple[str, int]]


class MatchingMarket:
    """The catalogue of one size with 10,000 open demands, in a folder of its own."""

    def __init__(self, root: Path, size: int, data: Path) -> None:
        self.catalogue = Catalogue(root / "matching", size, Addresses())
        self._known = Catalogue(root, size, Addresses())
        self._root, self._data = root, data

    def build(self, say: Say) -> None:
        """Build what is missing."""
        self._copy_records(say)
        self.catalogue.build(say, has_yardsticks=False)
        with self.catalogue.opened():
            self.catalogue.step("demands", _VERSION, lambda: self._insert_demands(say))
            for encoder in market_encoders(threads=2).used:
                name = f"vectors-{encoder.name.replace('/', '-')}"
                self.catalogue.step(name, _VERSION, lambda one=encoder: self._insert(one, say))
            self.catalogue.step("asked", _VERSION, lambda: self._encode_asked(say))

    def asked(self) -> Asked:
        """Whose matches are looked for: the real demands, and records from all over."""
        demands = db.session.scalars(
            select(Demand.id).where(Demand.id > DEMANDS).order_by(Demand.id).limit(ASKED)
        ).all()
        found: list[tuple[str, int]] = []
        for kind in OFFERS:
            count = _count(kind)
            step = max(count // (ASKED // len(OFFERS)), 1)
            found += [(kind, one) for one in range(1, count + 1, step)][: ASKED // len(OFFERS)]
        return Asked(list(demands), found)

    def _copy_records(self, say: Say) -> None:
        known, own = self._known.folder, self.catalogue.folder
        if own.exists() or not (known / "index.json").exists():
            return
        say("records and index, copied")
        shutil.copytree(known, own, ignore=shutil.ignore_patterns("fts*", "elastic*", "postgres*"))

    def _insert_demands(self, say: Say) -> None:
        """Synthetic demands, and after them the real ones that ask."""
        say("demands")
        with writing() as session:
            for name in ("demand_owner", "demand"):
                session.execute(Base.metadata.tables[name].delete())
            for first in range(1, DEMANDS + 1, records.CHUNK):
                end = min(first + records.CHUNK, DEMANDS + 1)
                _count_made, rows = records.rows_of((self.catalogue.size, DEMAND, first, end))
                for name, values in rows.items():
                    session.execute(insert(Base.metadata.tables[name]), values)
            real = read_rows(self._data / "demands_dev.jsonl")[:ASKED]
            for number, row in enumerate(real, DEMANDS + 1):
                demand, owner = _real_demand(number, row)
                session.execute(insert(Base.metadata.tables["demand"]), [demand])
                session.execute(insert(Base.metadata.tables["demand_owner"]), [owner])
        ids = set(range(1, DEMANDS + len(real) + 1))
        with search_service().engine.writing() as writer:
            upserts, deletes = current_state({DEMAND: ids})
            writer.apply(upserts=upserts, deletes=deletes)

    def _insert(self, encoder: Encoder, say: Say) -> None:
        """A row and two vectors for each record and demand, then the index of them."""
        folder = self._root / "encoded"
        patents = read_rows(self._data / "patents_zh.jsonl")
        demands = read_rows(self._data / "demands_dev.jsonl")
        say(f"{len(patents):,} real texts for {encoder.name}")
        bases = {
            kind: {
                "title": encoded(encoder, [row["title"] for row in rows], folder),
                "whole": encoded(encoder, [f"{row['title']}\n{row[text]}" for row in rows], folder),
            }
            for kind, rows, text in (("offer", patents, "abstract"), ("demand", demands, "text"))
        }
        with writing() as session:
            session.execute(delete(RecordVector).where(RecordVector.encoder == encoder.name))
        for kind in KINDS:
            base = bases["demand" if kind == DEMAND else "offer"]
            count = _count(kind)
            for first in range(1, count + 1, _AT_ONCE):
                ids = range(first, min(first + _AT_ONCE, count + 1))
                _insert_vectors(encoder, kind, ids, base)
                say(f"vectors of {encoder.name}, {kind} {ids.stop - 1:,} of {count:,}")
        say("index of the vectors")
        indexes = indexes_of(encoder)
        assert isinstance(indexes, FollowingIndexes)
        indexes.save_if_worth()

    def _encode_asked(self, say: Say) -> None:
        say("what asks is encoded")
        asked = self.asked()
        encode_records(DEMAND, asked.demands)
        for kind in OFFERS:
            encode_records(kind, [one for of_kind, one in asked.records if of_kind == kind])


def _insert_vectors(encoder: Encoder, kind: str, ids: range, base: dict[str, Vectors]) -> None:
    keys = {part: [_key(encoder, kind, one, part) for one in ids] for part in PARTS}
    with writing() as session:
        for part in PARTS:
            made = perturbed(base[part], ids.start, len(ids))
            VectorsInDatabase().put(dict(zip(keys[part], made, strict=True)))
        session.execute(
            insert(RecordVector),
            [
                {
                    "kind": kind,
                    "record_id": one,
                    "encoder": encoder.name,
                    "version": 1,
                    "whole_key": whole,
                    "title_key": title,
                }
                for one, whole, title in zip(ids, keys["whole"], keys["title"], strict=True)
            ],
        )


def _key(encoder: Encoder, kind: str, record_id: int, part: str) -> bytes:
    """The key of a vector that is no text's own."""
    return vector_key(encoder.name, "passage", f"{kind} {record_id} {part}")


def _real_demand(number: int, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    is_english = row["style"] == "english"
    title, problem = (
        Bilingual(en=row[name]) if is_english else Bilingual(zh=row[name])
        for name in ("title", "text")
    )
    moment = now()
    demand = {
        "id": number,
        "state": "open",
        "version": 1,
        "published_at": moment,
        "created_at": moment,
        "updated_at": moment,
        "confirmed_on": moment.date(),
        "source": records.SOURCE,
        "source_id": f"demand-{number}",
        "is_demo": True,
        "title": title,
        "problem": problem,
        "keywords": {},
        "topics": [],
        "tech_field": find_code("tech_field", row["field"]),
        "indicators": [],
        "cooperation_modes": [],
        "visibility": "public",
        "is_masked": False,
    }
    return demand, {"demand_id": number, "organisation_id": 1, "rank": 1}


def _count(kind: str) -> int:
    return db.session.scalar(select(func.max(RECORD_MODELS[kind].id))) or 0
