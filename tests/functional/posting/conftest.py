"""A university with a clerk, two reviewers; the bureau; and a rival."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.signing_in import open_for_demo
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import name_key
from tests.functional.accounts.browsing import Browser
from tests.grounds import put_once

UNIVERSITY, FIRM, BUREAU, RIVAL = "青峦大学", "单人小厂", "城市科技局", "别家研究院"
ROLES: dict[str, tuple[str, tuple[Role, ...]]] = {
    "clerk": (UNIVERSITY, (Role.HOLDER,)),
    "reviewer": (UNIVERSITY, (Role.HOLDER_MGR,)),
    "both": (UNIVERSITY, (Role.HOLDER, Role.HOLDER_MGR)),
    "owner": (FIRM, (Role.HOLDER, Role.HOLDER_MGR)),
    "bureau": (BUREAU, (Role.BUREAU,)),
    "admin": (BUREAU, (Role.ADMIN,)),
    "rival": (RIVAL, (Role.HOLDER, Role.HOLDER_MGR)),
    "demander": (RIVAL, (Role.DEMANDER,)),
    "broker": (RIVAL, (Role.MANAGER,)),
    "neighbour": (FIRM, (Role.DEMANDER,)),
}


def writer_of(kind: str) -> str:
    """Who writes records of a kind."""
    return "demander" if kind == "demand" else "clerk"


@dataclass
class People:
    """The people of the tests, by name: their actors, and browsers in which they are signed in."""

    app: Flask
    actors: dict[str, Actor]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]

    def browser(self, name: str) -> Browser:
        """A browser in which this person is signed in with a second step."""
        browser = Browser(self.app)
        person_id = self.actors[name].person_id
        assert person_id is not None
        key = open_for_demo(person_id, "").key
        with browser.client.session_transaction() as cookie:
            cookie["_user_id"] = key
        return browser


@pytest.fixture
def people(app: Flask) -> People:
    """All of them, with their organisations."""
    return People(app, put_once("people", add_people))


def add_people() -> dict[str, Actor]:
    """Put them into the database of the present application."""
    actors = {}
    with writing() as session:
        organisations = {}
        for name in dict.fromkeys(organisation for organisation, _roles in ROLES.values()):
            organisations[name] = Organisation(
                name=Bilingual(name),
                name_key=name_key(name),
                state="published",
                is_state_founded=name == UNIVERSITY,
            )
        session.add_all(organisations.values())
        session.flush()
        for name, (organisation, roles) in ROLES.items():
            person = Person(email=f"{name}@x.example", name=name, confirmed_at=now(), is_demo=True)
            session.add(person)
            session.flush()
            unit = organisations[organisation].id
            grant_roles(session, system("test"), person.id, unit, roles)
            actors[name] = Actor(
                kind=ActorKind.PERSON,
                name=name,
                person_id=person.id,
                organisation_id=unit,
                roles=frozenset(roles),
            )
    db.session.rollback()
    return actors
