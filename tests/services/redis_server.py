"""Redis from the system's packages, in a folder of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import redis

from tests.services.machine import hand_over, run_as_account
from tests.services.programs import find_program
from tests.services.service import Service, Site

DATABASES = 64
"""Enough for every process of a test run to have one of its own."""


class Redis(Service):
    """One server that keeps what it was told through a kill."""

    name = "redis"
    variable = "MARKET_REDIS_URL"

    def look_for_programs(self) -> None:
        """See the base."""
        find_program("redis-server", "redis-server")

    def prepare(self, site: Site) -> None:
        """See the base."""
        settings = {
            "bind": "127.0.0.1",
            "port": site.port,
            "requirepass": site.password,
            "databases": DATABASES,
            "dir": site.folder,
            "appendonly": "yes",
            "save": '""',
        }
        lines = "".join(f"{name} {value}\n" for name, value in settings.items())
        path = site.folder / "redis.conf"
        path.write_text(lines)
        path.chmod(0o600)
        hand_over(site.folder)

    def start(self, site: Site) -> subprocess.Popen[bytes]:
        """See the base."""
        program = find_program("redis-server", "redis-server")
        return run_as_account([program, site.folder / "redis.conf"], site.folder, {})

    def belongs(self, site: Site, program: str, arguments: Sequence[str]) -> bool:
        """See the base. Redis writes its address in the place of its arguments."""
        own = {str(site.folder / "redis.conf"), f"127.0.0.1:{site.port}"}
        return program == "redis-server" and not own.isdisjoint(arguments)

    def address(self, site: Site) -> str:
        """See the base."""
        return f"redis://:{site.password}@127.0.0.1:{site.port}/0"

    def is_answering(self, site: Site) -> bool:
        """See the base."""
        try:
            with redis.Redis.from_url(self.address(site), socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
