"""What readers do with further parts: accept terms, ask, open; and how the holder answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import writing
from marketplace.core.notifications import notify
from marketplace.core.policy import Forbidden, policy, visible_to
from marketplace.core.states import StateError
from marketplace.disclosure.answering import answer
from marketplace.disclosure.checking import read_purpose, read_reason
from marketplace.disclosure.models import (
    AccessRequest,
    DisclosureOpening,
    FurtherPart,
    TermsAcceptance,
)
from marketplace.disclosure.policies import ASK, OPEN
from marketplace.disclosure.queries import (
    find_part,
    find_record,
    has_accepted,
    newest_terms,
)
from marketplace.disclosure.standing import NEEDED, Lack, is_of_holder, lack_of, lack_of_membership
from marketplace.disclosure.states import KIND as REQUEST
from marketplace.disclosure.states import REQUEST_STATES, WITHDRAW
from marketplace.disclosure.writing import KIND as PART
from marketplace.disclosure.writing import Conflict


def open_part(actor: Actor, part_id: int) -> None:
    """Open a part for reading: the holder sees who, for whom, which version and when.

    :raises StateError: when there is no such part.
    :raises Forbidden: when the actor hasn't reached its step; the words say what is lacking.
    """
    policy.require(actor, OPEN)
    with writing() as session:
        part = _known_part(session, actor, part_id)
        lack = lack_of(session, actor, part)
        if lack is not None:
            raise Forbidden(OPEN, NEEDED[lack])
        if is_of_holder(actor, part):
            return
        session.add(
            DisclosureOpening(
                part_id=part.id, part_version=part.version, level=part.level, **_who(actor)
            )
        )
        record_audit(session, actor, OPEN, PART, part.id, part.version, level=part.level)


def accept_terms(actor: Actor, kind: str, record_id: int, version: int) -> None:
    """Accept the terms of a record in the version that was shown.

    :raises Conflict: when it isn't the newest any more.
    :raises StateError: when there is no such record.
    :raises Forbidden: when the actor acts for no verified organisation.
    """
    policy.require(actor, OPEN)
    with writing() as session:
        if find_record(session, actor, kind, record_id) is None:
            raise StateError(_l("找不到这条记录，可能已经删除。请回到列表再看看。"))
        lack = lack_of_membership(actor)
        if lack is not None:
            raise Forbidden(OPEN, NEEDED[lack])
        terms = newest_terms(session, kind, record_id)
        if terms is None or terms.version != version:
            raise Conflict
        if not has_accepted(session, actor, terms):
            session.add(TermsAcceptance(terms_id=terms.id, **_who(actor)))
            record_audit(
                session, actor, "terms.accept", "disclosure_terms", terms.id, terms.version
            )


def request_access(actor: Actor, part_id: int, purpose: str) -> None:
    """Ask the holder to be admitted to a part.

    :raises DisclosureProblem: when the purpose is lacking or too long.
    :raises StateError: when there is nothing to ask for, or the request waits already.
    :raises Forbidden: when a step below is lacking.
    """
    policy.require(actor, ASK)
    with writing() as session:
        part = _known_part(session, actor, part_id)
        lack = lack_of(session, actor, part)
        if lack is None:
            raise StateError(_l("这一部分你现在就可以打开，不用申请。"))
        if lack is Lack.WAIT:
            raise StateError(NEEDED[lack])
        if lack is not Lack.ASK:
            raise Forbidden(ASK, NEEDED[lack])
        request = AccessRequest(part_id=part.id, purpose=read_purpose(purpose), **_who(actor))
        session.add(request)
        session.flush()
        record_audit(session, actor, ASK, REQUEST, request.id, request.version)
        for organisation_id in part.owner_ids:
            notify(
                session,
                organisation_id,
                "access_requested",
                record_kind=part.kind,
                record_id=part.record_id,
                title=part.record.title.as_dict(),
                request_id=request.id,
            )


def admit(actor: Actor, request_id: int, *, covers_organisation: bool) -> AccessRequest:
    """Admit the person who asked, or everybody who acts for the same organisation.

    :raises StateError: when it isn't waiting any more.
    :raises Forbidden: when the actor's organisation doesn't hold the record.
    """
    with writing() as session:
        request = _held_request(session, actor, request_id)
        answer(session, actor, request, "access.admit")
        request.covers_organisation = covers_organisation
        return request


def refuse(actor: Actor, request_id: int, reason: str) -> AccessRequest:
    """Refuse with a reason; raises as :func:`admit`, and when the reason is lacking."""
    return _decline(actor, request_id, "access.refuse", reason)


def revoke(actor: Actor, request_id: int, reason: str) -> AccessRequest:
    """Take an admission back with a reason; raises as :func:`refuse`."""
    return _decline(actor, request_id, "access.revoke", reason)


def withdraw(actor: Actor, request_id: int) -> None:
    """Take one's own request back.

    :raises StateError: when it isn't waiting any more, or isn't there for the actor.
    :raises Forbidden: when somebody else made it.
    """
    with writing() as session:
        request = _held_request(session, actor, request_id)
        REQUEST_STATES.take_step(session, actor, request, WITHDRAW)


def _decline(actor: Actor, request_id: int, action: str, reason: str) -> AccessRequest:
    with writing() as session:
        request = _held_request(session, actor, request_id)
        policy.require(actor, action, request)
        request.answer = read_reason(reason)
        answer(session, actor, request, action)
        return request


def _known_part(session: Session, actor: Actor, part_id: int) -> FurtherPart:
    part = find_part(session, actor, part_id, is_locked=True)
    if part is None:
        raise StateError(_l("找不到这一部分，可能已经删去。请回到列表再看看。"))
    return part


def _held_request(session: Session, actor: Actor, request_id: int) -> AccessRequest:
    request = session.scalar(
        select(AccessRequest)
        .where(AccessRequest.id == request_id, visible_to(actor, AccessRequest))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise StateError(_l("找不到这个申请。请回到列表再看看。"))
    return request


def _who(actor: Actor) -> dict[str, object]:
    return {
        "person_id": actor.person_id,
        "person_name": actor.name,
        "organisation_id": actor.organisation_id,
    }
