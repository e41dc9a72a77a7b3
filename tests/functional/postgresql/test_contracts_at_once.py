"""Registers that come in at the same moment: each contract once, and the ledger whole."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from marketplace.contracts.ledger.sums import Sum, total
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import Contract, LedgerEntry
from marketplace.core.db import db
from tests.functional.contracts.registers import AMENDED, Row, bring_in, numbered
from tests.functional.postgresql.conftest import Beside

COUNT = 2_500


def rows(**changes: str) -> list[Row]:
    return list(numbered(COUNT, **changes))


def test_the_same_contracts_from_two_registers_at_once_count_once(
    app: Flask, tmp_path: Path
) -> None:
    beside = Beside(app, lambda: bring_in(tmp_path / "one.csv", rows()) and None)
    bring_in(tmp_path / "two.csv", rows())
    beside.join()
    assert db.session.scalar(select(func.count()).select_from(Contract)) == COUNT
    assert total(db.session) == Sum(COUNT, COUNT * 68_000_050, COUNT * 52_000_025)
    assert verify_ledger(db.session).is_whole


def test_a_register_and_its_later_edition_at_once_leave_a_whole_ledger(
    app: Flask, tmp_path: Path
) -> None:
    beside = Beside(app, lambda: bring_in(tmp_path / "later.csv", rows(**AMENDED)) and None)
    bring_in(tmp_path / "first.csv", rows())
    beside.join()
    result = verify_ledger(db.session)
    assert result.is_whole, result.differences
    positions = db.session.scalars(
        select(LedgerEntry.id).order_by(LedgerEntry.at, LedgerEntry.id)
    ).all()
    assert positions == sorted(positions)
    assert total(db.session).count == COUNT
