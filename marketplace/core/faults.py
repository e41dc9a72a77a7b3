"""A service that doesn't answer: which faults say so, and the sentence for whoever asked.

What a visitor sees stands in ``web.errors``.
"""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit, urlunsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from marketplace.settings import Settings
from search.engines.base import EngineUnavailable

DATABASE_FAULTS = (OperationalError, InterfaceError, PoolTimeout)
SERVICE_FAULTS = (*DATABASE_FAULTS, EngineUnavailable)
# What of SQLite's own errors is a database out of reach. Its other operational errors, such as a
# column that isn't there, are mistakes of the program.
_OUT_OF_REACH = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
)


def is_out_of_reach(error: Exception) -> bool:
    """Whether one of :data:`DATABASE_FAULTS` says that the database doesn't answer."""
    told = error.orig if isinstance(error, DBAPIError) else None
    if not isinstance(told, sqlite3.Error):
        return True
    # The low byte is the code; what stands above it tells more of the same.
    return getattr(told, "sqlite_errorcode", 0) & 0xFF in _OUT_OF_REACH


def fault_sentence(error: Exception) -> str:
    """Which service doesn't answer, why, and where its address is set."""
    settings: Settings = current_app.extensions["settings"]
    if isinstance(error, EngineUnavailable):
        if error.code == "needs_reindex":
            return _("搜索索引要重建：market reindex。")
        return _(
            "搜索没有应答：%(address)s。请看看 Elasticsearch 是否在运行，"
            "MARKET_SEARCH_URL 对不对。",
            address=without_password(settings.search_url or str(settings.index_dir)),
        )
    if settings.has_own_database:
        return _("数据库用不了：%(reason)s。", reason=reason_of(error))
    return _(
        "数据库没有应答：%(address)s，%(reason)s。请看看 PostgreSQL 是否在运行，"
        "MARKET_DATABASE_URL 对不对。",
        address=database_without_password(settings.database),
        reason=reason_of(error),
    )


def reason_of(error: Exception) -> str:
    """What the driver said, in one line and without the statement."""
    told = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(told).strip().splitlines() or [type(told).__name__]
    return lines[0].rstrip(".。:： ")


def without_password(address: str) -> str:
    """The address of Redis or of the search engine as it may be shown.

    That is without password, and without parameters that may hold one.
    """
    parts = urlsplit(address)
    user, _at, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit((parts.scheme, f"{name}@{place}" if name else place, parts.path, "", ""))


def database_without_password(address: str) -> str:
    """The same of the database, read as SQLAlchemy does: it takes passwords as they are typed."""
    url = make_url(address)
    shown = URL.create(
        url.drivername, url.username, host=url.host, port=url.port, database=url.database
    )
    return shown.render_as_string()
