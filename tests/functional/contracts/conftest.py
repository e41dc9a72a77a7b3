"""The staff who register contracts."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.functional.contracts.registers import add_staff
from tests.functional.posting.conftest import People
from tests.grounds import put_once


@pytest.fixture
def staff(app: Flask) -> People:
    """Registrars, a reviewer, a statistician; somebody of the bureau; one of a district."""
    return People(app, put_once("contract staff", add_staff))
