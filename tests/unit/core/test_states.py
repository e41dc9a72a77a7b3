"""State tables: what leads where, who may, and what each step leaves behind.

The paths and the persons are written out here a second time, so that a changed row of the
catalogue's table is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from marketplace.catalogue import states
from marketplace.catalogue.models import Organisation, Result, ResultOwner
from marketplace.catalogue.policies import declare_policies
from marketplace.catalogue.states import (
    DEMAND_STEPS,
    HIDE,
    LISTING_EVENTS,
    LISTING_STATES,
    LISTING_STEPS,
)
from marketplace.core import outbox
from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role, system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import Consumer, OutboxEvent, subscribe
from marketplace.core.policy import Forbidden, Permission, PolicyTable, anyone, policy
from marketplace.core.states import StateChange, StateError, StateTable, Transition
from marketplace.freshness.policies import declare_policies as declare_freshness_policies

STATES = (
    "draft",
    "published",
    "suspended",
    "reserved",
    "converted",
    "withheld",
    "withdrawn",
)
PATHS = {
    ("draft", "listing.publish"): ("published", "listing_published", False),
    ("published", "listing.suspend"): ("suspended", "listing_suspended", True),
    ("suspended", "listing.resume"): ("published", "listing_resumed", False),
    ("suspended", "listing.resume_own"): ("published", "listing_resumed", False),
    ("published", "listing.hide"): ("suspended", "listing_suspended", True),
    ("suspended", "listing.reconfirm"): ("published", "listing_resumed", False),
    ("published", "listing.withhold"): ("withheld", "listing_withheld", True),
    ("suspended", "listing.withhold"): ("withheld", "listing_withheld", True),
    ("published", "listing.reserve"): ("reserved", "listing_reserved", True),
    ("reserved", "listing.release"): ("published", "listing_released", True),
    ("reserved", "listing.convert"): ("converted", "listing_converted", True),
    ("published", "listing.withdraw"): ("withdrawn", "listing_withdrawn", True),
    ("suspended", "listing.withdraw"): ("withdrawn", "listing_withdrawn", True),
}
WHO = {
    "listing.publish": {"system", "bureau", "admin"},
    "listing.suspend": {"system", "bureau", "admin", "holder"},
    "listing.resume": {"system", "bureau", "admin"},
    "listing.resume_own": {"holder"},
    "listing.hide": {"system"},
    "listing.reconfirm": {"holder"},
    "listing.withhold": {"bureau", "admin"},
    "listing.reserve": {"holder"},
    "listing.release": {"holder"},
    "listing.convert": {"holder"},
    "listing.withdraw": {"system", "holder"},
}
REASON = "单位要求"
OWNER_ID = 1


def person(role: Role, organisation_id: int = OWNER_ID) -> Actor:
    return Actor(ActorKind.PERSON, role.name, 7, organisation_id, frozenset({role}))


ACTORS = {
    "anonymous": ANONYMOUS,
    "system": system("test"),
    "bureau": person(Role.BUREAU),
    "admin": person(Role.ADMIN),
    "holder": person(Role.HOLDER),
    "other holder": person(Role.HOLDER, OWNER_ID + 1),
    "demander": person(Role.DEMANDER),
}
TABLE = LISTING_STATES["result"]


@pytest.fixture(autouse=True)
def catalogue(core_app: Flask, no_consumers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    declare_policies()
    declare_freshness_policies()
    # Those who guard a way back look at who took the last step; here it was the holder's silence.
    last = StateChange(action=HIDE, organisation_id=OWNER_ID)
    monkeypatch.setattr(states, "_last_step", lambda _record: last)
    subscribe(Consumer("index", LISTING_EVENTS, lambda _events: None))


@pytest.fixture
def result_id() -> int:
    with writing() as session:
        owner = Organisation(id=OWNER_ID, name=Bilingual("甲"), name_key="甲")
        session.add(owner)
        session.flush()
        link = ResultOwner(organisation_id=OWNER_ID, rank=1)
        record = Result(title=Bilingual("题"), owner_links=[link])
        session.add(record)
        session.flush()
        return record.id


def put_into(result_id: int, state: str) -> None:
    with writing() as session:
        session.get_one(Result, result_id).state = state


def who_may(action: str) -> Actor:
    """Somebody who may take the step: the system where it may."""
    return ACTORS[max(WHO[action])]


def take(
    result_id: int, action: str, actor: Actor | None = None, reason: str | None = REASON
) -> None:
    actor = actor or who_may(action)
    with writing() as session:
        TABLE.take_step(session, actor, session.get_one(Result, result_id), action, reason)


def state_and_version(result_id: int) -> tuple[str, int]:
    db.session.rollback()
    record = db.session.get_one(Result, result_id)
    return record.state, record.version


def traces() -> list[int]:
    """How many rows of history, audit and outbox there are."""
    db.session.rollback()
    return [
        len(db.session.scalars(select(model)).all())
        for model in (StateChange, AuditEntry, OutboxEvent)
    ]


def allowed() -> Iterator[tuple[str, str, str]]:
    for source, action in PATHS:
        for name in sorted(WHO[action]):
            yield source, action, name


def forbidden() -> Iterator[tuple[str, str, str]]:
    for source, action in PATHS:
        for name in ACTORS.keys() - WHO[action]:
            yield source, action, name


def test_the_table_holds_these_paths_and_no_others() -> None:
    assert {
        (row.source, row.action): (row.target, row.event, row.needs_reason) for row in LISTING_STEPS
    } == PATHS


def test_every_kind_of_listing_takes_the_same_steps_under_its_own_name() -> None:
    assert set(LISTING_STATES) == {"result", "patent", "project", "organisation", "demand"}
    for kind, table in LISTING_STATES.items():
        assert table.subject_kind == kind
        # A demand is opened, matched and ends; its steps are tested with demands.
        assert table.transitions == (DEMAND_STEPS if kind == "demand" else LISTING_STEPS)


def test_every_action_of_the_table_has_a_row_in_the_policy_table() -> None:
    assert {row.action for row in LISTING_STEPS} <= set(policy.rows)


@pytest.mark.parametrize(("source", "action", "name"), sorted(allowed()))
def test_who_may_takes_the_step(result_id: int, source: str, action: str, name: str) -> None:
    put_into(result_id, source)
    take(result_id, action, ACTORS[name])
    assert state_and_version(result_id) == (PATHS[source, action][0], 2)


@pytest.mark.parametrize(("source", "action", "name"), sorted(forbidden()))
def test_who_may_not_is_told_what_is_needed_and_nothing_changes(
    result_id: int, source: str, action: str, name: str
) -> None:
    put_into(result_id, source)
    with pytest.raises(Forbidden) as refusal:
        take(result_id, action, ACTORS[name])
    assert str(refusal.value.needed)
    assert state_and_version(result_id) == (source, 1)
    assert traces() == [0, 0, 0]


@pytest.mark.parametrize(
    ("state", "action"), [pair for pair in product(STATES, WHO) if pair not in PATHS]
)
def test_a_step_that_does_not_start_from_the_present_state_is_refused(
    result_id: int, state: str, action: str
) -> None:
    put_into(result_id, state)
    with pytest.raises(StateError):
        take(result_id, action)
    assert state_and_version(result_id) == (state, 1)
    assert traces() == [0, 0, 0]


@pytest.mark.parametrize("reason", [None, "", " \n\u3000"])
@pytest.mark.parametrize(
    ("source", "action"), [pair for pair, (_target, _event, needs) in PATHS.items() if needs]
)
def test_a_step_that_needs_a_reason_is_refused_without_one(
    result_id: int, source: str, action: str, reason: str | None
) -> None:
    put_into(result_id, source)
    with pytest.raises(StateError, match="原因"):
        take(result_id, action, reason=reason)
    assert state_and_version(result_id) == (source, 1)


@pytest.mark.parametrize(
    ("source", "action"), [pair for pair, (_target, _event, needs) in PATHS.items() if not needs]
)
def test_a_step_that_needs_no_reason_goes_without(result_id: int, source: str, action: str) -> None:
    put_into(result_id, source)
    take(result_id, action, reason=None)
    assert state_and_version(result_id) == (PATHS[source, action][0], 2)


@pytest.mark.parametrize(("source", "action"), PATHS)
def test_a_step_leaves_history_audit_and_event_behind(
    result_id: int, source: str, action: str
) -> None:
    target, event, _needs_reason = PATHS[source, action]
    actor = who_may(action)
    put_into(result_id, source)
    take(result_id, action, actor)
    change = db.session.scalars(select(StateChange)).one()
    entry = db.session.scalars(select(AuditEntry)).one()
    told = db.session.scalars(select(OutboxEvent)).one()
    assert (change.source, change.action, change.target) == (source, action, target)
    assert (change.subject_kind, change.subject_id, change.version) == ("result", result_id, 2)
    assert (change.actor_kind, change.actor_name, change.reason) == (
        actor.kind.value,
        actor.name,
        REASON,
    )
    assert (entry.action, entry.subject_id, entry.subject_version) == (action, result_id, 2)
    assert (told.kind, told.subject_kind, told.subject_id) == (event, "result", result_id)


def test_a_step_names_the_person_and_the_organisation(result_id: int) -> None:
    put_into(result_id, "published")
    take(result_id, "listing.withdraw", ACTORS["holder"])
    change = db.session.scalars(select(StateChange)).one()
    assert (change.person_id, change.organisation_id) == (7, OWNER_ID)


def test_the_history_of_a_listing_has_a_row_for_each_step_with_rising_versions(
    result_id: int,
) -> None:
    for action in ("publish", "suspend", "resume", "withdraw"):
        take(result_id, f"listing.{action}")
    changes = db.session.scalars(select(StateChange).order_by(StateChange.id)).all()
    assert [change.version for change in changes] == [2, 3, 4, 5]
    assert [change.target for change in changes] == [
        "published",
        "suspended",
        "published",
        "withdrawn",
    ]
    assert state_and_version(result_id) == ("withdrawn", 5)


def test_a_step_in_a_transaction_that_fails_later_has_not_happened(result_id: int) -> None:
    def publish_and_fail() -> None:
        with writing():
            take(result_id, "listing.publish")
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        publish_and_fail()
    assert state_and_version(result_id) == ("draft", 1)
    assert traces() == [0, 0, 0]


def test_a_step_is_not_taken_when_its_event_can_not_be_written(
    result_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_consumers_known(_kind: str, _subject_kind: str) -> list[str]:
        raise RuntimeError("the outbox is broken")

    monkeypatch.setattr(outbox, "consumers_of", no_consumers_known)
    with pytest.raises(RuntimeError, match="outbox"):
        take(result_id, "listing.publish")
    assert state_and_version(result_id) == ("draft", 1)
    assert traces() == [0, 0, 0]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ACTORS)
def test_the_steps_offered_are_those_that_would_be_allowed(
    result_id: int, state: str, name: str
) -> None:
    put_into(result_id, state)
    offered = TABLE.steps_from(ACTORS[name], db.session.get_one(Result, result_id))
    expected = {action for source, action in PATHS if source == state and name in WHO[action]}
    assert {row.action for row in offered} == expected


def test_two_rows_for_one_step_are_refused() -> None:
    row = Transition("a", "go", "b", "gone")
    with pytest.raises(ValueError, match="two rows"):
        StateTable("note", (row, Transition("a", "go", "c", "gone")))


def test_a_guard_refuses_with_its_own_sentence(
    result_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    permissions = PolicyTable()
    permissions.add([Permission("go", anyone, _l("谁都可以。"))])
    monkeypatch.setattr("marketplace.core.states.policy", permissions)
    answers = iter([_l("先补上摘要。"), None])
    table = StateTable(
        "result", (Transition("draft", "go", "gone", "gone", guard=lambda _r: next(answers)),)
    )

    def go() -> None:
        with writing() as session:
            table.take_step(session, ANONYMOUS, session.get_one(Result, result_id), "go")

    with pytest.raises(StateError, match="先补上摘要"):
        go()
    assert state_and_version(result_id) == ("draft", 1)
    go()
    assert state_and_version(result_id) == ("gone", 2)
