"""The nearest records to a vector: indexes of this process, which follow the database.

Each has a file that all processes of the machine share; the encoding one writes it anew when much
has changed since. Without the file, or with an old one, only the start takes longer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import structlog
from flask import current_app
from sqlalchemy import select

from marketplace.catalogue.documents import document_id
from marketplace.core.db import db
from marketplace.core.locks import exclusive_in_folder
from marketplace.matching.channels import PARTS, Part
from marketplace.matching.subjects import DEMAND, KINDS, OFFERS
from marketplace.matching.vectors.keeping import vector_of
from marketplace.matching.vectors.models import RecordVector, Vector
from marketplace.settings import Settings
from search.semantic import Encoder
from search.semantic.layered import LayeredIndex

log = structlog.get_logger(__name__)

GROUPS: dict[str, tuple[str, ...]] = {"offers": OFFERS, "demands": (DEMAND,)}
READ_AT_ONCE = 2_000
SAVED_FROM = 5_000
"""A file is not worth its writing before so many vectors differ from it, and a tenth of all."""
_KINDS_LIMIT = 8

Key = tuple[str, Part]


class FollowingIndexes:
    """The indexes of one encoder, by group and part, as of the last row that was read."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        name = hashlib.blake2b(encoder.name.encode(), digest_size=6).hexdigest()
        self._encoder = encoder
        self._folder = folder / f"{name}-{encoder.dimensions}"
        self._reading = Lock()
        self._last_id = 0
        self._indexes = {
            (group, part): LayeredIndex(encoder.dimensions) for group in GROUPS for part in PARTS
        }
        self._open_files()

    def of(self, group: str, part: Part) -> LayeredIndex:
        """The index of a group ("offers", "demands") and a part ("whole", "title")."""
        return self._indexes[group, part]

    def follow(self) -> None:
        """Take in what was encoded since."""
        with self._reading:
            while self._take_in():
                pass

    def save_if_worth(self) -> bool:
        """Write the files anew where much has changed; whether that was done."""
        changes = sum(index.changes for index in self._indexes.values())
        if changes < max(SAVED_FROM, sum(map(len, self._indexes.values())) // 10):
            return False
        with exclusive_in_folder("vector-files") as is_held, self._reading:
            if not is_held:
                return False
            self._folder.mkdir(parents=True, exist_ok=True)
            # Without it the files are of unknown age, so it goes first and comes last.
            self._state_file.unlink(missing_ok=True)
            for key, index in self._indexes.items():
                index.save(self._file(key))
            self._state_file.write_text(json.dumps({"last_id": self._last_id}))
        return True

    @property
    def _state_file(self) -> Path:
        return self._folder / "state.json"

    def _file(self, key: Key) -> Path:
        return self._folder / f"{key[0]}-{key[1]}.usearch"

    def _open_files(self) -> None:
        try:
            last_id = int(json.loads(self._state_file.read_text())["last_id"])
            self._indexes = {
                key: LayeredIndex(self._encoder.dimensions, self._file(key))
                for key in self._indexes
            }
            self._last_id = last_id
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, RuntimeError) as problem:
            log.warning("vector_files_unreadable", reason=type(problem).__name__)

    def _take_in(self) -> bool:
        rows: Sequence[Any] = db.session.execute(
            select(
                RecordVector.id,
                RecordVector.kind,
                RecordVector.record_id,
                RecordVector.whole_key,
                RecordVector.title_key,
            )
            .where(RecordVector.encoder == self._encoder.name, RecordVector.id > self._last_id)
            .order_by(RecordVector.id)
            .limit(READ_AT_ONCE)
        ).all()
        for (group, part), index in self._indexes.items():
            own = [row for row in rows if row.kind in GROUPS[group]]
            vectors = _vectors([getattr(row, f"{part}_key") for row in own])
            held = [
                (number_of(row.kind, row.record_id), vectors[key])
                for row in own
                if (key := getattr(row, f"{part}_key")) in vectors
            ]
            kept = {number for number, _ in held}
            index.remove(
                number for row in own if (number := number_of(row.kind, row.record_id)) not in kept
            )
            if held:
                index.put([number for number, _ in held], np.stack([one for _, one in held]))
        if rows:
            self._last_id = rows[-1].id
        return len(rows) == READ_AT_ONCE


def indexes_of(encoder: Encoder) -> FollowingIndexes:
    """The indexes of an encoder in this process, as of now."""
    kept: dict[str, FollowingIndexes]
    kept = current_app.extensions.setdefault("vector_indexes", {})
    if encoder.name not in kept:
        settings: Settings = current_app.extensions["settings"]
        kept[encoder.name] = FollowingIndexes(encoder, settings.vectors_dir)
    kept[encoder.name].follow()
    return kept[encoder.name]


def number_of(kind: str, record_id: int) -> int:
    """The number by which an index knows a record."""
    return record_id * _KINDS_LIMIT + KINDS.index(kind)


def document_of(number: int) -> str:
    """The id in the search index of the record of such a number."""
    record_id, kind = divmod(number, _KINDS_LIMIT)
    return document_id(KINDS[kind], record_id)


def _vectors(keys: Sequence[bytes | None]) -> dict[bytes, Any]:
    wanted = sorted({key for key in keys if key is not None})
    rows: list[Any] = []
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows += db.session.execute(
            select(Vector.key, Vector.numbers).where(Vector.key.in_(some))
        ).all()
    return {bytes(key): vector_of(numbers) for key, numbers in rows}
