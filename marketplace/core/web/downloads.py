"""Under which name a browser saves a file."""

from __future__ import annotations

from typing import IO
from urllib.parse import quote

from flask import send_file
from werkzeug.wrappers import Response

QUOTED = frozenset('"\\')


def download(content: IO[bytes], media_type: str, name: str, plain: str) -> Response:
    """A file to be saved under ``name``; ``plain`` as in :func:`disposition`.

    ``content`` is at its beginning; the answer closes it.
    """
    answer = send_file(content, mimetype=media_type, max_age=0)
    answer.headers["Content-Disposition"] = disposition(name, plain)
    return answer


def disposition(name: str, plain: str) -> str:
    """The header that has a browser save a file under its name (RFC 6266, RFC 8187).

    Programs that know only plain ASCII get ``plain``, which says in it what the file is.
    """
    # Pages tie words together with spaces that nobody could type to find the file.
    name = name.replace("\u00a0", " ")
    is_safe = name.isascii() and name.isprintable() and QUOTED.isdisjoint(name)
    given = name if is_safe else plain
    return f"attachment; filename=\"{given}\"; filename*=UTF-8''{quote(name, safe='')}"
