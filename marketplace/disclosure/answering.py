"""Answering requests for access: the step, and the notice to who asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.notifications import notify
from marketplace.disclosure.models import AccessRequest, FurtherPart
from marketplace.disclosure.states import END, REQUEST_STATES, REQUESTED

NOTICES = {
    "access.admit": "access_admitted",
    "access.refuse": "access_refused",
    "access.revoke": "access_revoked",
    END: "access_ended",
}


def answer(session: Session, actor: Actor, request: AccessRequest, action: str) -> None:
    """Take a step of a request that is held, and tell who asked.

    :raises StateError: when the step isn't due.
    :raises Forbidden: when the actor's organisation doesn't hold the record.
    """
    REQUEST_STATES.take_step(session, actor, request, action)
    notify(
        session,
        request.organisation_id,
        NOTICES[action],
        person_id=request.person_id,
        record_kind=request.part.kind,
        record_id=request.part.record_id,
        title=request.part.record.title.as_dict(),
        request_id=request.id,
    )


def end_waiting(session: Session, actor: Actor, part: FurtherPart) -> None:
    """End the requests that wait for an answer about a part that is held, and is being removed."""
    waiting = (
        select(AccessRequest)
        .where(AccessRequest.part_id == part.id, AccessRequest.state == REQUESTED)
        .order_by(AccessRequest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for request in session.scalars(waiting).all():
        answer(session, actor, request, END)
