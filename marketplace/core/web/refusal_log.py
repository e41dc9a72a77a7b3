"""Refusals of signed-in people: each is one row of the audit trail, and many in a row get 429.

A record that isn't there and one that may not be seen are the same to whoever asks, so both count
here, and neither the trail nor the limit gives away which it was. A GET changes nothing: the row
is written when the answer has gone out, in a transaction of its own (decision 7). What a refusal
says to the person stands in ``errors``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy import select

from marketplace.core.actor import Actor
from marketplace.core.audit import AuditEntry, record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.policy import Forbidden
from marketplace.settings import Settings

log = structlog.get_logger(__name__)

REFUSED = "refused"
SEE = "see"
"""What somebody wanted who asked for what isn't there for them."""
WINDOW = timedelta(minutes=10)
PAGE = "page"
"""Subject of a refusal that concerns no record."""
ITEM, ORGANISATION = "item", "organisation"
"""What in an address names a record without being a number in its path."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_NUMBERED = re.compile(rf"([a-z]{{1,32}})-({_NUMBER.pattern})")


@dataclass(frozen=True)
class Refusal:
    """Who was refused what."""

    actor: Actor
    wanted: str
    subject_kind: str
    subject_id: int
    route: str


def refusal_of(error: Forbidden | None) -> Refusal | None:
    """The refusal that the present request ran into; nothing for a visitor.

    :param error: what was forbidden; none where the record isn't there for whoever asks.
    """
    actor: Actor | None = g.get("actor")
    if actor is None or actor.person_id is None:
        return None
    kind, number = _subject_of_address()
    if error is None:
        if number == 0:
            return None
        return Refusal(actor, SEE, kind, number, str(request.endpoint))
    if error.subject is not None:
        kind, number = error.subject
    return Refusal(actor, error.action, kind, number, str(request.endpoint))


def seconds_to_wait(refusal: Refusal) -> int:
    """How long until the person may be refused again; 0 while there were few."""
    settings: Settings = current_app.extensions["settings"]
    moment = now()
    # The oldest of as many as are allowed.
    oldest = db.session.scalar(
        select(AuditEntry.at)
        .where(
            AuditEntry.person_id == refusal.actor.person_id,
            AuditEntry.at > moment - WINDOW,
            AuditEntry.action == REFUSED,
        )
        .order_by(AuditEntry.at.desc())
        .offset(settings.refusal_limit - 1)
        .limit(1)
    )
    return max(1, ceil((oldest + WINDOW - moment).total_seconds())) if oldest else 0


def record_afterwards(refusal: Refusal, response: Response) -> None:
    """Write the refusal into the audit trail once the answer has gone out."""
    # The application itself: the proxy stands for nothing any more by then.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    response.call_on_close(lambda: _record(app, refusal))


def _record(app: Flask, refusal: Refusal) -> None:
    try:
        with app.app_context(), writing() as session:
            record_audit(
                session,
                refusal.actor,
                REFUSED,
                refusal.subject_kind,
                refusal.subject_id,
                wanted=refusal.wanted,
                route=refusal.route,
            )
    except Exception:
        # The answer is out; nobody is left to be told but whoever reads the log.
        log.exception("refusal_not_recorded", wanted=refusal.wanted)


def _subject_of_address() -> tuple[str, int]:
    """The record that the address names: ``/results/7`` is (result, 7).

    So are ``/confirm/stop/result-7`` and, for an organisation, ``?organisation=7``.
    """
    named: dict[str, Any] = request.view_args or {}
    for name, value in named.items():
        if isinstance(value, int):
            tail = str(request.endpoint).rpartition(".")[2]
            subject = named.get("kind", tail) if name == "record_id" else name.removesuffix("_id")
            return subject[:32], value
        if name == ITEM and (found := _NUMBERED.fullmatch(value)):
            return found[1], int(found[2])
    asked = request.args.get(ORGANISATION, "")
    is_number = request.endpoint is not None and _NUMBER.fullmatch(asked)
    return (ORGANISATION, int(asked)) if is_number else (PAGE, 0)
