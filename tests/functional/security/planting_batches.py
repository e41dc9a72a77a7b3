"""Canaries in what staff bring and compare: files of contracts, batches, differences."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.contracts.models import (
    ContractBatch,
    ReconciliationDifference,
    ReconciliationRow,
    ReconciliationRun,
    SentFile,
    SentFileIssue,
)
from marketplace.core.db import now
from marketplace.core.i18n import today
from tests.functional.security.planting_rows import filled

MONTH = 202603


def plant_batches(session: Session, word: str) -> None:
    """A batch whose file has problems, and a month that differs; only the register's staff see."""
    told = {"zh": word, "en": word}
    notes = {"columns": [word], "other_sheets": [word], "sheet": word, "fields": []}
    file = filled(
        SentFile, word, purpose="batch", sha256="0" * 64, size=1, notes=notes, problem=told
    )
    session.add(file)
    session.flush()
    about = {"column": word, "value": word, "reason": told, "kind": word}
    session.add_all(
        SentFileIssue(file_id=file.id, row=2, is_warning=one, **about) for one in (0, 1)
    )
    session.add(
        filled(
            ContractBatch,
            word,
            key="planted",
            file_id=file.id,
            state="released",
            counts={"contracts": 1, "turnover": 1, "months": []},
            brought_by_id=1,
            released_by_id=1,
            released_at=now(),
        )
    )
    _plant_month(session, file, word)


def _plant_month(session: Session, file: SentFile, word: str) -> None:
    counts = {"equal": 0, "outside": 0, "here": [0, 0, 0], "there": [1, 1, 1]}
    run = ReconciliationRun(month=MONTH, file_id=file.id, state="compared", counts=counts)
    session.add(run)
    session.flush()
    session.add(
        filled(
            ReconciliationRow,
            word,
            run_id=run.id,
            row=2,
            registered_on=today(),
            first_turnover=1,
            is_in_month=True,
            count=1,
            turnover=1,
            tech_amount=1,
        )
    )
    amounts = {"count": 1, "turnover": 1, "tech_amount": 1, "on": "2026-03-02", "was_counted": True}
    side = {"number": word, "title": word, "seller": word, "buyer": word, **amounts}
    session.add_all(
        filled(
            ReconciliationDifference,
            word,
            month=MONTH,
            kind=kind,
            key=kind,
            content="0" * 64,
            here=side,
            there=side,
            run_id=run.id,
            state="closed",
            reason_code="other",
            closed_at=now(),
        )
        for kind in ("only_here", "only_there", "amount")
    )
