"""The nearest records to a vector, asked of Elasticsearch: see `indexes`."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.matching.channels import PARTS, Part
from marketplace.matching.vectors.rows import encoded_after, newest_row
from search.engines.base import Engine
from search.engines.elastic import ElasticEngine
from search.engines.elastic_vectors import ElasticVectors, Placed
from search.semantic import Encoder, Vectors


class ElasticIndexes:
    """The indexes of one encoder in Elasticsearch, where every machine asks the same ones."""

    def __init__(self, encoder: Encoder, name: str, engine: Engine) -> None:
        if not isinstance(engine, ElasticEngine):
            raise TypeError("the market keeps its search elsewhere")
        self._encoder = encoder
        self._held = engine.vectors(name, encoder.dimensions, PARTS)

    def of(self, group: str, part: Part) -> ElasticIndex:
        """The index of a group ("offers", "demands") and a part ("whole", "title")."""
        return ElasticIndex(self._held, group, part)

    def follow(self) -> None:
        """Take in what was encoded since. Raises EngineUnavailable."""
        position = self._held.position()
        if position > newest_row():
            # The database is an older one than the index has seen: it was restored.
            self._held.forget()
            position = 0
        for encoded in encoded_after(self._encoder.name, position):
            placed = [Placed(one.number, one.row_id, one.group, one.vectors) for one in encoded]
            self._held.put(placed, encoded[-1].row_id)

    def save_if_worth(self) -> bool:
        """Nothing: the node writes its own files."""
        return False


@dataclass(frozen=True)
class ElasticIndex:
    """One group and part of them; see `search.semantic.nearest.Nearest`."""

    held: ElasticVectors
    group: str
    part: Part

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """See `Nearest.nearest`. Raises EngineUnavailable."""
        return self.held.nearest(self.group, self.part, vector, limit)
