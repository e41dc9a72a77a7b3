"""What waits for staff and for parties: what somebody may not do doesn't fill their list."""

from __future__ import annotations

from typing import Any

import pytest
from flask import current_app

from marketplace.contracts import waiting
from marketplace.contracts.waiting import waiting_for
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db, now
from marketplace.core.my_tasks import Task
from tests.functional.contracts.conftest import Scene, actor_of, add_contract


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of two tasks."""
    monkeypatch.setattr(waiting, "MOST", 2)


def addresses(scene: Scene, role: Role, **values: Any) -> list[str]:
    return [one.address for one in tasks(actor_of(scene, role, **values))]


def tasks(actor: Actor) -> list[Task]:
    with current_app.test_request_context():
        return list(waiting_for(db.session, actor))


def test_what_a_registrar_brought_does_not_hide_what_others_handed_in(scene: Scene) -> None:
    for _one in range(3):
        add_contract(scene, submitted_by_id=900)
    wanted = add_contract(scene)
    assert addresses(scene, Role.REGISTRAR) == [f"/contracts/{wanted}"]


@pytest.mark.parametrize(
    "hand",
    [
        {"accepted_by_id": 900},
        {"passed_on_by_id": 900},
        {"released_by_id": 900},
        {"change": {"kind": "revoke", "by_id": 900}},
    ],
)
def test_what_a_reviewer_had_a_hand_in_does_not_hide_what_they_may_decide(
    scene: Scene, hand: dict[str, Any]
) -> None:
    for _one in range(3):
        add_contract(scene, "reviewing", **hand)
    wanted = add_contract(scene, "reviewing", accepted_by_id=901)
    assert addresses(scene, Role.REVIEWER) == [f"/contracts/{wanted}"]


def test_contracts_of_the_own_unit_do_not_hide_what_waits(scene: Scene) -> None:
    for _one in range(3):
        add_contract(scene, seller_id=None, organisation_id=None, buyer_id=scene.office)
    wanted = add_contract(scene, buyer_id=None)
    assert addresses(scene, Role.REGISTRAR) == [f"/contracts/{wanted}"]


def test_what_others_have_to_tell_of_does_not_hide_what_a_unit_has_to_tell(scene: Scene) -> None:
    for _one in range(3):
        add_contract(scene, "deregistered", benefit_to_tell_since=now())
    wanted = add_contract(
        scene,
        "deregistered",
        benefit_to_tell_since=now(),
        organisation_id=scene.buyer,
    )
    found = addresses(scene, Role.DEMANDER, organisation_id=scene.buyer)
    assert found == [f"/contracts/{wanted}"]


def test_only_what_is_under_a_limit_is_said_to_run_on(scene: Scene) -> None:
    add_contract(scene, "change_pending", change={"kind": "revoke", "by_id": 7})
    add_contract(scene, "reviewing")
    told = [one.otherwise for one in tasks(actor_of(scene, Role.REVIEWER))]
    assert told == ["决定以前，登记和编号照旧。", "单位在等结果，法定期限照走。"]
