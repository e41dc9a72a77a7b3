"""Which engines are measured, and where Elasticsearch and PostgreSQL are for it.

Addresses that are given are used as they are; else the services are started, and stopped again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import Services

EMBEDDED, ELASTIC, POSTGRES = ENGINES = ("embedded", "elastic", "postgres")
_SERVICES = {ELASTIC: "elasticsearch", POSTGRES: "postgresql"}
_GIVEN = {ELASTIC: "TEST_SEARCH_URL", POSTGRES: "TEST_DATABASE_URL"}
_MADE = {ELASTIC: "MARKET_SEARCH_URL", POSTGRES: "MARKET_DATABASE_URL"}
_MARKETS_OWN = ("MARKET_DATABASE_URL", "MARKET_SEARCH_URL", "MARKET_REDIS_URL")


def forget_market() -> None:
    """Let no address of a market's services reach the catalogues of this process."""
    for name in _MARKETS_OWN:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)


@dataclass(frozen=True)
class Addresses:
    """The node and the server; empty where they are not asked for."""

    elastic: str = ""
    postgres: str = ""


@contextmanager
def running(engines: Sequence[str], place: Path) -> Iterator[Addresses]:
    """Where the engines answer, meanwhile. `place` remembers the services that are started.

    :raises tests.services.programs.ServiceError: when one can't be started; says what to do.
    """
    wanted = [one for one in engines if one != EMBEDDED]
    found = {one: os.environ.get(_GIVEN[one], "").rstrip("/") for one in wanted}
    missing = [one for one in wanted if not found[one]]
    services = Services(place)
    try:
        if missing:
            services.start([_SERVICES[one] for one in missing])
            found |= {one: services.addresses[_MADE[one]] for one in missing}
        yield Addresses(**found)
    finally:
        if missing:
            services.stop()
