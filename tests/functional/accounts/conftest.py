"""People for the tests of accounts."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.actor import Role
from tests.functional.accounts.browsing import Browser, enter, open_account
from tests.functional.accounts.organisations import LI, ZHOU, grant, organisation, someone

LIWEN = "liwen@yunxiu.example"


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser that has been nowhere yet."""
    return Browser(app)


@pytest.fixture
def liwen(app: Flask) -> Browser:
    """The browser of somebody who has an account and is signed in."""
    return enter(app, open_account(LIWEN), has_second_step=False)


@pytest.fixture
def university() -> int:
    """An organisation that is verified."""
    return organisation("河湾大学")


@pytest.fixture
def zhou(app: Flask, university: int) -> Browser:
    """Who looks after the members of the university."""
    browser = someone(app, "zhou", "周青")
    grant(ZHOU, university, Role.HOLDER_MGR)
    return browser


@pytest.fixture
def li(app: Flask, university: int) -> Browser:
    """Who only works for the university."""
    browser = someone(app, "li", "李雯")
    grant(LI, university, Role.HOLDER)
    return browser
