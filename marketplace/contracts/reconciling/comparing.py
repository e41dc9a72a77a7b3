"""Comparing a run with the ledger, and keeping what differs from run to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.saving.identity import in_chunks
from marketplace.contracts.ledger.sums import counts_demo, position
from marketplace.contracts.models import (
    Contract,
    LedgerEntry,
    ReconciliationDifference,
    ReconciliationRow,
    ReconciliationRun,
    SentFile,
)
from marketplace.contracts.models.ledger import REGISTER
from marketplace.contracts.models.reconciliation import COMPARED
from marketplace.contracts.reconciling.matching import Comparison, Found, Side, compare
from marketplace.contracts.reconciling.states import (
    COMPARE,
    DIFFERENCE_STATES,
    DROP,
    GONE,
    OPEN,
    RENEW,
    RUN_STATES,
    VANISH,
)
from marketplace.core.actor import system
from marketplace.core.db import now
from marketplace.core.locks import lock_until_commit

WORKER = system("reconciliation")


def compare_run(session: Session, run: ReconciliationRun) -> None:
    """Compare a run whose rows are all in, in the transaction that is open.

    What differed before and still does in the same way stays as it is, closed or open; what
    differs otherwise is open again; what no longer differs is gone.
    """
    lock_until_commit(session, f"reconciliation {run.month}")
    later = select(ReconciliationRun.id).where(
        ReconciliationRun.month == run.month,
        ReconciliationRun.state == COMPARED,
        ReconciliationRun.id > run.id,
    )
    if session.scalar(later.limit(1)) is not None:
        run.file.is_over = True
        RUN_STATES.take_step(session, WORKER, run, DROP)
        return
    run.position = position(session)
    there = _theirs(session, run)
    here = _ours(session, run, has_changes="changed_on" in run.file.notes.get("fields", ()))
    result = compare(here, there, _elsewhere(session, here, there))
    _keep(session, run, result.found)
    run.counts = _counts(result, here, there)
    session.execute(delete(ReconciliationRow).where(ReconciliationRow.run_id == run.id))
    earlier = select(ReconciliationRun.file_id).where(
        ReconciliationRun.month == run.month, ReconciliationRun.id < run.id
    )
    session.execute(update(SentFile).where(SentFile.id.in_(earlier)).values(is_over=True))
    RUN_STATES.take_step(session, WORKER, run, COMPARE)


def _theirs(session: Session, run: ReconciliationRun) -> list[Side]:
    rows = session.scalars(
        select(ReconciliationRow)
        .where(ReconciliationRow.run_id == run.id)
        .order_by(ReconciliationRow.id)
    )
    return [
        Side(
            *(row.number, row.title, row.seller_name, row.buyer_name),
            *(row.signed_on, row.registered_on, row.first_turnover),
            *(row.count, row.turnover, row.tech_amount),
            is_in_month=row.is_in_month,
        )
        for row in rows
    ]


def _ours(session: Session, run: ReconciliationRun, *, has_changes: bool) -> list[Side]:
    """What counts here in the month, contract by contract.

    An export without days of changes lists what was registered in the month, so contracts that
    only changed in it are left out then.
    """
    is_registration = LedgerEntry.event == REGISTER
    first = func.sum(case((is_registration, LedgerEntry.d_turnover), else_=0))
    counted = (
        select(
            LedgerEntry.contract_id,
            func.sum(LedgerEntry.d_count).label("contracts"),
            func.sum(LedgerEntry.d_turnover).label("turnover"),
            func.sum(LedgerEntry.d_tech_amount).label("tech_amount"),
            func.max(case((is_registration, 1), else_=0)).label("is_new"),
            first.label("first_turnover"),
        )
        .where(LedgerEntry.month == run.month, LedgerEntry.is_demo == counts_demo(session))
        .group_by(LedgerEntry.contract_id)
        .subquery()
    )
    asked = select(counted, *_columns()).join(Contract, Contract.id == counted.c.contract_id)
    if not has_changes:
        asked = asked.where(counted.c.is_new == 1)
    return [
        _side(
            row,
            first_turnover=int(row.first_turnover) if row.is_new else int(row.contract_turnover),
            count=int(row.contracts),
            turnover=int(row.turnover),
            tech_amount=int(row.tech_amount),
        )
        for row in session.execute(asked.order_by(counted.c.contract_id))
    ]


def _elsewhere(session: Session, here: Sequence[Side], there: Sequence[Side]) -> Mapping[str, Side]:
    """By number, contracts of ours that the export names and that don't count in the month."""
    known = {one.number for one in here}
    numbers = [one.number for one in there if one.number and one.number not in known]
    found: dict[str, Side] = {}
    for chunk in in_chunks(numbers):
        asked = select(*_columns(), Contract.id.label("contract_id")).where(
            Contract.number.in_(chunk)
        )
        for row in session.execute(asked):
            found[row.number] = _side(
                row,
                first_turnover=row.contract_turnover or 0,
                count=0,
                turnover=0,
                tech_amount=0,
                was_counted=row.version > 0,
            )
    return found


def _columns() -> tuple[Any, ...]:
    return (
        Contract.number,
        Contract.title,
        Contract.seller_name,
        Contract.buyer_name,
        Contract.signed_on,
        Contract.registered_on,
        Contract.version,
        Contract.turnover.label("contract_turnover"),
    )


def _side(row: Any, **amounts: Any) -> Side:
    return Side(
        *(row.number or "", row.title, row.seller_name, row.buyer_name),
        *(row.signed_on, row.registered_on),
        contract_id=row.contract_id,
        **amounts,
    )


def _keep(session: Session, run: ReconciliationRun, found: Sequence[Found]) -> None:
    kept = {
        (one.kind, one.key): one
        for one in session.scalars(
            select(ReconciliationDifference)
            .where(ReconciliationDifference.month == run.month)
            .with_for_update()
        )
    }
    fresh = []
    for one in found:
        known = kept.pop((one.kind, one.key), None)
        if known is None:
            fresh.append(_values(run, one))
            continue
        is_other = known.content != one.content
        for name, value in _values(run, one).items():
            setattr(known, name, value)
        if known.state == GONE or (known.state != OPEN and is_other):
            known.reason_code, known.reason = "", ""
            known.closed_by, known.closed_by_id, known.closed_at = None, None, None
            DIFFERENCE_STATES.take_step(session, WORKER, known, RENEW)
    for gone in kept.values():
        if gone.state != GONE:
            DIFFERENCE_STATES.take_step(session, WORKER, gone, VANISH)
    if fresh:
        moment = now()
        shared = {"created_at": moment, "updated_at": moment, "state": OPEN, "version": 1}
        session.execute(
            insert(ReconciliationDifference),
            [{**shared, "reason_code": "", "reason": "", **one} for one in fresh],
        )


def _values(run: ReconciliationRun, found: Found) -> dict[str, Any]:
    return {
        "month": run.month,
        "kind": found.kind,
        "key": found.key,
        "content": found.content,
        "contract_id": found.here.contract_id if found.here else None,
        "here": found.here.as_told() if found.here else None,
        "there": found.there.as_told() if found.there else None,
        "run_id": run.id,
    }


def _counts(result: Comparison, here: Sequence[Side], there: Sequence[Side]) -> dict[str, Any]:
    return {
        "equal": result.equal,
        "here": _total(here),
        "there": _total([one for one in there if one.is_in_month]),
        "outside": sum(not one.is_in_month for one in there),
    }


def _total(sides: Sequence[Side]) -> list[int]:
    """Contracts, turnover and technology amount."""
    return [
        sum(one.count for one in sides),
        sum(one.turnover for one in sides),
        sum(one.tech_amount for one in sides),
    ]
