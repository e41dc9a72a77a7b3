"""The index of a catalogue on an Elasticsearch node, built by the market's own rebuild.

Its alias names all that it was made by, so a node that is kept keeps it, and a new one has none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from elasticsearch import Elasticsearch

_PREFIX = "market-bench"
_LOOKS_EVERY = 0.5
_LONGEST_MERGING = 900.0
_LONGEST_ANSWER = 60.0


class ElasticIndex:
    """One size's index on one node. `made_by`: what stands in the alias."""

    def __init__(self, node: str, size: int, made_by: str) -> None:
        self.node = node
        self._of_size = f"{_PREFIX}-{size}-"
        self.alias = f"{self._of_size}{made_by}"
        self._client = Elasticsearch(node, request_timeout=_LONGEST_ANSWER, max_retries=0)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def url(self) -> str:
        """The address as the market's setting holds it."""
        return f"{self.node}/{self.alias}"

    def is_there(self) -> bool:
        """Whether the index is there; it has its alias only once it is complete."""
        return bool(self._client.indices.exists_alias(name=self.alias))

    def build(self, rebuild: Callable[[], None]) -> dict[str, float]:
        """Drop the indices of this size made otherwise, and build; processor seconds of the node.

        Counted until the node has merged what it was given.
        """
        for name in self._indices():
            self._client.indices.delete(index=name, ignore_unavailable=True)
        before = self._processor_seconds()
        rebuild()
        self.settle()
        return {"node_cpu": self._processor_seconds() - before}

    def settle(self) -> None:
        """Wait until the node merges nothing, so that it does not work beside a measurement.

        :raises TimeoutError: after a quarter of an hour.
        """
        deadline = time.monotonic() + _LONGEST_MERGING
        while self._stats("merge")["merges"]["current"]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.node} does not end its merging")
            time.sleep(_LOOKS_EVERY)

    def disk(self) -> int:
        """Bytes of the index."""
        return int(self._stats("store")["store"]["size_in_bytes"])

    def version(self) -> str:
        """The version of the node. Asked this way because a node without modules has no title."""
        nodes = self._client.nodes.info(metric="process")["nodes"].values()
        return str(next(iter(nodes))["version"])

    def _stats(self, metric: str) -> Any:
        return self._client.indices.stats(index=self.alias, metric=metric)["_all"]["primaries"]

    def _processor_seconds(self) -> float:
        nodes = self._client.nodes.stats(metric="process")["nodes"].values()
        return sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1_000

    def _indices(self) -> list[str]:
        return [*self._client.indices.get_settings(index=f"{self._of_size}*", name="index.uuid")]
