"""What the ladder keeps about a person: requests, terms accepted, parts opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.own_data import KeptData, kept_data
from marketplace.accounts.signing_in import person_actor
from marketplace.disclosure.models import (
    AccessRequest,
    DisclosureOpening,
    Terms,
    TermsAcceptance,
)
from marketplace.disclosure.states import REQUEST_STATES, REQUESTED, WITHDRAW


def declare_own_data() -> None:
    """Let a person take it along; a closed account waits for no answer any more."""
    kept_data.add("disclosure", KeptData(_export, _withdraw_requests))


def _export(session: Session, person_id: int) -> dict[str, Any]:
    requests = session.scalars(
        select(AccessRequest).where(AccessRequest.person_id == person_id).order_by(AccessRequest.id)
    )
    accepted = session.execute(
        select(TermsAcceptance, Terms)
        .join(Terms, Terms.id == TermsAcceptance.terms_id)
        .where(TermsAcceptance.person_id == person_id)
        .order_by(TermsAcceptance.id)
    )
    opened = session.scalars(
        select(DisclosureOpening)
        .where(DisclosureOpening.person_id == person_id)
        .order_by(DisclosureOpening.id)
    )
    return {
        "requests": [
            {
                "record": f"{one.part.kind}-{one.part.record_id}",
                "part_id": one.part_id,
                "organisation_id": one.organisation_id,
                "purpose": one.purpose,
                "state": one.state,
                "answer": one.answer,
                "at": one.created_at.isoformat(),
            }
            for one in requests
        ],
        "accepted_terms": [
            {
                "record": f"{terms.kind}-{terms.record_id}",
                "version": terms.version,
                "organisation_id": one.organisation_id,
                "at": one.at.isoformat(),
            }
            for one, terms in accepted
        ],
        "openings": [
            {
                "record": f"{one.part.kind}-{one.part.record_id}",
                "part_id": one.part_id,
                "part_version": one.part_version,
                "organisation_id": one.organisation_id,
                "at": one.at.isoformat(),
            }
            for one in opened
        ],
    }


def _withdraw_requests(session: Session, person_id: int) -> None:
    """Take back what waits; what was opened stays, for it is the holder's record."""
    actor = person_actor(session.get_one(Person, person_id))
    waiting = select(AccessRequest).where(
        AccessRequest.person_id == person_id, AccessRequest.state == REQUESTED
    )
    for request in session.scalars(waiting.order_by(AccessRequest.id).with_for_update()).all():
        REQUEST_STATES.take_step(session, actor, request, WITHDRAW)
