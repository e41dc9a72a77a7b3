"""In which order deciding about clocks and accepting deposits lock, so that neither overtakes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Select, event
from sqlalchemy.orm import ORMExecuteState, Session

from marketplace.obligations import clocks
from marketplace.obligations.clocks import decide_clock
from marketplace.obligations.services import decide
from marketplace.obligations.states import ACCEPT
from tests.functional.obligations.conftest import Scene, bureau_actor, handed_in_deposit


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is locked, in turn; SQLite itself does without."""
    taken: list[str] = []
    monkeypatch.setattr(clocks, "lock_until_commit", lambda _session, name: taken.append(name))

    def note(state: ORMExecuteState) -> None:
        statement = state.statement
        if isinstance(statement, Select) and statement._for_update_arg is not None:
            taken.append(statement.get_final_froms()[0].name)

    event.listen(Session, "do_orm_execute", note)
    yield taken
    event.remove(Session, "do_orm_execute", note)


def test_deciding_locks_the_clock_of_the_result_then_the_result_then_the_project(
    scene: Scene, locks: list[str]
) -> None:
    decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    assert locks == [f"clock of {scene.result}", "result", "project"]


def test_accepting_a_deposit_locks_the_clocks_of_all_that_is_converted_before_any_project(
    scene: Scene, locks: list[str]
) -> None:
    decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    deposit = handed_in_deposit(scene, scene.basic_result, scene.result)
    locks.clear()
    decide(bureau_actor(), deposit, ACCEPT, "")
    named = [f"clock of {one}" for one in sorted((scene.result, scene.basic_result))]
    assert locks == ["obligation", *named, "project", "transfer_clock"]
