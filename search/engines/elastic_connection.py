"""The connection to Elasticsearch: its address, its generations, and how its faults are told.

    <alias>                    the generation that answers
    <alias>-building           the one under construction
    <alias>-gen-<time>-<random>   the indices themselves

Writers write through an alias that must exist: an index that was dropped is never made again by
a late write.
"""

import logging
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError

from search.documents import Schema
from search.engines.base import EngineUnavailable
from search.engines.elastic_schema import index_settings, mapping_of

log = logging.getLogger(__name__)

DEFAULT_ALIAS = "market"
ANSWER_SECONDS = 5.0
_WRITE_SECONDS = 300.0
_PAUSE_SECONDS = 2.0
"""After a fault of the connection no one else waits for the same fault for so long."""
_KNOWN_SECONDS = 2.0
"""How long the name of the generation that answers is taken as known."""
_LATE_ENOUGH = 3


class Connection:
    """One cluster and one alias in it. Safe to use from several threads."""

    def __init__(self, url: str, schema: Schema, answer_seconds: float) -> None:
        parts = urlsplit(url)
        self.alias = parts.path.strip("/") or DEFAULT_ALIAS
        self.building_alias = f"{self.alias}-building"
        self._schema = schema
        self._client = Elasticsearch(
            urlunsplit((parts.scheme, parts.netloc, "", "", "")),
            request_timeout=answer_seconds,
            max_retries=1,
            retry_on_timeout=False,
            retry_on_status=(),
        )
        self._paused_until = 0.0
        self._late_in_a_row = 0
        self._late_at = 0.0
        self._known: tuple[float, str, bool] = (0.0, "", False)

    @contextmanager
    def talking(self) -> Iterator[Elasticsearch]:
        """The client, whose faults become EngineUnavailable("down")."""
        began = time.monotonic()
        if began < self._paused_until:
            raise EngineUnavailable("down")
        try:
            yield self._client
        except ConnectionTimeout as fault:
            # One slow answer may be the question's own fault; several in a row are the node's.
            self._count_late(began)
            raise EngineUnavailable("down") from fault
        except (TransportError, UnsupportedProductError) as fault:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            raise EngineUnavailable("down") from fault
        except NotFoundError:
            raise
        except ApiError as fault:
            # A wrong password, a name that can't be, a node whose shards are still being read.
            log.error("elasticsearch refuses: %s %s", fault.status_code, fault.error)
            raise EngineUnavailable("down") from fault
        else:
            self._late_in_a_row = 0

    def _count_late(self, began: float) -> None:
        """Count a late answer, unless another was late while this one was waited for.

        Parts of one question are asked beside each other.
        """
        now = time.monotonic()
        if began >= self._late_at:
            self._late_in_a_row += 1
        self._late_at = now
        if self._late_in_a_row >= _LATE_ENOUGH:
            self._paused_until = now + _PAUSE_SECONDS

    def current(self, *, is_fresh: bool = False) -> tuple[str, bool]:
        """The generation that answers, "" without any, and whether it is of this declaration.

        `is_fresh` asks in any case; else what was known two seconds ago is good enough.
        """
        until, name, is_of_schema = self._known
        if is_fresh or time.monotonic() >= until:
            name, is_of_schema = self._look(self.alias)
            self._known = (time.monotonic() + _KNOWN_SECONDS, name, is_of_schema)
        return name, is_of_schema

    def _look(self, alias: str) -> tuple[str, bool]:
        with self.talking() as client:
            try:
                found = client.indices.get_mapping(index=alias)
            except NotFoundError:
                return "", False
        name, about = next(iter(found.items()))
        meta = about["mappings"].get("_meta", {})
        return str(name), meta.get("fingerprint") == self._schema.fingerprint

    def is_answering(self) -> bool:
        """Whether there is a generation to ask. Raises EngineUnavailable where it needs_reindex."""
        name, is_of_schema = self.current()
        if name and not is_of_schema:
            raise EngineUnavailable("needs_reindex")
        return bool(name)

    def create(self, alias: str) -> str:
        """A new, empty generation under an alias; its name."""
        name = f"{self.alias}-gen-{time.time_ns()}-{secrets.token_hex(3)}"
        with self.talking() as client:
            client.indices.create(
                index=name,
                aliases={alias: {}},
                mappings=mapping_of(self._schema),
                settings=index_settings(),
            )
        self._known = (0.0, "", False)
        return name

    def open_to_readers(self, name: str) -> None:
        """Make what is written to a generation visible, and let it answer alone."""
        with self.talking() as connected:
            # All of a rebuild comes into sight in one step, which takes longer than any answer.
            client = connected.options(request_timeout=_WRITE_SECONDS)
            client.indices.put_settings(index=name, settings={"refresh_interval": "1s"})
            client.indices.refresh(index=name)
            former = self._generations()
            actions: list[Mapping[str, Any]] = [
                {"remove_index": {"index": other}} for other in former if other != name
            ]
            actions.append({"add": {"index": name, "alias": self.alias}})
            actions.append(
                {"remove": {"index": name, "alias": self.building_alias, "must_exist": False}}
            )
            client.indices.update_aliases(actions=actions)
        self._known = (0.0, "", False)

    def drop(self, name: str) -> None:
        """Remove a generation."""
        with self.talking() as client:
            client.indices.delete(index=name, ignore_unavailable=True)

    def drop_others(self, kept: str) -> None:
        """Remove all generations but one."""
        with self.talking() as client:
            for name in self._generations():
                if name != kept:
                    client.indices.delete(index=name, ignore_unavailable=True)

    def _generations(self) -> list[str]:
        return [*self._client.indices.get_settings(index=f"{self.alias}-gen-*", name="index.uuid")]

    def search(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The answer to one question; None without any generation."""
        if not self.is_answering():
            return None
        with self.talking() as client:
            try:
                return client.search(
                    index=self.alias, allow_partial_search_results=False, **body
                ).body
            except NotFoundError:
                return None

    def search_each(self, bodies: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
        """The answers to several questions in one exchange; None without any generation."""
        if len(bodies) == 1:
            answer = self.search(bodies[0])
            return None if answer is None else [answer]
        if not bodies or not self.is_answering():
            return None
        lines: list[Mapping[str, Any]] = []
        for body in bodies:
            lines += ({"allow_partial_search_results": False}, body)
        with self.talking() as client:
            answers = client.msearch(index=self.alias, searches=lines)["responses"]
        for answer in answers:
            if "error" in answer:
                if answer["status"] == 404:
                    return None
                raise EngineUnavailable("down")
        return list(answers)

    def frequencies(self, tokens: Sequence[str], column: str) -> dict[str, int]:
        """How many documents have each token in a column, by the index's own statistics."""
        if not self.is_answering():
            return {}
        with self.talking() as client:
            try:
                answer = client.termvectors(
                    index=self.alias,
                    doc={column: " ".join(tokens)},
                    fields=[column],
                    term_statistics=True,
                    field_statistics=False,
                    offsets=False,
                    positions=False,
                    payloads=False,
                )
            except NotFoundError:
                return {}
        terms = answer["term_vectors"].get(column, {}).get("terms", {})
        return {token: about.get("doc_freq", 0) for token, about in terms.items()}
