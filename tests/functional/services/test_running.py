"""Services that are killed come back on the same port with what they had accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.grounds import DATABASE_URL, NEEDS_POSTGRESQL
from tests.services import Services, running
from tests.services.machine import processes
from tests.services.postgresql import PostgreSQL
from tests.services.programs import ServiceError
from tests.services.redis_server import Redis

NAMES = ("postgresql", "redis")

pytestmark = pytest.mark.skipif(not DATABASE_URL, reason=NEEDS_POSTGRESQL)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services of this test's own."""
    own = Services(tmp_path)
    own.start(NAMES)
    yield own
    own.stop()


def test_what_was_accepted_is_there_after_a_kill_and_a_restart(services: Services) -> None:
    addresses = services.addresses
    with psycopg.connect(addresses["MARKET_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with redis.Redis.from_url(addresses["MARKET_REDIS_URL"]) as client:
        client.set("kept", 7)
    for name in NAMES:
        services.kill(name)
        assert services.answering() == {one: one != name for one in NAMES}
        services.restart(name)
    assert services.addresses == addresses
    with psycopg.connect(addresses["MARKET_DATABASE_URL"]) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    with redis.Redis.from_url(addresses["MARKET_REDIS_URL"]) as client:
        assert client.get("kept") == b"7"


def test_a_start_starts_only_what_has_ended(services: Services) -> None:
    assert not services.start(NAMES)
    services.kill("redis")
    addresses = services.addresses
    assert services.start(NAMES)
    assert services.addresses == addresses
    assert all(services.answering().values())


def test_a_start_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Redis):
        """A server that ends at once."""

        def prepare(self, site: running.Site) -> None:
            super().prepare(site)
            (site.folder / "redis.conf").write_text("no-such-setting yes\n")

    seen: list[running.Site] = []

    class Seen(PostgreSQL):
        """A server whose folder is remembered."""

        def prepare(self, site: running.Site) -> None:
            seen.append(site)
            super().prepare(site)

    monkeypatch.setattr(running, "KINDS", {"postgresql": Seen(), "redis": Broken()})
    monkeypatch.setattr(running, "PAUSE_SECONDS", 0)
    services = Services(tmp_path)
    with pytest.raises(ServiceError, match=r"redis does not answer:\n(.|\n)*no-such-setting"):
        services.start(NAMES)
    (site,) = seen
    assert not site.folder.parent.exists()
    assert not processes(lambda _program, words: str(site.folder / "data") in words)
    assert not services.stop()
