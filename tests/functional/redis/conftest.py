"""What only Redis can show: pokes, counts and signs of life that several processes share."""

from __future__ import annotations

import pytest

from tests.grounds import NEEDS_REDIS, REDIS_URL


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip all that lies here where there is no Redis."""
    if REDIS_URL:
        return
    for item in items:
        if "functional/redis/" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(NEEDS_REDIS))
