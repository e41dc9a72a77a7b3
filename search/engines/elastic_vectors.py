"""The documents nearest to a vector, in Elasticsearch: an index beside the generations for each
encoder, so that another encoder builds no generation anew.

Documents are known by whole numbers, as in `search.semantic.nearest`. Which go in and who may see
what comes out is the caller's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from elasticsearch import NotFoundError

from search.engines.base import LARGEST_ANSWER
from search.engines.elastic_connection import Connection
from search.engines.elastic_writing import WRITE_SECONDS, offer, refuse
from search.semantic.base import Vectors

_GROUP, _POSITION = "group", "position"
_NO_GROUP = "none"
_LOOKED_AT = 400
"""Candidates of a question, at the least; the same as of the index in the process."""
_LEAST_LENGTH = 1e-6


@dataclass(frozen=True, slots=True)
class Placed:
    """The vectors of a document by part, in a group; without any it is found no longer.

    `version`: of two states of a document the one of the greater version stays.
    """

    number: int
    version: int
    group: str
    vectors: Mapping[str, Vectors]


class ElasticVectors:
    """One encoder's vectors. Safe to use from several threads and machines, also for writing.

    `position` is where the writer has got to in its list: whoever goes on from there misses
    nothing, and what is put twice is there once.
    """

    def __init__(
        self, connection: Connection, name: str, dimensions: int, parts: Sequence[str]
    ) -> None:
        self._connection = connection
        self._index = f"{connection.alias}-vectors-{name}"
        self._dimensions = dimensions
        self._parts = tuple(parts)

    def position(self) -> int:
        """Where the writer has got to; 0 at the beginning. Raises EngineUnavailable."""
        with self._connection.talking() as client:
            try:
                return int(client.get(index=self._index, id=_POSITION)["_version"])
            except NotFoundError:
                return 0

    def put(self, documents: Iterable[Placed], position: int) -> None:
        """Keep documents and then the position; all of it is visible when this returns.

        Raises EngineUnavailable: what was not written is written when it is put again.
        """
        self._make_index()
        self._write(_action(str(one.number), one.version, self._source(one)) for one in documents)
        self._write([_action(_POSITION, position, {_GROUP: _NO_GROUP})])
        with self._connection.talking() as client:
            client.options(request_timeout=WRITE_SECONDS).indices.refresh(index=self._index)

    def forget(self) -> None:
        """Remove everything, so that the list is read again from its beginning."""
        with self._connection.talking() as client:
            client.indices.delete(index=self._index, ignore_unavailable=True)

    def nearest(
        self, group: str, part: str, vector: Vectors, limit: int
    ) -> list[tuple[int, float]]:
        """The numbers of the most alike documents of a group with their likeness (-1 to 1).

        Best first; none of a vector of zeros. Raises EngineUnavailable.
        """
        if _is_nothing(vector):
            return []
        count = min(limit, LARGEST_ANSWER)
        near = {
            "field": part,
            "query_vector": [float(one) for one in vector],
            "k": count,
            "num_candidates": max(count, _LOOKED_AT),
            "filter": {"term": {_GROUP: group}},
        }
        with self._connection.talking() as client:
            try:
                answer = client.search(
                    index=self._index, knn=near, size=count, allow_partial_search_results=False
                )
            except NotFoundError:
                return []
        # Elasticsearch says (1 + cosine) / 2.
        found = [(int(hit["_id"]), 2.0 * hit["_score"] - 1.0) for hit in answer["hits"]["hits"]]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def _make_index(self) -> None:
        with self._connection.talking() as client:
            if not client.indices.exists(index=self._index):
                # Somebody else may have made it meanwhile.
                client.options(ignore_status=400).indices.create(
                    index=self._index,
                    settings={"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                    mappings={
                        "dynamic": "strict",
                        "_source": {"enabled": False},
                        "properties": {
                            _GROUP: {"type": "keyword"},
                            **{part: self._vector_mapping() for part in self._parts},
                        },
                    },
                )

    def _vector_mapping(self) -> dict[str, Any]:
        return {
            "type": "dense_vector",
            "dims": self._dimensions,
            "similarity": "cosine",
            # An eighth of the memory, and compared once more in full.
            "index_options": {"type": "int8_hnsw"},
        }

    def _source(self, document: Placed) -> dict[str, Any]:
        vectors = {
            part: np.asarray(vector, dtype=np.float32).tolist()
            for part, vector in document.vectors.items()
            if not _is_nothing(vector)
        }
        return {_GROUP: document.group if vectors else _NO_GROUP, **vectors}

    def _write(self, actions: Iterable[dict[str, Any]]) -> None:
        with self._connection.talking() as client:
            refuse(offer(client.options(request_timeout=WRITE_SECONDS), actions, self._index))


def _is_nothing(vector: Vectors) -> bool:
    # A cosine with it is not defined, and the node refuses it.
    return bool(np.linalg.norm(vector) < _LEAST_LENGTH)


def _action(document_id: str, version: int, source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": document_id,
        "version": version,
        "version_type": "external_gte",
        "_source": source,
    }
