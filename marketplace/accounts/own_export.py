"""A person's own data as a file (个人信息保护法 art. 45); later packages add what they keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from marketplace.accounts.models import (
    Application,
    Deputy,
    Invitation,
    JoinRequest,
    Membership,
    Person,
    SecondStepReset,
    SignIn,
)
from marketplace.accounts.own_data import kept_data, written
from marketplace.core.actor import Actor
from marketplace.core.attachments import Attachment
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from marketplace.core.mail.models import MailDelivery
from marketplace.core.mail.refusals import refused_topics


def export_own_data(actor: Actor) -> dict[str, Any]:
    """All that the market keeps about the person, but for what is secret to them, too.

    Times are UTC.
    """
    person = db.session.get_one(Person, actor.person_id)
    return {
        "person": {
            "email": person.email,
            "name": person.name,
            "language": person.language,
            "created_at": written(person.created_at),
            "confirmed_at": written(person.confirmed_at),
            "second_step_since": written(person.totp_since),
        },
        "organisations": [
            {
                "name": one.organisation.name.as_dict(),
                "roles": sorted(role.value for role in one.roles),
                "manages_members": one.manages_members,
                "districts": one.districts,
                "since": written(one.created_at),
                "until": written(one.ended_at),
            }
            for one in _all(Membership, Membership.person_id == person.id)
        ],
        "deputies": _deputies(person),
        "invitations": _invitations(person),
        "files": _files(person),
        "second_step_resets": _resets(person),
        "refused_letters": sorted(refused_topics(person.id)),
        "letters": [
            {"kind": one.kind, "outcome": one.outcome, "at": written(one.created_at)}
            for one in _all(MailDelivery, MailDelivery.recipient_id == person.id)
        ],
        "applications": [
            {
                "name": one.name,
                "uscc": one.uscc,
                "position": one.position,
                "state": one.state,
                "since": written(one.created_at),
            }
            for one in _all(Application, Application.applicant_id == person.id)
        ],
        "join_requests": [
            {
                "organisation": one.organisation.name.as_dict(),
                "note": one.note,
                "state": one.state,
                "asked_at": written(one.asked_at),
            }
            for one in _all(JoinRequest, JoinRequest.applicant_id == person.id)
        ],
        "sign_ins": [
            {
                "device": one.device,
                "at": written(one.created_at),
                "expires_at": written(one.expires_at),
                "ended_at": written(one.ended_at),
            }
            for one in _all(SignIn, SignIn.person_id == person.id)
        ],
        "acts": [
            {
                "at": written(one.at),
                "action": one.action,
                "subject_kind": one.subject_kind,
                "subject_id": one.subject_id,
                "organisation_id": one.organisation_id,
            }
            for one in _all(AuditEntry, AuditEntry.person_id == person.id)
        ],
        **kept_data.export(db.session, person.id),
    }


def _deputies(person: Person) -> list[dict[str, Any]]:
    """For whom the person stood in, and who for them."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    return [
        {
            "organisation": one.membership.organisation.name.as_dict(),
            "for": one.membership.person.name,
            "deputy": one.deputy.person.name,
            "from_on": one.from_on.isoformat(),
            "until_on": one.until_on.isoformat(),
            "ended_at": written(one.ended_at),
        }
        for one in _all(Deputy, or_(Deputy.membership_id.in_(own), Deputy.deputy_id.in_(own)))
    ]


def _invitations(person: Person) -> list[dict[str, Any]]:
    """Those that the person sent, without the address, which is somebody else's; and got."""
    of_both = or_(Invitation.inviter_id == person.id, Invitation.email == person.email)
    return [
        {
            "organisation": one.organisation.name.as_dict(),
            "sent": one.inviter_id == person.id,
            "received": one.email == person.email,
            "roles": one.roles,
            "at": written(one.created_at),
            "accepted_at": written(one.accepted_at),
            "ended_at": written(one.ended_at),
        }
        for one in _all(Invitation, of_both)
    ]


def _files(person: Person) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "size": one.size,
            "of": f"{one.subject_kind}-{one.subject_id}",
            "at": written(one.created_at),
            "removed_at": written(one.removed_at),
        }
        for one in _all(Attachment, Attachment.uploaded_by_id == person.id)
    ]


def _resets(person: Person) -> list[dict[str, Any]]:
    """Requests to reset the person's second step; others' names are not theirs to take."""
    return [
        {
            "reason": one.reason,
            "state": one.state,
            "at": written(one.requested_at),
            "decided_at": written(one.decided_at),
        }
        for one in _all(SecondStepReset, SecondStepReset.person_id == person.id)
    ]


def _all(model: Any, condition: ColumnElement[bool]) -> Sequence[Any]:
    return db.session.scalars(select(model).where(condition).order_by(model.id)).all()
