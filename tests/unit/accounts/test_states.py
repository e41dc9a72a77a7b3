"""The tables of applications, requests to join, and verification, written out a second time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.accounts import states
from marketplace.accounts.models import Application, JoinRequest, Organisation, Person
from marketplace.accounts.states import APPLICATION_STATES, JOIN_STATES, VERIFICATION_STATES
from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Forbidden, policy
from marketplace.core.states import StateError, StateTable
from tests.functional.accounts.organisations import application_of

APPLICANT, OWN, ELSEWHERE = 7, 1, 2
PATHS = {
    ("draft", "application.submit"): ("submitted", "application_submitted", False),
    ("returned", "application.submit"): ("submitted", "application_submitted", False),
    ("draft", "application.withdraw"): ("withdrawn", "application_withdrawn", False),
    ("submitted", "application.withdraw"): ("withdrawn", "application_withdrawn", False),
    ("returned", "application.withdraw"): ("withdrawn", "application_withdrawn", False),
    ("submitted", "application.approve"): ("verified", "application_verified", False),
    ("submitted", "application.refuse"): ("refused", "application_refused", True),
    ("submitted", "application.return"): ("returned", "application_returned", True),
}
JOIN_PATHS = {
    ("waiting", "join_request.accept"): ("accepted", "join_request_accepted", False),
    ("waiting", "join_request.refuse"): ("refused", "join_request_refused", True),
    ("waiting", "join_request.withdraw"): ("withdrawn", "join_request_withdrawn", False),
}
VERIFICATION_PATHS = {
    (source, "organisation.verify"): (target, "organisation_verified", False)
    for source, target in (
        ("draft", "published"),
        ("published", "published"),
        ("suspended", "suspended"),
        ("withheld", "withheld"),
        ("reserved", "reserved"),
        ("converted", "converted"),
        ("withdrawn", "withdrawn"),
    )
}
STATES = ("draft", "submitted", "returned", "verified", "refused", "withdrawn")
APPLICANTS = {"applicant", "applying bureau"}
WHO = {
    "application.submit": APPLICANTS,
    "application.withdraw": APPLICANTS,
    "application.approve": {"bureau", "administrator", "bureau of the district"},
    "application.refuse": {"bureau", "administrator", "bureau of the district"},
    "application.return": {"bureau", "administrator", "bureau of the district"},
}


def person(
    *roles: Role,
    number: int = 8,
    organisation_id: int = OWN,
    districts: tuple[str, ...] = (),
    manages_members: bool = False,
) -> Actor:
    return Actor(
        ActorKind.PERSON,
        "某人",
        number,
        organisation_id,
        frozenset(roles),
        frozenset(districts),
        manages_members=manages_members,
    )


ACTORS = {
    "anonymous": ANONYMOUS,
    "system": system("test"),
    "applicant": person(number=APPLICANT),
    "applying bureau": person(Role.BUREAU, number=APPLICANT),
    "bureau": person(Role.BUREAU),
    "administrator": person(Role.ADMIN),
    "bureau of the district": person(Role.BUREAU, districts=("410103",)),
    "bureau of another district": person(Role.BUREAU, districts=("410102",)),
    **{role.value: person(role) for role in Role if role not in {Role.BUREAU, Role.ADMIN}},
}


@pytest.fixture(autouse=True)
def policies(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(states, "has_evidence", lambda _application: True)
    monkeypatch.setattr(states, "was_corrected", lambda _application: True)


@pytest.fixture
def application_id() -> int:
    with writing() as session:
        session.add(Person(id=APPLICANT, email="a@b.example", name="李雯"))
        session.flush()
        made = application_of(APPLICANT)
        session.add(made)
        session.flush()
        return made.id


@pytest.fixture
def request_id() -> int:
    with writing() as session:
        session.add(Person(id=APPLICANT, email="a@b.example", name="李雯"))
        session.add(Organisation(id=OWN, name=Bilingual("甲"), name_key="甲"))
        session.flush()
        made = JoinRequest(applicant_id=APPLICANT, organisation_id=OWN)
        session.add(made)
        session.flush()
        return made.id


def rows_of(table: StateTable) -> dict[tuple[str, str], tuple[str, str, bool]]:
    return {
        (row.source, row.action): (row.target, row.event, row.needs_reason)
        for row in table.transitions
    }


def take(application_id: int, state: str, action: str, name: str) -> str:
    """Take a step from a state; the state that it leads to."""
    with writing() as session:
        session.get_one(Application, application_id).state = state
    with writing() as session:
        found = session.get_one(Application, application_id)
        APPLICATION_STATES.take_step(session, ACTORS[name], found, action, "原因")
        return found.state


def every_step() -> Iterator[tuple[str, str, str]]:
    for state in STATES:
        for action in WHO:
            for name in ACTORS:
                yield state, action, name


def test_the_tables_hold_these_paths_and_no_others() -> None:
    assert rows_of(APPLICATION_STATES) == PATHS
    assert rows_of(JOIN_STATES) == JOIN_PATHS
    assert rows_of(VERIFICATION_STATES) == VERIFICATION_PATHS


def test_every_action_has_a_row_in_the_policy_table() -> None:
    for table in (APPLICATION_STATES, JOIN_STATES, VERIFICATION_STATES):
        assert {row.action for row in table.transitions} <= set(policy.rows)


def test_every_step_is_taken_by_whoever_may_from_where_it_starts_and_by_nobody_else(
    application_id: int,
) -> None:
    for state, action, name in every_step():
        if name not in WHO[action]:
            with pytest.raises(Forbidden):
                take(application_id, state, action, name)
        elif (state, action) not in PATHS:
            with pytest.raises(StateError):
                take(application_id, state, action, name)
        else:
            assert take(application_id, state, action, name) == PATHS[state, action][0]


def test_without_evidence_nothing_is_submitted(
    application_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "has_evidence", lambda _application: False)
    for state in ("draft", "returned"):
        with pytest.raises(StateError, match="证明材料"):
            take(application_id, state, "application.submit", "applicant")


@pytest.mark.parametrize(
    ("actor", "actions"),
    [
        (person(manages_members=True), {"join_request.accept", "join_request.refuse"}),
        (person(Role.HOLDER_MGR), set()),
        (person(manages_members=True, organisation_id=ELSEWHERE), set()),
        (person(Role.ADMIN), set()),
        (person(number=APPLICANT), {"join_request.withdraw"}),
        (person(number=APPLICANT, manages_members=True), {"join_request.withdraw"}),
        (ANONYMOUS, set()),
        (system("test"), set()),
    ],
)
def test_who_may_answer_a_request_to_join(request_id: int, actor: Actor, actions: set[str]) -> None:
    found = db.session.get_one(JoinRequest, request_id)
    assert {row.action for row in JOIN_STATES.steps_from(actor, found)} == actions
