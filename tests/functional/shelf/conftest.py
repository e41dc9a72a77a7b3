"""The small market of the catalogue's tests, and two people in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.accounts.signing_in import open_for_demo
from marketplace.core.db import db, now, writing
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import Browser
from tests.functional.catalogue.conftest import (
    market,
    shared_folder,
    shared_market,
    stocked_folder,
)

__all__ = ["market", "shared_folder", "shared_market", "stocked_folder"]


def person(email: str, name: str = "李雯", language: str = "zh") -> int:
    """The id of somebody new with an account."""
    with writing() as session:
        made = Person(email=email, name=name, confirmed_at=now(), is_demo=True, language=language)
        session.add(made)
        session.flush()
        return made.id


def browser_of(app: Flask, person_id: int) -> Browser:
    """A browser in which the person is signed in."""
    reader = Browser(app)
    key = open_for_demo(person_id, "").key
    with reader.client.session_transaction() as cookie:
        cookie["_user_id"] = key
    db.session.rollback()
    return reader


@pytest.fixture
def shop(market: Flask) -> Iterator[Flask]:
    """The small market with its context pushed and nothing waiting."""
    with market.app_context():
        drain()
        yield market
        db.session.rollback()


@pytest.fixture
def liwen(shop: Flask) -> int:
    """The id of somebody who keeps things."""
    return person("liwen@yunxiu.example")


@pytest.fixture
def reader(shop: Flask, liwen: int) -> Browser:
    """Her browser."""
    return browser_of(shop, liwen)
