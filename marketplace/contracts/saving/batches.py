"""The batch of a file: begun with its first rows, held or counted when all are in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.models import Contract, ContractBatch
from marketplace.contracts.models.batch import HELD, LOADING, RELEASED
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing

SUBJECT = "contract_batch"
BEGIN, FINISH = "contract_batch.begin", "contract_batch.finish"


def batch_of(
    session: Session, actor: Actor, key: str, source: str, *, is_history: bool
) -> ContractBatch:
    """The batch of this file, begun where it is new; ``key`` names the file's content."""
    found = session.scalar(select(ContractBatch).where(ContractBatch.key == key))
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
        record_audit(session, actor, BEGIN, SUBJECT, found.id, found.version, source=source)
    return found


def finish_batch(actor: Actor, key: str) -> None:
    """All rows of the file are in: history counts already, what is new waits for its release."""
    with writing() as session:
        batch = session.scalar(select(ContractBatch).where(ContractBatch.key == key))
        if batch is None or batch.state != LOADING:
            return
        batch.state = RELEASED if batch.is_history else HELD
        if batch.is_history:
            batch.released_by, batch.released_by_id = actor.name, actor.person_id
            batch.released_at = now()
        count, turnover = session.execute(
            select(func.count(Contract.id), func.sum(Contract.turnover)).where(
                Contract.batch_id == batch.id
            )
        ).one()
        batch.counts = {"contracts": count, "turnover": int(turnover or 0)}
        batch.version += 1
        record_audit(
            session, actor, FINISH, SUBJECT, batch.id, batch.version, state=batch.state, count=count
        )


NO_CHANGE = _l("这份合同已经登记在册，内容不一样。登记过的内容要办变更登记，不能由导入改写。")
"""What is said of a row that contradicts the contract which has its number."""
