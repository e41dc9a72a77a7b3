"""Lists of accounts ask the database as often for many rows as for a few."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from marketplace.accounts.models import Deputy, JoinRequest, Membership, Person
from marketplace.core.actor import Role
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from tests.functional.accounts.browsing import Browser
from tests.functional.accounts.organisations import ZHOU, application_of, members, person_id, staff
from tests.functional.statements import statements


def questions(work: Callable[[], object]) -> int:
    """How many statements that takes, with what the process keeps in memory at hand."""
    work()
    with statements() as asked:
        work()
    return len(asked)


def add_people(unit: int, count: int) -> None:
    """Members who stand in for the chief, people who ask to join, applications that wait."""
    chief = person_id(ZHOU)
    with writing() as session:
        lent = session.query(Membership).filter_by(person_id=chief).one().id
        for _number in range(count):
            number = session.query(Person).count()
            person = Person(email=f"p{number}@yunxiu.example", name="人", confirmed_at=now())
            session.add(person)
            session.flush()
            membership = Membership(person_id=person.id, organisation_id=unit)
            session.add(membership)
            session.flush()
            session.add_all(
                [
                    Deputy(
                        membership_id=lent,
                        deputy_id=membership.id,
                        from_on=today(),
                        until_on=today(),
                    ),
                    JoinRequest(applicant_id=person.id, organisation_id=unit),
                    application_of(person.id, state="submitted", submitted_at=now()),
                ]
            )


def test_many_members_and_requests_cost_no_more_questions(zhou: Browser, university: int) -> None:
    add_people(university, 2)
    few = questions(lambda: zhou.get(members(university)))
    add_people(university, 6)
    assert questions(lambda: zhou.get(members(university))) == few


def test_a_long_queue_costs_no_more_questions(app: Flask, zhou: Browser, university: int) -> None:
    xu = staff(app, "xu", "许宁", Role.BUREAU)
    add_people(university, 2)
    few = questions(lambda: xu.get("/staff/applications"))
    add_people(university, 6)
    assert questions(lambda: xu.get("/staff/applications")) == few
