"""A second person lets a batch count: each of its contracts once, some hundreds at a time.

A held contract and what it counts for change in one transaction, so that wherever the work stops
none counts twice and none is forgotten. In the ledger stand both people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.contracts.arrivals import tell_arrival
from marketplace.contracts.batch_states import (
    BATCH_STATES,
    GOES_ON,
    KIND,
    RELEASE,
    SETTLE,
)
from marketplace.contracts.batches.bringing import WORKER
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract, ContractBatch
from marketplace.contracts.models.batch import EMPTY, RELEASED, RELEASING
from marketplace.contracts.models.batch import HELD as WAITING
from marketplace.contracts.saving.batches import handed_in_by
from marketplace.contracts.saving.counting import ENDS, Counting, Step
from marketplace.contracts.saving.rows import Change, amended, terms_of
from marketplace.contracts.states import HELD, REGISTERED, SUBMITTED
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.notifications import notify
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy, visible_to
from marketplace.core.progress import find_job
from marketplace.core.states import StateError
from marketplace.posting.uploads.jobs import Slice, begin_job, finish_job

JOB = "batch-release"
CHUNK = 500
TOLD = "contract_batch_released"


def release_batch(actor: Actor, batch_id: int) -> None:
    """Have every held contract of a batch count; a second call changes nothing.

    :raises StateError: when there is nothing to release.
    :raises Forbidden: when the actor brought the batch, or may not release any.
    """
    with writing() as session:
        batch = held_batch(session, actor, batch_id)
        policy.require(actor, RELEASE, batch)
        if batch.state in (RELEASING, RELEASED):
            return
        if batch.state in (WAITING, EMPTY) and not batch.counts.get("contracts"):
            raise StateError(_("这一批没有新的合同，不用放行。"))
        BATCH_STATES.take_step(session, actor, batch, RELEASE)
        batch.released_by, batch.released_by_id = actor.name, actor.person_id
        batch.released_at = now()
        begin_job(session, JOB, str(batch_id), batch.source, batch.counts["contracts"])


def release_slice(batch_id: int) -> None:
    """Let contracts count for some seconds; those that do are no longer held."""
    this = Slice()
    while not this.is_over:
        with writing() as session:
            batch = session.get(
                ContractBatch, batch_id, with_for_update=True, populate_existing=True
            )
            if batch is None or batch.state != RELEASING:
                return
            job = find_job(session, JOB, str(batch_id))
            contracts = session.scalars(
                select(Contract)
                .where(Contract.batch_id == batch_id, Contract.state == HELD)
                .order_by(Contract.id)
                .limit(CHUNK)
                .with_for_update()
                .execution_options(populate_existing=True)
            ).all()
            if not contracts:
                if job is not None:
                    finish_job(job)
                _settle(session, batch)
                return
            let_count(session, batch, contracts)
            if job is not None:
                job.done += len(contracts)
    with writing() as session:
        record_event(session, GOES_ON, KIND, batch_id)


def let_count(session: Session, batch: ContractBatch, contracts: Sequence[Contract]) -> None:
    """Give held contracts their state, their versions and their postings."""
    hands = Hands(
        batch.brought_by, batch.released_by or "", batch.brought_by_id, batch.released_by_id
    )
    if any(one.held_change for one in contracts):
        tell_arrival(session, KIND, batch.id)
    for is_demo in (False, True):
        ready = [one for one in contracts if one.is_demo is is_demo]
        counting = Counting(session, hands, batch.id, is_demo=is_demo)
        steps: list[Step] = []
        changes: list[dict[str, Any]] = []
        for contract in ready:
            steps += _steps(counting, contract)
            changes.append(_released(batch, contract))
        if changes:
            session.execute(update(Contract), changes)
        counting.book(steps)


def _steps(counting: Counting, contract: Contract) -> list[Step]:
    if contract.registered_on is None:
        return []
    return counting.steps(
        contract.id, contract.registered_on, terms_of(contract), _change_of(contract)
    )


def _released(batch: ContractBatch, contract: Contract) -> dict[str, Any]:
    """What the contract is from now on; neither who brought nor who releases it registers it."""
    shared = {"id": contract.id, "updated_at": now(), "held_change": None}
    if contract.registered_on is None:
        return {
            **shared,
            **handed_in_by(batch, is_registered=False),
            "state": SUBMITTED,
            "version": 0,
            "is_counted": False,
            "submitted_at": now(),
            "released_by_id": batch.released_by_id,
        }
    change = _change_of(contract)
    terms = amended(terms_of(contract), change)
    return {
        **shared,
        "state": ENDS[change.state] if change else REGISTERED,
        "version": 2 if change else 1,
        "is_counted": change is None or change.state == "amended",
        "turnover": terms.turnover,
        "tech_amount": terms.tech_amount,
        "checked_at": None if change else contract.checked_at,
    }


def _change_of(contract: Contract) -> Change | None:
    return Change.of_stored(contract.held_change) if contract.held_change else None


def _settle(session: Session, batch: ContractBatch) -> None:
    if batch.file is not None:
        batch.file.is_over = True
    BATCH_STATES.take_step(session, WORKER, batch, SETTLE)
    if batch.brought_by_id is not None:
        notify(
            session,
            batch.brought_for_id,
            TOLD,
            person_id=batch.brought_by_id,
            batch_id=batch.id,
            source=batch.source,
            count=batch.registered,
            unregistered=batch.unregistered,
            by=batch.released_by,
        )


def held_batch(session: Session, actor: Actor, batch_id: int) -> ContractBatch:
    """The batch, held until the transaction ends.

    :raises StateError: when there is none that the actor may see.
    """
    batch = session.scalar(
        select(ContractBatch)
        .where(ContractBatch.id == batch_id, visible_to(actor, ContractBatch))
        .with_for_update(of=ContractBatch)
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise StateError(_("找不到这一批合同。请回到列表再看看。"))
    return batch
