"""What browsers and proxies may keep of an answer."""

from __future__ import annotations

from flask import Response


def keep_nowhere(response: Response) -> Response:
    """The answer, with a header that lets nobody keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response
