"""A published result with a part on each step, its holder, and readers who reached each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
from flask import Flask

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation, Person
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import name_key
from marketplace.core.policy import Level
from marketplace.disclosure.checking import PartContent
from marketplace.disclosure.models import AccessRequest, FurtherPart
from marketplace.disclosure.reading import accept_terms, admit, request_access
from marketplace.disclosure.writing import add_part, set_terms
from tests.functional.posting.conftest import People, people
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.grounds import put_once

__all__ = ["people"]

HEADINGS = {Level.VERIFIED: "切割参数", Level.TERMS: "夹具图纸", Level.NAMED: "配方比例"}
TEXTS = {Level.VERIFIED: "线速九米每秒", Level.TERMS: "夹持力四十牛", Level.NAMED: "碲比铋三比二"}
TERMS = "只用于评估合作，不得转给第三方。"


def content(level: Level, text: str | None = None, *, is_public: bool = False) -> PartContent:
    """What a part on this step says."""
    words = Bilingual(text or TEXTS[level], "English words of the part")
    return PartContent(level, Bilingual(HEADINGS[level]), is_public, words)


def add_person(people: People, name: str, organisation: str, *, is_verified: bool = True) -> Actor:
    """Somebody who acts for an organisation, which comes with its first member."""
    key = name_key(organisation)
    with writing() as session:
        unit = session.query(Organisation).filter_by(name_key=key).one_or_none()
        if unit is None:
            day = date(2026, 2, 11) if is_verified else None
            unit = Organisation(
                name=Bilingual(organisation), name_key=key, state="published", verified_on=day
            )
            session.add(unit)
        person = Person(email=f"{name}@y.example", name=name, confirmed_at=now(), is_demo=True)
        session.add(person)
        session.flush()
        grant_roles(session, system("test"), person.id, unit.id, [Role.DEMANDER])
        people.actors[name] = Actor(
            kind=ActorKind.PERSON,
            name=name,
            person_id=person.id,
            organisation_id=unit.id,
            roles=frozenset({Role.DEMANDER}),
            is_verified=is_verified,
        )
    db.session.rollback()
    return people.actors[name]


@dataclass
class Ladder:
    """The record, its parts by step, and those who read."""

    people: People
    record_id: int
    parts: dict[Level, int] = field(default_factory=dict)

    def part(self, level: Level) -> FurtherPart:
        """The part on this step as the database has it."""
        db.session.rollback()
        return db.session.get_one(FurtherPart, self.parts[level], populate_existing=True)

    def accept(self, name: str, version: int = 1) -> None:
        """Let somebody accept the terms."""
        accept_terms(self.people[name], "result", self.record_id, version)

    def ask(self, name: str, purpose: str = "想评估合作") -> int:
        """Let somebody ask for the part on the last step; the request's id."""
        request_access(self.people[name], self.parts[Level.NAMED], purpose)
        db.session.rollback()
        return db.session.query(AccessRequest.id).order_by(AccessRequest.id.desc()).first()[0]

    def reach(self, name: str, level: Level) -> None:
        """Let somebody reach a step."""
        if level >= Level.TERMS:
            self.accept(name)
        if level >= Level.NAMED:
            admit(self.people["clerk"], self.ask(name), covers_organisation=False)


@pytest.fixture
def ladder(app: Flask, people: People) -> Ladder:
    """The result of the university with terms and three parts; ``reader`` is verified."""
    actors, record_id, parts = put_once("ladder", lambda: _make_ladder(people))
    return Ladder(People(app, actors), record_id, parts)


def _make_ladder(people: People) -> tuple[dict[str, Actor], int, dict[Level, int]]:
    record_id = publish_one(people)
    add_readers(people)
    set_terms(people["clerk"], "result", record_id, 0, Bilingual(TERMS))
    parts = {
        level: add_part(
            people["clerk"],
            "result",
            record_id,
            content(level, is_public=level is Level.TERMS),
        )
        for level in HEADINGS
    }
    return people.actors, record_id, parts


def add_readers(people: People) -> None:
    """Two members of a verified organisation, and one of another."""
    add_person(people, "reader", "澄溪装备公司")
    add_person(people, "colleague", "澄溪装备公司")
    add_person(people, "stranger", "无名公司", is_verified=False)
