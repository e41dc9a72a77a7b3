"""Which districts staff answer for, and who looks after an organisation's members."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Application, Organisation
from marketplace.accounts.policies import GRANT_STAFF, MANAGE, VIEW
from marketplace.catalogue.models import (
    Patent,
    PatentOwner,
    Project,
    ProjectOrganisation,
    Result,
    ResultOwner,
)
from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role, system
from marketplace.core.policy import bureau, in_districts, in_scope, policy


@dataclass
class Placed:
    """A record that lies somewhere, or nobody knows where."""

    division_codes: tuple[str, ...] = ()


def person(
    *roles: Role, organisation_id: int = 1, districts: tuple[str, ...] = (), manages: bool = False
) -> Actor:
    return Actor(
        ActorKind.PERSON,
        "某人",
        7,
        organisation_id,
        frozenset(roles),
        frozenset(districts),
        manages_members=manages,
    )


@pytest.mark.parametrize(
    ("districts", "codes", "is_theirs"),
    [
        ((), (), True),
        ((), ("410103",), True),
        (("410103",), ("410103",), True),
        (("410103", "410172"), ("410172",), True),
        (("410102",), ("410103",), False),
        (("410103",), (), False),
        # The high-tech zone lies in 410102 and isn't 410102.
        (("410102",), ("410172",), False),
        (("410172",), ("410102",), False),
    ],
)
def test_staff_answer_for_their_districts(
    districts: tuple[str, ...], codes: tuple[str, ...], is_theirs: bool
) -> None:
    actor = person(Role.BUREAU, districts=districts)
    assert in_scope(actor, Placed(codes)) is is_theirs
    assert bureau(actor, Placed(codes)) is is_theirs


def test_without_a_record_and_for_one_that_lies_nowhere_the_role_is_enough() -> None:
    actor = person(Role.BUREAU, districts=("410103",))
    assert bureau(actor, None)
    assert bureau(actor, object())
    assert not bureau(person(Role.STAT), Placed(("410103",)))
    assert not bureau(system("test"), Placed(("410103",)))


def test_a_record_lies_where_its_first_owner_sits() -> None:
    zone = Organisation(id=1, division="410172")
    town = Organisation(id=2, division="410122")
    nowhere = Organisation(id=3)
    assert zone.division_codes == ("410172",)
    assert nowhere.division_codes == ()
    for record in (
        Result(owner_links=[ResultOwner(organisation=zone), ResultOwner(organisation=town)]),
        Patent(owner_links=[PatentOwner(organisation=zone), PatentOwner(organisation=town)]),
        Project(parties=[ProjectOrganisation(organisation=zone)]),
        Application(division="410172"),
    ):
        assert record.division_codes == ("410172",)
    assert Result(owner_links=[ResultOwner(organisation=nowhere)]).division_codes == ()
    assert Result(owner_links=[]).division_codes == ()


def test_a_query_is_narrowed_in_the_same_way() -> None:
    narrow = select(Organisation.id).where(
        in_districts(person(Role.BUREAU, districts=("410103",)), Organisation.division)
    )
    assert "IN" in str(narrow)
    wide = select(Organisation.id).where(in_districts(person(Role.BUREAU), Organisation.division))
    assert "IN" not in str(wide)


FIRM = Organisation(id=1, is_staff_body=False)
OFFICE = Organisation(id=1, is_staff_body=True)


@pytest.mark.parametrize(
    ("actor", "of_firm", "of_office"),
    [
        (person(manages=True), {VIEW, MANAGE}, {VIEW}),
        (person(Role.HOLDER), {VIEW}, {VIEW}),
        (person(Role.HOLDER, organisation_id=2, manages=True), set(), set()),
        (person(Role.ADMIN, organisation_id=2), set(), {VIEW, MANAGE, GRANT_STAFF}),
        (person(Role.BUREAU, organisation_id=2), set(), set()),
        (ANONYMOUS, set(), set()),
        (system("test"), set(), set()),
    ],
)
def test_who_looks_after_members(
    app: Flask, actor: Actor, of_firm: set[str], of_office: set[str]
) -> None:
    actions = (VIEW, MANAGE, GRANT_STAFF)
    assert {one for one in actions if policy.can(actor, one, FIRM)} == of_firm
    assert {one for one in actions if policy.can(actor, one, OFFICE)} == of_office
    assert not any(policy.can(actor, one) for one in actions)
