"""Reading postings: one, one's own, those that wait for a reviewer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, defer, joinedload

from marketplace.accounts.models import Membership, MembershipRole, Organisation
from marketplace.catalogue.models import (
    RECORD_MODELS,
    DemandOwner,
    PatentOwner,
    ProjectOrganisation,
    ResultOwner,
)
from marketplace.catalogue.states import OPEN_DEMAND_STATES
from marketplace.catalogue.states import OPEN_STATES as LISTED_STATES
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.states import StateChange
from marketplace.core.web.paging import Paging, page_at
from marketplace.posting.models import Posting, Upload
from marketplace.posting.states import (
    DEMAND,
    FORM_OK,
    KIND,
    OPEN_STATES,
    SUBMITTED,
    UNIT_OK,
    course_of,
)

OWNERS: dict[str, tuple[str, Any]] = {
    "result": ("owner_links", ResultOwner.organisation_id),
    "patent": ("owner_links", PatentOwner.organisation_id),
    "demand": ("owner_links", DemandOwner.organisation_id),
    "project": ("parties", ProjectOrganisation.organisation_id),
}


def find_posting(actor: Actor, posting_id: int) -> Posting | None:
    """The posting, where the actor may see it."""
    return db.session.scalar(
        select(Posting).where(Posting.id == posting_id, visible_to(actor, Posting))
    )


def held_posting(session: Session, actor: Actor, posting_id: int) -> Posting | None:
    """The posting, where the actor may see it, held until the transaction has ended."""
    return session.scalar(
        select(Posting)
        .where(Posting.id == posting_id, visible_to(actor, Posting))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def open_change_of(session: Session, kind: str, record_id: int) -> Posting | None:
    """The change of a record that is being written or reviewed; there is at most one."""
    return session.scalar(
        select(Posting).where(
            Posting.kind == kind,
            Posting.record_id == record_id,
            Posting.base_version.is_not(None),
            Posting.state.in_(OPEN_STATES),
        )
    )


def count_own_postings(actor: Actor) -> int:
    """How much the actor's organisation is working on."""
    count = select(func.count()).select_from(Posting).where(*_own(actor))
    return db.session.scalar(count) or 0


def own_postings(actor: Actor, paging: Paging) -> Sequence[Posting]:
    """A page of what the actor's organisation is working on, last touched first."""
    return db.session.scalars(
        select(Posting)
        .where(*_own(actor))
        .order_by(Posting.updated_at.desc(), Posting.id.desc())
        .limit(paging.size)
        .offset(paging.offset)
    ).all()


def _own(actor: Actor) -> Sequence[ColumnElement[bool]]:
    return (
        visible_to(actor, Posting),
        Posting.organisation_id == actor.organisation_id,
        Posting.state.in_(OPEN_STATES),
    )


def count_own_records(actor: Actor, kind: str) -> int:
    """How many records of a kind the actor's organisation holds."""
    count = select(func.count()).select_from(RECORD_MODELS[kind]).where(*_held_by(actor, kind))
    return db.session.scalar(count) or 0


def own_records(actor: Actor, kind: str, paging: Paging) -> Sequence[Any]:
    """A page of the records of a kind that the actor's organisation holds, newest first."""
    model = RECORD_MODELS[kind]
    return db.session.scalars(
        select(model)
        .where(*_held_by(actor, kind))
        .order_by(model.published_at.desc(), model.id.desc())
        .limit(paging.size)
        .offset(paging.offset)
    ).all()


def _held_by(actor: Actor, kind: str) -> Sequence[ColumnElement[bool]]:
    model = RECORD_MODELS[kind]
    links, column = OWNERS[kind]
    return (
        visible_to(actor, model),
        getattr(model, links).any(column == actor.organisation_id),
    )


def has_public_page(session: Session, actor: Actor, kind: str, record_id: int | None) -> bool:
    """Whether a record has a page that everybody may read, the actor too."""
    if record_id is None:
        return False
    model = RECORD_MODELS[kind]
    found = select(model.id).where(
        model.id == record_id,
        model.state.in_((*LISTED_STATES, *OPEN_DEMAND_STATES)),
        visible_to(actor, model),
    )
    return session.scalar(found) is not None


def waiting_for_review(
    session: Session, actor: Actor, *, upload_id: int | None = None, page: int = 1
) -> tuple[Sequence[Posting], Paging]:
    """A page of what the actor may decide now, longest waiting first."""
    waiting = waiting_condition(actor, upload_id)
    count = session.scalar(select(func.count()).select_from(Posting).where(waiting)) or 0
    paging = page_at(page, count)
    rows = session.scalars(
        select(Posting)
        .options(joinedload(Posting.organisation), defer(Posting.cells))
        .where(waiting)
        .order_by(Posting.submitted_at, Posting.id)
        .limit(paging.size)
        .offset(paging.offset)
    ).all()
    return rows, paging


def any_waits_for_unit(session: Session, actor: Actor, posting_ids: Collection[int]) -> bool:
    """Whether one of these is the actor's to approve for the unit."""
    waiting = select(Posting.id).where(
        Posting.id.in_(posting_ids), waits_for_unit(), waiting_condition(actor)
    )
    return session.scalar(waiting.limit(1)) is not None


def waits_for_unit() -> ColumnElement[bool]:
    """Postings that their own unit is to approve; demands go to the city's staff at once."""
    return and_(Posting.state == SUBMITTED, Posting.kind != DEMAND)


def waiting_condition(actor: Actor, upload_id: int | None = None) -> ColumnElement[bool]:
    """What the actor may decide now; with ``upload_id`` only what came in that spreadsheet.

    It says in SQL what the conditions of the permissions say of a single posting.
    """
    queues = []
    if actor.has_role(Role.HOLDER_MGR):
        queues.append(and_(waits_for_unit(), Posting.organisation_id == actor.organisation_id))
    if actor.has_role(Role.BUREAU, Role.ADMIN):
        queues.append(
            and_(
                or_(
                    Posting.state.in_((UNIT_OK, FORM_OK)),
                    and_(Posting.state == SUBMITTED, Posting.kind == DEMAND),
                ),
                Posting.approved_by_id.is_distinct_from(actor.person_id),
            )
        )
    if not queues or not actor.is_person:
        return false()
    return and_(
        visible_to(actor, Posting),
        or_(*queues),
        Posting.submitted_by_id.is_distinct_from(actor.person_id),
        true() if upload_id is None else Posting.upload_id == upload_id,
    )


@dataclass(frozen=True)
class WaitingUpload:
    """A spreadsheet of which something waits for a decision: whose, since when, how much."""

    upload_id: int
    organisation: Organisation
    since: datetime
    count: int


def waiting_uploads(session: Session, actor: Actor, limit: int = 20) -> list[WaitingUpload]:
    """The spreadsheets of which something waits for the actor, longest waiting first."""
    rows = session.execute(
        select(
            Posting.upload_id,
            Posting.organisation_id,
            func.min(Posting.submitted_at),
            func.count(),
        )
        .where(waiting_condition(actor), Posting.upload_id.is_not(None))
        .group_by(Posting.upload_id, Posting.organisation_id)
        .order_by(func.min(Posting.submitted_at))
        .limit(limit)
    ).all()
    return [
        WaitingUpload(upload_id, session.get_one(Organisation, organisation_id), since, count)
        for upload_id, organisation_id, since, count in rows
        if upload_id is not None and since is not None
    ]


def deciding_actions(actor: Actor, posting: Posting) -> tuple[str, ...]:
    """The actions by which the actor could decide on the posting as it stands."""
    course = course_of(posting.kind)
    if course.review_in(posting.state) is None:
        return ()
    return tuple(row.action for row in course.table.steps_from(actor, posting))


def lacks_other_reviewer(
    session: Session, posting: Posting | Upload, person_id: int | None
) -> bool:
    """Whether a private holder has nobody else who could review what this person submits.

    Demands are not reviewed by the unit, so it lacks nobody for them.
    """
    if posting.kind == DEMAND or posting.organisation.is_state_founded:
        return False
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .where(
            Membership.organisation_id == posting.organisation_id,
            Membership.person_id != person_id,
            Membership.ended_at.is_(None),
            MembershipRole.role == Role.HOLDER_MGR.value,
        )
    )
    return others == 0


def history_of(posting: Posting) -> Sequence[StateChange]:
    """The steps that a posting took, newest first."""
    return db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_kind == KIND, StateChange.subject_id == posting.id)
        .order_by(StateChange.id.desc())
    ).all()


def count_steps(session: Session, kind: str, record_id: int) -> int:
    """How many steps a public record took."""
    steps = select(func.count()).where(
        StateChange.subject_kind == kind, StateChange.subject_id == record_id
    )
    return session.scalar(steps.select_from(StateChange)) or 0


def listing_history(
    session: Session, kind: str, record_id: int, paging: Paging
) -> Sequence[StateChange]:
    """A page of the steps that a public record took, newest first."""
    return session.scalars(
        select(StateChange)
        .where(StateChange.subject_kind == kind, StateChange.subject_id == record_id)
        .order_by(StateChange.id.desc())
        .offset(paging.offset)
        .limit(paging.size)
    ).all()
