"""Addresses that keep a processor busy are given to one visitor only so often."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.factory import create_app
from marketplace.rate_limits import LIMITS
from marketplace.settings import Mode
from tests.conftest import close, make_settings


@pytest.fixture
def limited(data_folder: Path) -> Iterator[Flask]:
    """A market that counts requests; those of tests don't."""
    app = create_app(make_settings(data_folder, mode=Mode.DEMO, host="127.0.0.1"))
    yield app
    close(app)


def test_the_eleventh_workbook_of_a_minute_is_refused(limited: Flask) -> None:
    client = limited.test_client()
    answers = [client.get("/search/export").status_code for _number in range(11)]
    assert answers == [200] * 10 + [429]


def test_every_limited_address_is_one_of_the_site_and_has_its_limit(limited: Flask) -> None:
    for endpoint in LIMITS:
        assert hasattr(limited.view_functions[endpoint], "__wrapped__"), endpoint
