"""A batch that comes by the web: its file is received, and read into held contracts."""

from __future__ import annotations

from typing import IO
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.contracts.batch_states import BATCH_STATES, FAIL, KIND
from marketplace.contracts.batches.policies import BRING
from marketplace.contracts.files.reading import Purpose, declare_purpose
from marketplace.contracts.files.receiving import keep_file, look_at
from marketplace.contracts.flagging import forget_flags_of, hold_checks
from marketplace.contracts.models import Contract, ContractBatch, SentFile
from marketplace.contracts.saving import contract_target
from marketplace.contracts.saving.batches import BEGIN, finish_batch
from marketplace.core.actor import Actor, system
from marketplace.core.audit import record_audit
from marketplace.core.db import writing
from marketplace.core.policy import policy
from marketplace.posting.uploads.receiving import printable_name, received

PURPOSE = "batch"
WORKER = system("contract batches")


def bring_file(actor: Actor, name: str, content: IO[bytes]) -> int:
    """Begin a batch with a file of contracts; returns the batch's id.

    :raises TableError: when the file can't be read as a whole; nothing is kept.
    :raises Forbidden: when the actor may not bring contracts.
    """
    policy.require(actor, BRING)
    name = printable_name(name)
    with received(name, content) as path:
        notes = look_at(contract_target(is_history=False), path)
        with writing() as session:
            file = keep_file(session, actor, PURPOSE, name, path, notes)
            batch = ContractBatch(
                key=uuid4().hex,
                source=name[:200],
                brought_by=actor.name,
                brought_by_id=actor.person_id,
                brought_for_id=actor.organisation_id,
                file_id=file.id,
            )
            session.add(batch)
            session.flush()
            record_audit(session, actor, BEGIN, KIND, batch.id, 0, source=batch.source)
            return batch.id


def declare_bringing() -> None:
    """Let files be read into batches."""
    declare_purpose(
        PURPOSE,
        Purpose(
            target_of=lambda _file: contract_target(is_history=False),
            key_of=lambda session, file: _batch_of(session, file).key,
            finish=lambda session, file: finish_batch(WORKER, _batch_of(session, file).key),
            fail=_fail,
        ),
    )


def _batch_of(session: Session, file: SentFile) -> ContractBatch:
    return session.scalars(select(ContractBatch).where(ContractBatch.file_id == file.id)).one()


def _fail(session: Session, file: SentFile) -> None:
    batch = _batch_of(session, file)
    hold_checks(session)
    ids = session.scalars(select(Contract.id).where(Contract.batch_id == batch.id)).all()
    forget_flags_of(session, batch.id, ids)
    session.execute(delete(Contract).where(Contract.batch_id == batch.id))
    file.is_over = True
    BATCH_STATES.take_step(session, WORKER, batch, FAIL)
