"""The batch of a file: begun with its first rows, held or counted when all are in."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.batch_states import BATCH_STATES, CLOSE, COUNT, FINISH, KIND
from marketplace.contracts.models import Contract, ContractBatch
from marketplace.contracts.models.batch import LOADING
from marketplace.contracts.saving.totals import counts_of
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing

BEGIN = "contract_batch.begin"


def batch_of(
    session: Session, actor: Actor, key: str, source: str, *, is_history: bool
) -> ContractBatch:
    """The batch of this file, begun where it is new; ``key`` names the file's content.

    What a file brings that was read to its end before, and refused then, comes as another batch:
    nobody has looked at it.
    """
    found = session.scalar(select(ContractBatch).where(ContractBatch.key == key))
    if found is not None and not is_history and found.state != LOADING:
        free_key(found)
        session.flush()
        found = None
    if found is None:
        found = ContractBatch(
            key=key,
            source=source,
            is_history=is_history,
            brought_by=actor.name,
            brought_by_id=actor.person_id,
            brought_for_id=actor.organisation_id,
        )
        session.add(found)
        session.flush()
        record_audit(session, actor, BEGIN, KIND, found.id, found.version, source=source)
    return found


def handed_in_by(batch: ContractBatch, *, is_registered: bool) -> dict[str, Any]:
    """Who handed in a row that isn't registered yet, as its contract keeps it: who brought it.

    They decide nothing about it later. What is registered came from the register itself.
    """
    return {
        "submitted_by": "" if is_registered else batch.brought_by,
        "submitted_by_id": None if is_registered else batch.brought_by_id,
    }


def free_key(batch: ContractBatch) -> None:
    """Let the same file begin another batch."""
    batch.key = f"past-{batch.id}"


def finish_batch(actor: Actor, key: str) -> None:
    """All rows of the file are in: history counts already, what is new waits for its release.

    A batch without a new contract is over.
    """
    with writing() as session:
        batch = session.scalar(select(ContractBatch).where(ContractBatch.key == key))
        if batch is None or batch.state != LOADING:
            return
        if batch.is_history:
            batch.released_by, batch.released_by_id = actor.name, actor.person_id
            batch.released_at = now()
            batch.counts = _counts_of_history(session, batch.id)
            BATCH_STATES.take_step(session, actor, batch, COUNT)
        else:
            batch.counts = counts_of(session, batch.id)
            is_empty = not batch.counts["contracts"]
            if is_empty and batch.file is not None:
                batch.file.is_over = True
            BATCH_STATES.take_step(session, actor, batch, CLOSE if is_empty else FINISH)


def _counts_of_history(session: Session, batch_id: int) -> dict[str, int]:
    count, registered, turnover = session.execute(
        select(
            func.count(Contract.id),
            func.count(Contract.registered_on),
            func.sum(Contract.turnover),
        ).where(Contract.batch_id == batch_id)
    ).one()
    return {
        "contracts": count,
        "unregistered": count - registered,
        "turnover": int(turnover or 0),
    }


NUMBER_WAITS = _l("这个编号的合同已经来过，还没有计入，内容不一样。请先办完或撤回那一份。")
"""What is said of a row that contradicts the contract which has its number."""
