"""A request that only reads must not write: the last line of defence, below the services."""

from __future__ import annotations

from flask import has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.core.db import SAFE_METHODS


class WriteWhileReading(RuntimeError):
    """A GET, HEAD or OPTIONS request tried to write to the database."""


def forbid_writes_while_reading() -> None:
    """Refuse to flush changes during a request that only reads; may be called again."""
    if not event.contains(Session, "before_flush", _refuse):
        event.listen(Session, "before_flush", _refuse)


def _refuse(session: Session, _context: object, _instances: object) -> None:
    if has_request_context() and request.method in SAFE_METHODS:
        raise WriteWhileReading(f"{request.method} {request.path} changed {session.dirty!r}")
