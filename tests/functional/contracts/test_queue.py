"""The queue of staff beside a large register: its order, its search, and what it reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Select, select, text

from marketplace.contracts import queue as queues
from marketplace.contracts.models import Contract, ContractObjection, ContractReceipt
from marketplace.contracts.queue import CHANGES, FINISHED, staff_queue, stands_in
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.postgresql import is_postgresql
from tests.functional.contracts.conftest import Scene, actor_of, add_contract, seen
from tests.functional.posting.conftest import People


@pytest.fixture
def reader(scene: Scene) -> Actor:
    return actor_of(scene, Role.REVIEWER)


def done(scene: Scene, number: str, on: date | None, **values: Any) -> int:
    state = "registered" if on else "refused"
    return add_contract(
        scene, **{"state": state, "number": number or None, "registered_on": on, **values}
    )


def ids(actor: Actor, chosen: str = FINISHED, page: int = 1, **asked: str) -> list[int]:
    db.session.rollback()
    return [one.contract.id for one in staff_queue(actor, chosen, page, **asked).rows]


def test_what_is_done_stands_newest_first_and_what_was_refused_last(
    scene: Scene, reader: Actor
) -> None:
    refused = done(scene, "", None)
    old = done(scene, "2025410103000001", date(2025, 1, 2))
    new = done(scene, "2026410103000002", date(2026, 5, 6))
    also_refused = done(scene, "", None)
    same_day = done(scene, "2026410103000003", date(2026, 5, 6))
    assert ids(reader) == [same_day, new, old, also_refused, refused]


def test_only_the_newest_of_what_is_done_are_counted_and_paged_through(
    scene: Scene, reader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "MOST", 2)
    made = [done(scene, f"202641010300000{day}", date(2026, 5, day)) for day in (1, 2, 3, 4)]
    found = staff_queue(reader, FINISHED, 9)
    assert [one.contract.id for one in found.rows] == [made[3], made[2]]
    assert (found.paging.total, found.counts[FINISHED]) == (2, 3)
    assert staff_queue(reader, CHANGES, 1).counts[FINISHED] == 3


def test_a_register_too_large_to_count_says_so(
    staff: People, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "MOST", 1)
    for day in (1, 2):
        done(scene, f"202641010300000{day}", date(2026, 5, day))
    page = seen(staff.browser("registrar").get("/staff/contracts?queue=done"))
    assert "已办结 1+" in " ".join(page.split()).replace('<span class="m-num">', "")
    assert "这里只列最近登记的 1 份" in page


@pytest.mark.parametrize("typed", ["20264101", "2026410103000002"])
def test_a_number_is_found_by_its_beginning(scene: Scene, reader: Actor, typed: str) -> None:
    done(scene, "2025410103000002", date(2025, 1, 2))
    wanted = done(scene, "2026410103000002", date(2026, 5, 6))
    done(scene, "2027410103000002", date(2026, 5, 7))
    assert ids(reader, words=typed) == [wanted]


def test_a_number_typed_in_full_is_found_alone(scene: Scene, reader: Actor) -> None:
    wanted = done(scene, "20264101030000", date(2026, 5, 6))
    done(scene, "2026410103000002", date(2026, 5, 6))
    assert ids(reader, words="20264101030000") == [wanted]


def test_a_few_digits_are_found_anywhere(scene: Scene, reader: Actor) -> None:
    wanted = done(scene, "2026410103000482", date(2026, 5, 6))
    done(scene, "2026410103000002", date(2026, 5, 6))
    assert ids(reader, words="0482") == [wanted]


def test_a_search_in_another_queue_does_not_search_what_is_done(
    scene: Scene, reader: Actor
) -> None:
    done(scene, "2026410103000482", date(2026, 5, 6))
    assert staff_queue(reader, CHANGES, 1, words="检测").counts[FINISHED] is None


def plan(asked: Select[Any]) -> str:
    """How SQLite would answer."""
    if is_postgresql(db.engine):
        pytest.skip("SQLite's plan")
    said = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True}))
    return "\n".join(row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {said}")))


@pytest.mark.parametrize("model", [ContractReceipt, ContractObjection])
def test_what_belongs_to_a_contract_is_seen_without_reading_all_contracts(
    scene: Scene, reader: Actor, model: Any
) -> None:
    asked = select(model.id).where(model.id == 1, visible_to(reader, model))
    assert "SCAN contract\n" not in plan(asked) + "\n"


def test_what_a_district_has_is_found_by_its_index(scene: Scene) -> None:
    of_district = actor_of(scene, Role.REVIEWER, districts=frozenset({"410105"}))
    found = plan(select(Contract.id).where(visible_to(of_district, Contract)))
    assert "ix_contract_division" in found


def test_what_is_in_hand_is_found_by_its_states(reader: Actor) -> None:
    asked = select(Contract.id).where(visible_to(reader, Contract), stands_in("accepted", "held"))
    assert "SCAN contract\n" not in plan(asked) + "\n"


def test_a_units_own_are_found_by_the_indexes_of_unit_and_parties(scene: Scene) -> None:
    of_unit = actor_of(scene, Role.HOLDER, organisation_id=scene.seller)
    found = plan(select(Contract.id).where(visible_to(of_unit, Contract)))
    assert "SCAN" not in found
    assert "ix_contract_buyer_id" in found


def test_what_waits_to_be_accepted_stands_between_what_runs_and_what_waits_for_others(
    scene: Scene, reader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    waits = add_contract(scene, "correction")
    small = add_contract(scene, tech_amount=100)
    large = add_contract(scene, tech_amount=200)
    runs = [
        add_contract(scene, "reviewing", accepted_on=date(2026, 10, day)) for day in (12, 13, 14)
    ]
    pages = [ids(reader, queues.ALL, page) for page in (1, 2, 3)]
    assert pages == [runs[:2], [runs[2], large], [small, waits]]
    assert staff_queue(reader, queues.ALL, 1).counts[queues.ALL] == 6


def test_what_waits_to_be_accepted_is_counted_and_not_read(
    scene: Scene, reader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 1)
    for amount in (1, 2, 3):
        add_contract(scene, tech_amount=amount)
    assert queues._waiting([visible_to(reader, Contract)]) == []
    assert len(ids(reader, queues.ALL)) == 1


def test_large_and_disputed_ones_that_wait_to_be_accepted_are_in_the_queue_of_large_ones(
    scene: Scene, reader: Actor
) -> None:
    add_contract(scene, tech_amount=100)
    large = add_contract(scene, tech_amount=100_000_000_000)
    disputed = add_contract(scene, tech_amount=100, is_disputed=True)
    assert ids(reader, queues.LARGE) == [large, disputed]


def test_words_are_searched_for_in_recent_years_and_the_page_says_so(
    staff: People, scene: Scene, reader: Actor
) -> None:
    old = done(scene, "2012410103000002", date(2012, 1, 2))
    new = done(scene, "2026410103000002", date(2026, 5, 6))
    assert ids(reader, words="毛刺") == [new]
    assert ids(reader, words="2012410103000002") == [old]
    page = seen(staff.browser("registrar").get("/staff/contracts?queue=done&q=毛刺"))
    assert "以来登记的；更早的请按编号查找" in page
