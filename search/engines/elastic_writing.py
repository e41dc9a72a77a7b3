"""The one writer of a generation in Elasticsearch.

Who may write when is decided by `elastic` with the market's locks.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import BulkIndexError, streaming_bulk

from search.documents import Document, Schema
from search.engines.base import EngineUnavailable, RebuildBusy
from search.engines.elastic_connection import Connection
from search.engines.elastic_schema import bulk_action, bulk_removal

_CHUNK = 500
_CHUNK_BYTES = 8 << 20
WRITE_SECONDS = 60.0
_OFFERS = 6
"""A node that has too much to do answers 429; the same documents are offered again, ever later."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 20.0
_NOT_THERE, _STALE = 404, 409
_PAGE = 5_000
_KEPT_ALIVE = "2m"


class ElasticGeneration:
    """A generation that is open for writing; the caller holds the lock.

    `is_answering`: readers use it, so what is written is made visible at once.
    """

    def __init__(
        self, connection: Connection, schema: Schema, name: str, *, is_answering: bool = False
    ) -> None:
        self.name = name
        self.held = ExitStack()
        self._connection = connection
        self._schema = schema
        self._is_answering = is_answering
        self._is_closed = False

    def apply(
        self, upserts: Iterable[Document] = (), deletes: Mapping[str, int] | None = None
    ) -> int:
        """See `base.Writer.apply`. A document of a newer version stays as it is.

        Raises RebuildBusy when another rebuild has removed this generation: the lock falls with
        the connection to the database that held it.
        """
        if self._is_closed:
            raise ValueError("the generation is closed")
        # All are made ready first, so that a document that can't be stored leaves nothing behind.
        actions = [bulk_removal(one, version) for one, version in (deletes or {}).items()]
        actions += [bulk_action(self._schema, document) for document in upserts]
        if not actions:
            return 0
        alias = self._connection.alias if self._is_answering else self._connection.building_alias
        with self._connection.talking() as client:
            patient = client.options(request_timeout=WRITE_SECONDS)
            failed = offer(patient, actions, alias, require_alias=True)
            if failed and not self._is_answering and not self._is_there():
                raise RebuildBusy
            refuse(failed)
            if self._is_answering:
                patient.indices.refresh(index=alias)
        return len(actions)

    def versions(self) -> Iterator[tuple[str, int]]:
        """See `base.Generation.versions`."""
        with self._connection.talking() as client:
            client.options(request_timeout=WRITE_SECONDS).indices.refresh(index=self.name)
        return versions_of(self._connection, self.name)

    def _is_there(self) -> bool:
        with self._connection.talking() as client:
            return bool(client.indices.exists(index=self.name))

    def abandon(self) -> None:
        """See `base.Generation.abandon`."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._connection.drop(self.name)
        except EngineUnavailable:
            pass  # the next rebuild drops what is left
        finally:
            self.held.close()

    def close(self) -> None:
        """Take no more documents and give the lock back."""
        self._is_closed = True
        self.held.close()


def offer(
    client: Elasticsearch,
    actions: Iterable[dict[str, Any]],
    index: str,
    *,
    require_alias: bool = False,
) -> list[dict[str, Any]]:
    """Write in bulk; what was not written, though no newer version is there.

    Raises EngineUnavailable when the node has too much to do, after the last offer.
    """
    results = streaming_bulk(
        client,
        actions,
        index=index,
        chunk_size=_CHUNK,
        max_chunk_bytes=_CHUNK_BYTES,
        raise_on_error=False,
        require_alias=require_alias,
        max_retries=_OFFERS,
        initial_backoff=_FIRST_PAUSE,
        max_backoff=_LONGEST_PAUSE,
    )
    failed = []
    for is_done, result in results:
        outcome = next(iter(result.values()))
        is_gone = outcome["status"] == _NOT_THERE and "error" not in outcome
        if not (is_done or is_gone or outcome["status"] == _STALE):
            failed.append(outcome)
    if any(outcome["status"] in (429, 503) for outcome in failed):
        raise EngineUnavailable("down")
    return failed


def refuse(failed: list[dict[str, Any]]) -> None:
    """Raise BulkIndexError where there is something that could not be written."""
    if failed:
        raise BulkIndexError(f"{len(failed)} documents could not be written", failed)


def versions_of(connection: Connection, name: str) -> Iterator[tuple[str, int]]:
    """The id and version of every document of a generation, of one moment."""
    with connection.talking() as client:
        moment = client.open_point_in_time(index=name, keep_alive=_KEPT_ALIVE)["id"]
    try:
        after: list[Any] | None = None
        while True:
            with connection.talking() as client:
                page = client.search(
                    pit={"id": moment, "keep_alive": _KEPT_ALIVE},
                    size=_PAGE,
                    sort=["_shard_doc"],
                    search_after=after,
                    version=True,
                    track_total_hits=False,
                )["hits"]["hits"]
            for hit in page:
                yield hit["_id"], hit["_version"]
            if len(page) < _PAGE:
                return
            after = page[-1]["sort"]
    finally:
        with connection.talking() as client:
            client.close_point_in_time(id=moment)
