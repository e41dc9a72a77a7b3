"""Actors: three kinds, one organisation at a time."""

from __future__ import annotations

import dataclasses

import pytest

from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role, system


def person(*roles: Role) -> Actor:
    return Actor(ActorKind.PERSON, "李四", person_id=7, organisation_id=3, roles=frozenset(roles))


def test_the_anonymous_visitor_is_nobody_and_has_no_role() -> None:
    assert not ANONYMOUS.is_person
    assert not ANONYMOUS.is_system
    assert not ANONYMOUS.has_role(*Role)


def test_the_system_acts_under_a_name_and_has_no_role() -> None:
    actor = system("import")
    assert actor.is_system
    assert not actor.is_person
    assert actor.name == "import"
    assert not actor.has_role(*Role)


def test_a_person_has_the_roles_held_for_the_present_organisation_alone() -> None:
    actor = person(Role.HOLDER)
    assert actor.is_person
    assert not actor.is_system
    assert actor.has_role(Role.HOLDER)
    assert actor.has_role(Role.ADMIN, Role.HOLDER)
    assert not actor.has_role(Role.ADMIN)


def test_asking_for_no_role_at_all_is_answered_with_no() -> None:
    assert not person(Role.ADMIN).has_role()


def test_an_actor_can_not_be_given_more_afterwards() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ANONYMOUS.roles = frozenset({Role.ADMIN})  # type: ignore[misc]
