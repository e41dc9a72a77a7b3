"""Each request: its id, one line in the log, and its place in the figures.

Nothing of what was asked is kept beyond the template of the route: no query, no body, no address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, request

from marketplace.core.metrics import count_request
from marketplace.core.request_ids import bind_request_id, forget_request_id, request_id_from

log = structlog.get_logger("access")

HEADER = "X-Request-ID"
ROUTE = "market.route"


class RequestLog:
    """The outermost layer around the application: it sees every answer, also those to nonsense."""

    def __init__(self, application: Any, *, has_lines: bool) -> None:
        self.application = application
        self._has_lines = has_lines

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, with the id in a header; the line is written when the last byte is out."""
        began = perf_counter()
        request_id = request_id_from(environ.get("HTTP_X_REQUEST_ID"))
        bind_request_id(request_id)
        status = 500

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = int(line.split(" ", 1)[0])
            return start_response(line, [*headers, (HEADER, request_id)], *rest)

        def finish(size: int) -> None:
            seconds = perf_counter() - began
            route, method = environ.get(ROUTE), environ["REQUEST_METHOD"]
            count_request(route, method, status, seconds)
            if self._has_lines:
                log.info(
                    "request",
                    request_id=request_id,
                    method=method,
                    route=route,
                    status=status,
                    ms=round(1000 * seconds, 1),
                    bytes=size,
                )

        try:
            return _Counted(self.application(environ, start), finish)
        except BaseException:
            finish(0)
            raise
        finally:
            forget_request_id()


class _Counted:
    """A response body that counts its bytes and says once when it ends."""

    def __init__(self, body: Iterable[bytes], finish: Callable[[int], None]) -> None:
        self._body = body
        self._finish = finish
        self._size = 0
        self._is_finished = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._body:
            self._size += len(chunk)
            yield chunk
        self._end()

    def close(self) -> None:
        """End the body, then say so; servers call this whatever happened."""
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._end()

    def _end(self) -> None:
        if not self._is_finished:
            self._is_finished = True
            self._finish(self._size)


def register_request_log(app: Flask, *, has_lines: bool) -> None:
    """Put the log around ``app``; without ``has_lines`` requests get ids and are counted only."""

    @app.before_request
    def _note_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule

    app.wsgi_app = RequestLog(app.wsgi_app, has_lines=has_lines)  # type: ignore[method-assign]
