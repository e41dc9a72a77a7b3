"""The worker's own address for its figures, where it runs on another machine than the site.

Beside the site it needs none: there both count into one folder, and the site tells of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from flask import Flask
from prometheus_client import CONTENT_TYPE_LATEST

from marketplace.operations.disclosure import may_see_figures
from marketplace.operations.exposition import exposition
from marketplace.settings import Settings

log = structlog.get_logger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: the address of whoever asks is nobody's affair."""


def serve_metrics(app: Flask) -> int | None:
    """Answer ``/metrics`` on ``MARKET_WORKER_METRICS_PORT``, if set, as long as the process runs.

    Returns the port, nothing where it can't be had: the work goes on without. The same people may
    see the figures as those of the site.
    """
    settings: Settings = app.extensions["settings"]
    if settings.worker_metrics_port is None:
        return None

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics" or not may_see_figures(environ, settings):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"not found\n"]
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [exposition(settings, is_with_parts=False)]

    host, port = settings.host, settings.worker_metrics_port
    try:
        server = make_server(host, port, answer, server_class=_Server, handler_class=_Silent)
    except OSError as error:
        log.error("metrics_not_served", port=port, reason=error.strerror or str(error))
        return None
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server.server_port
