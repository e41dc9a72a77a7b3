"""Reading batches: the list, one of them, its contracts, and how far the work on it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from marketplace.catalogue.importing.interrupted import is_interrupted
from marketplace.contracts.batch_states import WORKING_STATES
from marketplace.contracts.batches.working import job_of
from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.files.reading import MOST_ROWS
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractFlag,
    FlaggedContract,
)
from marketplace.contracts.models.batch import HELD, LOADING, RELEASED, RELEASING
from marketplace.contracts.models.flag import OPEN
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.progress import FAILED, Job
from marketplace.core.states import StateChange
from marketplace.core.web.paging import Paging, page_at
from marketplace.posting.uploads.jobs import Shown, progress_of

COUNTED = (HELD, RELEASING, RELEASED)
"""States in which all contracts of a batch are there, and its counts say how many."""


@dataclass(frozen=True)
class Work:
    """What goes on with a batch: whether anything does, how far it is, whether it has stopped.

    ``is_interrupted`` says that an import from the command line was broken off.
    """

    is_going_on: bool
    progress: Shown | None
    is_stopped: bool
    is_interrupted: bool = False


def batches(actor: Actor, page: int) -> tuple[Sequence[ContractBatch], Paging]:
    """A page of all batches, newest first; finished registers are among them."""
    seen = visible_to(actor, ContractBatch)
    count = db.session.scalar(select(func.count()).select_from(ContractBatch).where(seen)) or 0
    paging = page_at(page, count)
    newest = select(ContractBatch).where(seen).order_by(ContractBatch.id.desc())
    found = newest.limit(paging.size).offset(paging.offset)
    return db.session.scalars(found).all(), paging


def find_batch(actor: Actor, batch_id: int) -> ContractBatch | None:
    """The batch with its file, where the actor may see it."""
    return db.session.scalar(
        select(ContractBatch)
        .where(ContractBatch.id == batch_id, visible_to(actor, ContractBatch))
        .options(selectinload(ContractBatch.file))
    )


def held_batches(actor: Actor) -> Sequence[ContractBatch]:
    """Those that wait to be released and that have something, oldest first."""
    found = db.session.scalars(
        select(ContractBatch)
        .where(ContractBatch.state == HELD, visible_to(actor, ContractBatch))
        .order_by(ContractBatch.id)
    )
    return [one for one in found if one.counts.get("contracts")]


def contracts_of(
    actor: Actor, batch: ContractBatch, page: int
) -> tuple[Sequence[Contract], Paging]:
    """A page of the contracts of a batch, in the order of its file.

    Of a finished register, which may have a million, the first :data:`MOST_ROWS` are paged through.
    """
    seen = (Contract.batch_id == batch.id, visible_to(actor, Contract))
    if batch.state in COUNTED:
        count = batch.counts.get("contracts", 0)
    else:
        some = select(Contract.id).where(*seen).limit(MOST_ROWS).subquery()
        count = db.session.scalar(select(func.count()).select_from(some)) or 0
    paging = page_at(page, min(count, MOST_ROWS))
    asked = select(Contract).where(*seen).order_by(Contract.id)
    return db.session.scalars(asked.limit(paging.size).offset(paging.offset)).all(), paging


def work_on(batch: ContractBatch) -> Work:
    """What goes on with a batch, without holding anything."""
    if batch.state == LOADING and batch.file_id is None:
        return Work(False, None, False, is_interrupted(db.session, batch.key))
    if batch.state not in WORKING_STATES or (named := job_of(batch)) is None:
        return Work(False, None, False)
    kind, key = named
    state = db.session.scalar(select(Job.state).where(Job.kind == kind, Job.key == key))
    is_stopped = state == FAILED
    return Work(not is_stopped, progress_of(db.session, kind, key), is_stopped)


def closed_months_of(batch: ContractBatch) -> list[int]:
    """The months that are reconciled or published already and in which the batch would count."""
    months = sorted({month for month, *_sums in batch.counts.get("months", ())})
    is_demo = bool(
        db.session.scalar(select(Contract.is_demo).where(Contract.batch_id == batch.id).limit(1))
    )
    return [one for one in months if closed_months.include(db.session, one, is_demo=is_demo)]


def open_flags_of(batch: ContractBatch) -> int:
    """How many open findings of the rules concern contracts of the batch."""
    is_concerned = exists().where(
        FlaggedContract.flag_id == ContractFlag.id,
        Contract.id == FlaggedContract.contract_id,
        Contract.batch_id == batch.id,
    )
    asked = select(func.count(ContractFlag.id)).where(ContractFlag.state == OPEN, is_concerned)
    return db.session.scalar(asked) or 0


def undoing_of(batch: ContractBatch) -> StateChange | None:
    """Who took the batch back, when and why."""
    return db.session.scalar(
        select(StateChange)
        .where(
            StateChange.subject_kind == "contract_batch",
            StateChange.subject_id == batch.id,
            StateChange.target == "undoing",
        )
        .order_by(StateChange.id.desc())
        .limit(1)
    )
