"""The nearest records to a vector: indexes that follow the database, in this process or in
Elasticsearch, wherever the market keeps its search.

Those of a process have files that all processes of the machine share; the encoding one writes them
anew when much has changed since. Without the files, or with old ones, only the start takes longer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

import numpy as np
import structlog
from flask import Flask, current_app

from marketplace.catalogue.indexing import search_service
from marketplace.core.db import db
from marketplace.core.locks import exclusive_in_folder
from marketplace.matching.channels import PARTS, Part
from marketplace.matching.vectors.rows import GROUPS, Encoded, encoded_after, newest_row
from marketplace.settings import Settings
from search.semantic import Encoder
from search.semantic.layered import LayeredIndex

if TYPE_CHECKING:
    from marketplace.matching.vectors.elastic_indexes import ElasticIndexes

log = structlog.get_logger(__name__)

SAVED_FROM = 5_000
"""A file is not worth its writing before so many vectors differ from it, and a tenth of all."""
PAGE_ROWS = 30
"""So many rows a page takes in itself, a tenth of a second."""
_making = Lock()

Key = tuple[str, Part]


class FollowingIndexes:
    """The indexes of one encoder, by group and part, as of the last row that was read."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._folder = folder / index_name(encoder)
        self._reading = Lock()
        self._following = Lock()
        self._last_id = 0
        self._seen: int | None = None
        self._indexes: dict[Key, LayeredIndex] = {
            key: LayeredIndex(encoder.dimensions) for key in product(GROUPS, PARTS)
        }
        self._open_newer_files()

    def of(self, group: str, part: Part) -> LayeredIndex:
        """The index of a group ("offers", "demands") and a part ("whole", "title")."""
        return self._indexes[group, part]

    def follow(self) -> None:
        """Take in what was encoded since."""
        with self._reading:
            self._open_newer_files()
            for encoded in encoded_after(self._encoder.name, self._last_id):
                self._take_in(encoded)

    def follow_in_passing(self) -> None:
        """Take in a few rows; where there are more, a thread of this process does so meanwhile."""
        if not self._reading.acquire(blocking=False):
            return
        try:
            self._open_newer_files()
            encoded = next(encoded_after(self._encoder.name, self._last_id, PAGE_ROWS + 1), [])
            if 0 < len(encoded) <= PAGE_ROWS:
                self._take_in(encoded)
        finally:
            self._reading.release()
        if len(encoded) > PAGE_ROWS and self._following.acquire(blocking=False):
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            Thread(target=self._follow, args=(app,), name="vectors", daemon=True).start()

    def _follow(self, app: Flask) -> None:
        try:
            with app.app_context():
                last_id = -1
                while last_id < self._last_id:
                    last_id = self._last_id
                    with self._reading:
                        encoded = next(encoded_after(self._encoder.name, last_id), [])
                        if encoded:
                            self._take_in(encoded)
                    # Each look sees what was written since the one before.
                    db.session.rollback()
        finally:
            self._following.release()

    def save_if_worth(self) -> bool:
        """Write the files anew where much has changed; whether that was done."""
        changes = sum(index.changes for index in self._indexes.values())
        if changes < max(SAVED_FROM, sum(map(len, self._indexes.values())) // 10):
            return False
        with exclusive_in_folder("vector-files") as is_held, self._reading:
            if not is_held:
                return False
            self._folder.mkdir(parents=True, exist_ok=True)
            for key, index in self._indexes.items():
                index.save(self._file(key))
            # Rows that a file has already may be taken in again, so the state may be the older one.
            beside = self._state_file.with_suffix(".new")
            beside.write_text(json.dumps({"last_id": self._last_id}))
            beside.replace(self._state_file)
            self._seen = self._state_file.stat().st_mtime_ns
        return True

    @property
    def _state_file(self) -> Path:
        return self._folder / "state.json"

    def _file(self, key: Key) -> Path:
        return self._folder / f"{key[0]}-{key[1]}.usearch"

    def _open_newer_files(self) -> None:
        """Go on above the files where another process has written them since."""
        try:
            written = self._state_file.stat().st_mtime_ns
            if written == self._seen:
                return
            self._seen = written
            last_id = int(json.loads(self._state_file.read_text())["last_id"])
            if last_id > newest_row():
                # The database is an older one than the files have seen: it was restored.
                return
            self._indexes = {
                key: LayeredIndex(self._encoder.dimensions, self._file(key))
                for key in self._indexes
            }
            self._last_id = last_id
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, RuntimeError) as problem:
            log.warning("vector_files_unreadable", reason=type(problem).__name__)

    def _take_in(self, encoded: Sequence[Encoded]) -> None:
        for (group, part), index in self._indexes.items():
            own = [one for one in encoded if one.group == group]
            kept = {one.number: one.vectors[part] for one in own if part in one.vectors}
            index.remove(one.number for one in own if one.number not in kept)
            if kept:
                index.put([*kept], np.stack([*kept.values()]))
        self._last_id = encoded[-1].row_id


def indexes_of(encoder: Encoder) -> FollowingIndexes | ElasticIndexes:
    """The indexes of an encoder as of now; for tasks, since those of Elasticsearch are written.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    indexes = _kept(encoder)
    indexes.follow()
    return indexes


def indexes_at_hand(encoder: Encoder) -> FollowingIndexes | ElasticIndexes:
    """The same for a page, which writes nothing and doesn't wait: what came lately may be lacking.

    Those of Elasticsearch are as tasks have left them.
    """
    indexes = _kept(encoder)
    if isinstance(indexes, FollowingIndexes):
        indexes.follow_in_passing()
    return indexes


def _kept(encoder: Encoder) -> FollowingIndexes | ElasticIndexes:
    kept: dict[str, FollowingIndexes | ElasticIndexes]
    kept = current_app.extensions.setdefault("vector_indexes", {})
    with _making:
        if encoder.name not in kept:
            kept[encoder.name] = _made(encoder)
    return kept[encoder.name]


def _made(encoder: Encoder) -> FollowingIndexes | ElasticIndexes:
    settings: Settings = current_app.extensions["settings"]
    if not settings.search_url:
        return FollowingIndexes(encoder, settings.vectors_dir)
    # The client is a sixth of what a process loads before it can do anything.
    from marketplace.matching.vectors.elastic_indexes import ElasticIndexes

    return ElasticIndexes(encoder, index_name(encoder), search_service().engine)


def index_name(encoder: Encoder) -> str:
    """A name for the index of an encoder, in lower letters and digits."""
    name = hashlib.blake2b(encoder.name.encode(), digest_size=6).hexdigest()
    return f"{name}-{encoder.dimensions}"
