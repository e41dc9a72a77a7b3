"""A database as one file, and back: SQLite by its own means, PostgreSQL by its client programs.

Both ways are whole or not at all, and copy the state of one moment while others write.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from marketplace.backup.archive import BackupError
from marketplace.backup.postgresql import PostgresqlDatabase
from marketplace.core.db import db
from marketplace.core.postgresql import is_postgresql

PAGES_AT_ONCE = 1024
IN_USE_SECONDS = 5
# The tables that a market without any data of its own has rows in.
GIVEN_TABLES = frozenset({"alembic_version", "code_list", "code_item"})

OnShare = Callable[[float], None]


class Database(Protocol):
    """What backup and restore need of a database."""

    kind: str

    def make_ready(self) -> None:
        """Look for what is needed. Raises BackupError."""

    def dump(self, target: Path, on_share: OnShare) -> None:
        """Write a consistent copy into a new file; ``on_share`` hears how much is done (0–1)."""

    def check(self, source: Path, revision: str) -> None:
        """Find out whether the copy can be read, and has the schema it says. Raises BackupError."""

    def replace(self, source: Path) -> None:
        """Put the copy into the place of what is there: all of it or nothing.

        Raises BackupError, and then nothing has changed.
        """


def database() -> Database:
    """The database of the running application."""
    return PostgresqlDatabase() if is_postgresql(db.engine) else SqliteDatabase()


def holds_data() -> bool:
    """Whether anything but code lists stands in the database, or it can't even be read."""
    try:
        with db.engine.connect() as connection:
            tables = set(inspect(connection).get_table_names()) - GIVEN_TABLES
            quote = connection.dialect.identifier_preparer.quote
            return any(
                connection.scalar(text(f"SELECT 1 FROM {quote(table)} LIMIT 1"))  # noqa: S608
                for table in sorted(tables)
            )
    except DatabaseError:
        return True


class SqliteDatabase:
    """The file in the data folder."""

    kind = "sqlite"

    def __init__(self) -> None:
        # Where a link leads to: there its log lies, too.
        self._path = Path(str(db.engine.url.database)).resolve()

    def make_ready(self) -> None:
        """Nothing is needed but Python."""

    def dump(self, target: Path, on_share: OnShare) -> None:
        """See the protocol."""
        with (
            closing(sqlite3.connect(self._path, isolation_level=None)) as source,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            # Held to the end: however much others write meanwhile, the copy is of this moment
            # and need not begin anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                copy,
                pages=PAGES_AT_ONCE,
                sleep=0,
                progress=lambda _status, left, total: on_share(1 - left / max(total, 1)),
            )
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")

    def check(self, source: Path, revision: str) -> None:
        """See the protocol."""
        try:
            with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
                (state,) = copy.execute("PRAGMA quick_check(1)").fetchone()
                (found,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        except (sqlite3.Error, TypeError) as error:
            raise BackupError(_("备份里的数据库读不了，这个文件坏了。")) from error
        if state != "ok" or found != revision:
            raise BackupError(_("备份里的数据库读不了，这个文件坏了。"))

    def replace(self, source: Path) -> None:
        """See the protocol."""
        db.session.close()
        db.engine.dispose()
        beside = self._path.with_name(f".{self._path.name}.restored")
        try:
            _move(source, beside)
            self._empty_log()
            beside.replace(self._path)
        finally:
            beside.unlink(missing_ok=True)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _empty_log(self) -> None:
        """Bring the log into the file: one that stayed would be taken for the new file's."""
        try:
            with closing(sqlite3.connect(self._path, timeout=IN_USE_SECONDS)) as old:
                old.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError(
                _("还有别的程序在用 %(path)s。请先停下它们，再恢复。", path=self._path)
            ) from error
        except sqlite3.DatabaseError:
            # What is there can't be read any more, which may be why it is restored.
            for ending in ("-wal", "-shm", "-journal"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    """Rename a file, or copy it where the target lies on another file system."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with source.open("rb") as found, target.open("wb") as copy:
            target.chmod(0o600)
            shutil.copyfileobj(found, copy)
            copy.flush()
            os.fsync(copy.fileno())
