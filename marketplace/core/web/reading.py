"""A request that only reads must not write: the last line of defence, below the services."""

from __future__ import annotations

from flask import has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.core.db import SAFE_METHODS


class WriteWhileReading(RuntimeError):
    """A GET, HEAD or OPTIONS request tried to write to the database."""


def forbid_writes_while_reading() -> None:
    """Refuse to flush or commit during a request that only reads; may be called again.

    The flush catches changed records before they lock the database, the commit catches
    statements that went past them.
    """
    for name in ("before_flush", "before_commit"):
        if not event.contains(Session, name, _refuse):
            event.listen(Session, name, _refuse)


def _refuse(session: Session, *_what: object) -> None:
    if has_request_context() and request.method in SAFE_METHODS:
        raise WriteWhileReading(
            f"{request.method} {request.path} must not write: {session.dirty!r}"
        )
