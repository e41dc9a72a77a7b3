"""PostgreSQL by ``pg_dump``, ``pg_restore`` and ``psql``, none of them older than the server."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg.conninfo
from flask_babel import gettext as _
from sqlalchemy import func, inspect, select, text

from marketplace.backup.archive import BackupError
from marketplace.core.append_only import REFUSE_CHANGE
from marketplace.core.db import db
from marketplace.core.redaction import redact

PROGRAMS = ("pg_dump", "pg_restore", "psql")
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
MAGIC = b"PGDMP"
LOCK_SECONDS = 10
# Variables of ours that no other program needs to know.
OWN_VARIABLES = "MARKET_"


class PostgresqlDatabase:
    """The tables of the market in its PostgreSQL database."""

    kind = "postgresql"

    def __init__(self) -> None:
        self._folder: Path | None = None

    def make_ready(self) -> None:
        """Find client programs of the server's version, or the next newer one there is.

        :raises BackupError: when there are none.
        """
        with db.engine.connect() as connection:
            server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000
        found = {version: folder for folder in _folders() if (version := _version(folder))}
        if not found:
            raise BackupError(
                _(
                    "这台机器上没有 pg_dump、pg_restore 和 psql。请安装 PostgreSQL 的客户端，"
                    "Debian 上：apt-get install postgresql-client"
                )
            )
        fitting = [version for version in sorted(found) if version >= server]
        if not fitting:
            raise BackupError(
                _(
                    "pg_dump 是第 %(found)s 版，比服务器的第 %(server)s 版旧。"
                    "请安装第 %(server)s 版的 PostgreSQL 客户端。",
                    found=max(found),
                    server=server,
                )
            )
        self._folder = found[fitting[0]]

    def dump(self, target: Path, on_share: Callable[[float], None]) -> None:
        """Write a copy in PostgreSQL's custom format, left to the archive to compress."""
        schema = db.session.scalar(select(func.current_schema()))
        db.session.rollback()
        pattern = f'--table="{schema}".*'
        self._run("pg_dump", "--format=custom", "--compress=0", pattern, f"--file={target}")
        on_share(1.0)

    def check(self, source: Path, revision: str) -> None:
        """Find out whether ``pg_restore`` can read the copy."""
        with source.open("rb") as handle:
            is_dump = handle.read(len(MAGIC)) == MAGIC
        try:
            contents = self._run("pg_restore", "--list", str(source), connects=False)
        except BackupError as error:
            raise BackupError(_("备份里的数据库读不了，这个文件坏了。")) from error
        if not is_dump or " TABLE DATA " not in contents or not revision:
            raise BackupError(_("备份里的数据库读不了，这个文件坏了。"))

    def replace(self, source: Path) -> None:
        """Drop the tables and create those of the copy, in one transaction.

        The function that their triggers call is no part of the copy.
        """
        script, drops = source.with_suffix(".sql"), source.with_suffix(".drops.sql")
        self._run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            f"--file={script}",
            str(source),
            connects=False,
        )
        db.session.close()
        db.engine.dispose()
        drops.write_text(_statements_before(), "utf-8")
        db.engine.dispose()
        self._run(
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--output=/dev/null",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--file={drops}",
            f"--file={script}",
        )

    def _run(self, program: str, *arguments: str, connects: bool = True) -> str:
        if self._folder is None:
            self.make_ready()
        command = [str(Path(str(self._folder)) / program), *arguments]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)
        }
        environment["LC_ALL"] = "C.UTF-8"
        if connects:
            address, password = _connection()
            command += ["--no-password", f"--dbname={address}"]
            if password:
                environment["PGPASSWORD"] = password
        ended = subprocess.run(  # noqa: S603 - the programs of the PostgreSQL client
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        said = ended.stderr.decode("utf-8", "replace")
        if ended.returncode:
            raise BackupError(
                _(
                    "%(program)s 没有做成：%(reason)s",
                    program=program,
                    reason=redact(_first_error(said)),
                )
            )
        return ended.stdout.decode("utf-8", "replace")


def _folders() -> list[Path]:
    listed = [Path(one) for pattern in FOLDERS for one in glob.glob(pattern)]
    if on_path := shutil.which("pg_dump"):
        # Debian's is a script that calls one of the others: only where there are none.
        listed.append(Path(on_path).parent)
    return [
        folder
        for folder in listed
        if all(os.access(folder / program, os.X_OK) for program in PROGRAMS)
    ]


def _version(folder: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603 - asks for the version
            [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)(?:\.|devel|beta|rc)", said)
    return int(found[1]) if found else None


def _connection() -> tuple[str, str | None]:
    """The address without its password, which no other user may see among the processes."""
    url = db.engine.url
    options: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "dbname": url.database,
        **{name: value for name, value in url.query.items() if name != "password"},
    }
    known = {name: str(value) for name, value in options.items() if value}
    given = url.password or url.query.get("password")
    return psycopg.conninfo.make_conninfo(**known), str(given) if given else None


def _statements_before() -> str:
    with db.engine.connect() as connection:
        others = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'market' AND pid <> pg_backend_pid()"
            )
        )
        if others:
            raise BackupError(
                _(
                    "还有 %(count)s 个市场的进程连着数据库。请先停下网站和后台进程，再恢复。",
                    count=others,
                )
            )
        quote = connection.dialect.identifier_preparer.quote_identifier
        tables = [quote(name) for name in inspect(connection).get_table_names()]
    drops = [f"DROP TABLE IF EXISTS {table} CASCADE;\n" for table in tables]
    return f"SET lock_timeout = '{LOCK_SECONDS}s';\n" + "".join(drops) + f"{REFUSE_CHANGE};\n"


def _first_error(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line for line in lines if re.search(r"error|fatal", line, re.IGNORECASE)]
    return (wrong or lines or ["?"])[0][:300]
