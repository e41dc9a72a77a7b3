"""Somebody who is signed in, for the pages that every person has."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.my_tasks import TaskTable
from marketplace.core.web import own_pages
from tests.functional.accounts.browsing import Browser
from tests.functional.shelf.conftest import browser_of, person


@pytest.fixture
def liwen(app: Flask) -> int:
    """The id of somebody."""
    return person("liwen@yunxiu.example")


@pytest.fixture
def reader(app: Flask, liwen: int) -> Browser:
    """Her browser."""
    return browser_of(app, liwen)


@pytest.fixture
def task_table(app: Flask, monkeypatch: pytest.MonkeyPatch) -> TaskTable:
    """A table of tasks that only the test fills."""
    table = TaskTable()
    monkeypatch.setattr(own_pages, "my_tasks", table)
    return table
