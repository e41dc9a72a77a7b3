"""The id of a request, which goes with all that the request sets going.

It stands in every log line of the request, in the header of the answer, in the messages to the
worker, and in the outbox events that the request records.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from structlog.contextvars import (
    bind_contextvars,
    bound_contextvars,
    get_contextvars,
    unbind_contextvars,
)

from marketplace.core.redaction import REQUEST_ID, redact

KEY = REQUEST_ID
LETTERS = 20
SHOWN_AT_ONCE = 5
LONGEST = 200
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# nginx's $request_id, and a UUID: drawn by chance, whatever their digits look like.
_DRAWN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def request_id_from(given: object) -> str:
    """The id that came with a request when it is sane, else a new one.

    Sane is what can stand in a header and a log as it is, and can't be somebody's number.
    """
    if isinstance(given, str) and (
        _DRAWN.fullmatch(given) or (_SANE.fullmatch(given) and redact(given) == given)
    ):
        return given
    # Letters alone: digits could look like a telephone number.
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(LETTERS))


def bind_request_id(request_id: str) -> None:
    """Let what is logged from now on carry the id."""
    bind_contextvars(**{KEY: request_id})


def forget_request_id() -> None:
    """The request is over."""
    unbind_contextvars(KEY)


def current_request_id() -> str | None:
    """The id of the request that is being worked for."""
    found = get_contextvars().get(KEY)
    return found if isinstance(found, str) else None


@contextmanager
def working_for(request_ids: Iterable[str | None]) -> Iterator[None]:
    """Let the log lines of the block carry the ids of the requests that caused the work."""
    known = sorted({one for one in request_ids if one})
    if not known:
        yield
        return
    shown = known[:SHOWN_AT_ONCE] + ["…"] * (len(known) > SHOWN_AT_ONCE)
    with bound_contextvars(**{KEY: ",".join(shown)[:LONGEST]}):
        yield
