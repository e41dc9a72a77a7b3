"""Two who let the same batch count at the same moment: each contract counts once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask

from marketplace.contracts.batches import releasing
from marketplace.contracts.batches.releasing import release_batch, release_slice
from marketplace.contracts.batches.undoing import undo_batch
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.core.states import StateError
from tests.functional.contracts.batch_files import add_staff, amended, brought, fresh, posted
from tests.functional.postgresql.conftest import Beside
from tests.functional.posting.conftest import People


@pytest.fixture
def staff(app: Flask) -> People:
    """Those who register contracts."""
    return People(app, add_staff())


def test_two_who_release_and_two_workers_let_each_contract_count_once(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "CHUNK", 3)
    batch = brought(staff["registrar"], [amended(number) for number in range(20)])
    at_once(
        staff,
        lambda: release_batch(staff["second"], batch.id),
        lambda: release_batch(staff["stat"], batch.id),
    )
    at_once(staff, lambda: release_slice(batch.id), lambda: release_slice(batch.id))
    drain()
    assert fresh(batch.id).state == "released"
    assert len(posted()) == 40
    assert verify_ledger(db.session).is_whole


def test_a_batch_that_is_released_and_undone_at_once_ends_as_one_of_the_two(
    staff: People,
) -> None:
    batch = brought(staff["registrar"], [amended(number) for number in range(5)])

    def undo() -> None:
        with suppress(StateError):
            undo_batch(staff["reviewer"], batch.id, "传错了")

    def release() -> None:
        with suppress(StateError):
            release_batch(staff["second"], batch.id)

    at_once(staff, undo, release)
    drain()
    end = fresh(batch.id).state
    assert (end, len(posted())) in {("released", 10), ("undone", 0)}
    assert verify_ledger(db.session).is_whole


def at_once(staff: People, *works: Callable[[], None]) -> None:
    beside = [Beside(staff.app, work) for work in works]
    for one in beside:
        one.join()
