"""PostgreSQL from the system's packages, in a folder of its own."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.services.machine import hand_over, run_as_account
from tests.services.programs import ServiceError, find_program
from tests.services.service import Service, Site

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
# A killed process loses nothing of what it has handed to the operating system; only a power
# cut would, and then the whole folder is worth nothing. The memory stays in the folder too.
OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "dynamic_shared_memory_type": "mmap",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "warning",
}


class PostgreSQL(Service):
    """One cluster with the owner and the database ``market``."""

    name = "postgresql"
    variable = "MARKET_DATABASE_URL"
    stop_signal = signal.SIGINT
    patience = 30

    def look_for_programs(self) -> None:
        """See the base."""
        self._program("postgres")

    def prepare(self, site: Site) -> None:
        """See the base."""
        secret = site.folder / "password"
        secret.write_text(site.password)
        secret.chmod(0o600)
        hand_over(site.folder)
        data = site.folder / "data"
        command = [self._program("initdb"), "--pgdata", data, "--username", "market"]
        command += ["--pwfile", secret, "--auth", "scram-sha-256", "--no-sync"]
        command += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        with run_as_account(command, site.folder, {}) as made:
            if made.wait(120):
                raise ServiceError(f"initdb failed:\n{site.said()}")

    def start(self, site: Site) -> subprocess.Popen[bytes]:
        """See the base."""
        command = [self._program("postgres"), "-D", site.folder / "data", "-p", str(site.port)]
        for name, value in OPTIONS.items():
            command += ["-c", f"{name}={value}"]
        return run_as_account(command, site.folder, {})

    def belongs(self, site: Site, program: str, arguments: Sequence[str]) -> bool:
        """See the base."""
        return program == "postgres" and str(site.folder / "data") in arguments

    def address(self, site: Site) -> str:
        """See the base."""
        return self._of_database(site, "market")

    def is_answering(self, site: Site) -> bool:
        """See the base."""
        try:
            with psycopg.connect(
                self._of_database(site, "postgres"), connect_timeout=2, autocommit=True
            ) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'market'")
                if known.fetchone() is None:
                    connection.execute("CREATE DATABASE market")
                return True
        except psycopg.Error:
            return False

    def _of_database(self, site: Site, name: str) -> str:
        return f"postgresql://market:{site.password}@127.0.0.1:{site.port}/{name}"

    def _program(self, name: str) -> Path:
        return find_program(name, "postgresql", *FOLDERS)
