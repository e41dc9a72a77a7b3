"""Routes that take files: only they accept requests larger than a form of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage

from marketplace.core.web.access import current_actor
from marketplace.settings import Settings

FILES_A_REQUEST = 3
"""Files of the largest size that one form may send."""
TEXT_BYTES = 1 << 20

View = TypeVar("View", bound=Callable[..., object])


def takes_uploads(view: View) -> View:
    """Let signed-in people send files to this view; stands under the route's decorator."""
    view.takes_uploads = True  # type: ignore[attr-defined]
    return view


def takes_files(endpoint: str | None) -> bool:
    """Whether signed-in people may send files to this route."""
    view = current_app.view_functions.get(endpoint or "")
    return bool(getattr(view, "takes_uploads", False))


def chosen_files(field: str) -> list[FileStorage]:
    """The files that were chosen in a field; an empty field sends one without a name."""
    return [one for one in request.files.getlist(field) if one.filename]


def allow_uploads(app: Flask) -> None:
    """Raise the limit of a request for routes that take files, before anything reads it."""

    @app.before_request
    def _raise_limit() -> None:
        # Whoever isn't signed in is sent away before any file is looked at.
        if takes_files(request.endpoint) and current_actor().is_person:
            settings: Settings = current_app.extensions["settings"]
            largest = settings.upload_limit_mb * 1024**2
            request.max_content_length = FILES_A_REQUEST * largest + TEXT_BYTES
