"""A university with two clerks, a firm with one, and a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.secrets import hash_password
from marketplace.catalogue.models import RECORD_MODELS, PatentOwner, ResultOwner
from marketplace.core.actor import Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.freshness.asking import run_round
from marketplace.freshness.models import Asking
from tests.functional.accounts.browsing import PASSWORD, Browser, letters

FIRST_DAY = date(2026, 3, 2)
Letters = list[Any]


@dataclass
class Calendar:
    """Days since the first one; each can be gone to, with the round that the worker does."""

    app: Flask
    traveller: time_machine.Coordinates
    seen: int = 0

    def go_to(self, day: int) -> None:
        """Make it 10:00 in Asia/Shanghai of a day."""
        there = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), UTC)
        self.traveller.move_to(there + timedelta(hours=2))

    def round(self, day: int) -> Letters:
        """Go to a day and do its round; the letters that it sent."""
        self.go_to(day)
        run_round(system("freshness"))
        return self.new_letters()

    def new_letters(self) -> Letters:
        """The letters since this was asked last."""
        every = letters(self.app)
        new, self.seen = every[self.seen :], len(every)
        return new


@pytest.fixture
def calendar(app: Flask) -> Iterator[Calendar]:
    """The first day, ten o'clock in Asia/Shanghai."""
    with time_machine.travel(0) as traveller:
        calendar = Calendar(app, traveller)
        calendar.go_to(0)
        yield calendar


@dataclass(frozen=True)
class Town:
    """The numbers of who there is."""

    university: int
    firm: int
    liwen: int
    zhouqing: int
    zhaoyiming: int


@pytest.fixture
def town(calendar: Calendar) -> Town:
    """A university with two clerks, a firm with one."""
    with writing() as session:
        organisations = [
            Organisation(
                state="published",
                published_at=now(),
                confirmed_on=FIRST_DAY,
                name=Bilingual(name, f"{english} of Yunxiu"),
                name_key=name,
            )
            for name, english in (("云岫理工大学", "University"), ("恒砺精密", "Tools"))
        ]
        people = [
            Person(
                email=f"{mailbox}@yunxiu.example",
                name=name,
                language=language,
                confirmed_at=now(),
                password_hash=hash_password(PASSWORD),
            )
            for mailbox, name, language in (
                ("liwen", "李雯", "zh"),
                ("zhouqing", "周青", "en"),
                ("zhaoyiming", "赵一鸣", "zh"),
            )
        ]
        session.add_all([*organisations, *people])
        session.flush()
        university, firm = (one.id for one in organisations)
        for person, organisation_id in zip(people, (university, university, firm), strict=True):
            grant_roles(session, system("test"), person.id, organisation_id, [Role.HOLDER])
        return Town(university, firm, *(one.id for one in people))


Publish = Callable[..., int]


@pytest.fixture
def publish(town: Town) -> Publish:
    """Put a listing on the market, as of now."""

    def make(kind: str = "result", title: str = "铝壳焊缝气孔控制", **values: Any) -> int:
        owners = values.pop("owners", (town.university,))
        model: Any = RECORD_MODELS[kind]
        link: Any = {"result": ResultOwner, "patent": PatentOwner}[kind]
        given = {"state": "published", "published_at": now(), "confirmed_on": FIRST_DAY, **values}
        with writing() as session:
            record = model(title=Bilingual(title), **given)
            record.owner_links = [
                link(organisation_id=one, rank=rank) for rank, one in enumerate(owners, 1)
            ]
            session.add(record)
            session.flush()
            return record.id

    return make


def stored(record_id: int, kind: str = "result") -> Any:
    """The listing as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(RECORD_MODELS[kind], record_id)


def askings() -> list[Asking]:
    """All askings, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Asking).order_by(Asking.id)))


def notices(organisation_id: int) -> list[str]:
    """The kinds of an organisation's notices, oldest first."""
    drain()
    db.session.rollback()
    rows = select(Notification).where(Notification.organisation_id == organisation_id)
    return [one.kind for one in db.session.scalars(rows.order_by(Notification.id))]


def signed_in(app: Flask, mailbox: str) -> Browser:
    """The browser of somebody who has come in."""
    browser = Browser(app)
    assert browser.sign_in(f"{mailbox}@yunxiu.example").status_code == 302
    return browser
