"""Reading what is kept about further parts: parts, terms, requests, openings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.web.paging import Paging, page_at
from marketplace.disclosure.models import (
    AccessRequest,
    DisclosureOpening,
    FurtherPart,
    PartVersion,
    Terms,
    TermsAcceptance,
)
from marketplace.disclosure.policies import KINDS
from marketplace.disclosure.states import ADMITTED, REQUESTED


def find_record(session: Session, actor: Actor, kind: str, record_id: int) -> Any:
    """The result or patent, where the actor may see it."""
    model = KINDS[kind][0]
    return session.scalar(select(model).where(model.id == record_id, visible_to(actor, model)))


def find_part(
    session: Session, actor: Actor, part_id: int, *, is_locked: bool = False
) -> FurtherPart | None:
    """The part, where the actor may know of it; that is not yet the right to read it."""
    query = select(FurtherPart).where(FurtherPart.id == part_id, visible_to(actor, FurtherPart))
    return session.scalar(query.with_for_update() if is_locked else query)


def parts_of(session: Session, actor: Actor, kind: str, record_id: int) -> Sequence[FurtherPart]:
    """The parts of a record in their order."""
    return session.scalars(
        select(FurtherPart)
        .where(
            visible_to(actor, FurtherPart),
            FurtherPart.kind == kind,
            FurtherPart.record_id == record_id,
        )
        .order_by(FurtherPart.rank, FurtherPart.id)
    ).all()


def newest_terms(session: Session, kind: str, record_id: int) -> Terms | None:
    """The terms that count now."""
    return session.scalar(
        select(Terms)
        .where(Terms.kind == kind, Terms.record_id == record_id)
        .order_by(Terms.version.desc())
        .limit(1)
    )


def has_accepted(session: Session, actor: Actor, terms: Terms) -> bool:
    """Whether the person accepted this version for the organisation it acts for."""
    found = session.scalar(
        select(TermsAcceptance.id).where(
            TermsAcceptance.terms_id == terms.id,
            TermsAcceptance.person_id == actor.person_id,
            TermsAcceptance.organisation_id == actor.organisation_id,
        )
    )
    return found is not None


def is_admitted(session: Session, actor: Actor, part: FurtherPart) -> bool:
    """Whether the holder admitted the person, or everybody of its organisation."""
    found = session.scalar(
        select(AccessRequest.id)
        .where(
            AccessRequest.part_id == part.id,
            AccessRequest.state == ADMITTED,
            AccessRequest.organisation_id == actor.organisation_id,
            or_(
                AccessRequest.person_id == actor.person_id,
                AccessRequest.covers_organisation.is_(True),
            ),
        )
        .limit(1)
    )
    return found is not None


def newest_request(session: Session, actor: Actor, part: FurtherPart) -> AccessRequest | None:
    """The last request that the person made for this part, for the same organisation."""
    return session.scalar(
        select(AccessRequest)
        .where(
            AccessRequest.part_id == part.id,
            AccessRequest.person_id == actor.person_id,
            AccessRequest.organisation_id == actor.organisation_id,
        )
        .order_by(AccessRequest.id.desc())
        .limit(1)
    )


def find_own_request(session: Session, actor: Actor, request_id: int) -> AccessRequest | None:
    """The request, where the person made it for the same organisation."""
    return session.scalar(
        select(AccessRequest).where(
            AccessRequest.id == request_id,
            AccessRequest.person_id == actor.person_id,
            visible_to(actor, AccessRequest),
        )
    )


def last_opening(session: Session, actor: Actor, part: FurtherPart) -> DisclosureOpening | None:
    """When the person last opened the present version, for the same organisation, if ever."""
    return session.scalar(
        select(DisclosureOpening)
        .where(
            DisclosureOpening.part_id == part.id,
            DisclosureOpening.part_version == part.version,
            DisclosureOpening.person_id == actor.person_id,
            DisclosureOpening.organisation_id == actor.organisation_id,
        )
        .order_by(DisclosureOpening.id.desc())
        .limit(1)
    )


def versions_of(part: FurtherPart) -> Sequence[PartVersion]:
    """What the part said, newest first; for its holder."""
    return db.session.scalars(
        select(PartVersion)
        .where(PartVersion.part_id == part.id)
        .order_by(PartVersion.version.desc())
    ).all()


def requests_of(
    actor: Actor, kind: str, record_id: int, page: int
) -> tuple[Sequence[AccessRequest], Paging]:
    """A page of the requests for parts of a record, waiting ones first, longest waiting before."""
    condition = (
        visible_to(actor, AccessRequest),
        FurtherPart.kind == kind,
        FurtherPart.record_id == record_id,
        FurtherPart.removed_at.is_(None),
    )
    count = db.session.scalar(
        select(func.count(AccessRequest.id))
        .join(FurtherPart, FurtherPart.id == AccessRequest.part_id)
        .where(*condition)
    )
    paging = page_at(page, count or 0)
    rows = db.session.scalars(
        select(AccessRequest)
        .join(FurtherPart, FurtherPart.id == AccessRequest.part_id)
        .options(joinedload(AccessRequest.organisation), joinedload(AccessRequest.part))
        .where(*condition)
        .order_by(AccessRequest.state != REQUESTED, AccessRequest.id)
        .limit(paging.size)
        .offset(paging.offset)
    ).all()
    return rows, paging


def waiting_requests(session: Session, actor: Actor, limit: int) -> Sequence[AccessRequest]:
    """The requests that wait for the actor's organisation, longest waiting first."""
    return session.scalars(
        select(AccessRequest)
        .join(FurtherPart, FurtherPart.id == AccessRequest.part_id)
        .options(joinedload(AccessRequest.part))
        .where(
            visible_to(actor, AccessRequest),
            AccessRequest.state == REQUESTED,
            FurtherPart.removed_at.is_(None),
        )
        .order_by(AccessRequest.id)
        .limit(limit)
    ).all()


def openings_of(
    actor: Actor, kind: str, record_id: int, page: int
) -> tuple[Sequence[DisclosureOpening], Paging]:
    """A page of who opened parts of a record, newest first."""
    paging = page_at(page, count_openings(actor, kind, record_id))
    rows = db.session.scalars(
        select(DisclosureOpening)
        .join(FurtherPart, FurtherPart.id == DisclosureOpening.part_id)
        .options(joinedload(DisclosureOpening.organisation), joinedload(DisclosureOpening.part))
        .where(*_openings(actor, kind, record_id))
        .order_by(DisclosureOpening.id.desc())
        .limit(paging.size)
        .offset(paging.offset)
    ).all()
    return rows, paging


def count_openings(actor: Actor, kind: str, record_id: int, part_id: int | None = None) -> int:
    """How often parts of a record were opened, or one of them alone."""
    query = (
        select(func.count(DisclosureOpening.id))
        .join(FurtherPart, FurtherPart.id == DisclosureOpening.part_id)
        .where(*_openings(actor, kind, record_id))
    )
    if part_id is not None:
        query = query.where(DisclosureOpening.part_id == part_id)
    return db.session.scalar(query) or 0


def count_requests(actor: Actor, part: FurtherPart) -> dict[str, int]:
    """How many requests for a part stand in each state; states without any are left out."""
    rows = db.session.execute(
        select(AccessRequest.state, func.count())
        .where(visible_to(actor, AccessRequest), AccessRequest.part_id == part.id)
        .group_by(AccessRequest.state)
    )
    return {row[0]: row[1] for row in rows}


def _openings(actor: Actor, kind: str, record_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        visible_to(actor, DisclosureOpening),
        FurtherPart.kind == kind,
        FurtherPart.record_id == record_id,
    )
