"""The tables of steps and of permissions, row by row."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask

from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role
from marketplace.core.policy import policy
from marketplace.obligations.states import OBLIGATION_STATES

UNIT, OTHER, BUREAU = 1, 2, 3
RECORD = SimpleNamespace(owner_ids=(UNIT,), division_codes=("410102",), submitted_by_id=11)
UNIT_RECORD = SimpleNamespace(id=UNIT, owner_ids=(UNIT,), division_codes=("410102",))


def person(number: int, organisation: int, *roles: Role, districts: str = "") -> Actor:
    return Actor(
        ActorKind.PERSON, "x", number, organisation, frozenset(roles), frozenset(districts.split())
    )


ACTORS = {
    "visitor": ANONYMOUS,
    "clerk": person(11, UNIT, Role.HOLDER),
    "manager": person(12, UNIT, Role.HOLDER_MGR),
    "foreign": person(13, OTHER, Role.HOLDER, Role.HOLDER_MGR),
    "demander": person(14, UNIT, Role.DEMANDER, Role.MANAGER),
    "bureau": person(15, BUREAU, Role.BUREAU),
    "admin": person(16, BUREAU, Role.ADMIN),
    "here": person(17, BUREAU, Role.BUREAU, districts="410102"),
    "elsewhere": person(18, BUREAU, Role.BUREAU, districts="410103"),
    "submitter": person(11, BUREAU, Role.BUREAU),
    "insider": person(19, UNIT, Role.BUREAU),
    "other_staff": person(20, BUREAU, Role.REGISTRAR, Role.REVIEWER, Role.STAT),
}
UNITS = {"clerk", "manager"}
STAFF = {"bureau", "admin", "here", "submitter", "insider"}
MAY = {
    "obligation.save": UNITS,
    "obligation.submit": UNITS,
    "obligation.accept": STAFF - {"submitter", "insider"},
    "obligation.return": STAFF - {"submitter", "insider"},
    "obligation.waive": STAFF - {"submitter", "insider"},
    "obligation.set_up": STAFF,
    "transfer_clock.decide": STAFF,
    "transfer_clock.cancel": STAFF,
    "obligation.list_own": UNITS | {"foreign"},
    "obligation.list_all": STAFF | {"elsewhere"},
    "obligation.open": UNITS | STAFF | {"foreign", "elsewhere"},
    "transfer_report.open": STAFF | {"manager"},
}
WITHOUT_RECORD = {"obligation.list_own", "obligation.list_all", "obligation.open"}


@pytest.mark.parametrize("action", MAY)
def test_each_action_is_allowed_to_exactly_those(
    core_app_of_obligations: Flask, action: str
) -> None:
    record = None if action in WITHOUT_RECORD else RECORD
    if action == "transfer_report.open":
        record = UNIT_RECORD
    allowed = {name for name, actor in ACTORS.items() if policy.can(actor, action, record)}
    assert allowed == MAY[action]


def test_an_obligation_takes_exactly_these_steps() -> None:
    rows = {
        (row.source, row.action, row.target, row.needs_reason)
        for row in OBLIGATION_STATES.transitions
    }
    assert rows == {
        ("due", "obligation.submit", "submitted", False),
        ("returned", "obligation.submit", "submitted", False),
        ("submitted", "obligation.accept", "accepted", False),
        ("submitted", "obligation.return", "returned", True),
        ("due", "obligation.waive", "waived", True),
        ("returned", "obligation.waive", "waived", True),
    }
