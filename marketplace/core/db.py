"""The database: declarative base, column types, and the one way to write.

``db.session`` reads. :func:`writing` is the transaction that a service owns. Tables of the
domains do not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any

import orjson
from flask import Flask, has_request_context, request
from flask.sansio.app import App
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from marketplace.core.i18n import Bilingual
from marketplace.core.postgresql import is_postgresql

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Base(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database(SQLAlchemy):
    """Without asynchronous sessions: closing them takes a thread and an event loop a request."""

    def init_app(self, app: App) -> None:
        """Register as usual, and take the closing of asynchronous sessions out again."""
        super().init_app(app)
        closing = app.teardown_appcontext_funcs
        closing[:] = [close for close in closing if not iscoroutinefunction(close)]


db = Database()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, which would silently shift by eight hours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time can't be stored: give it a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give every time back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class BilingualText(TypeDecorator[Bilingual]):
    """A :class:`Bilingual` text, kept as ``{"zh": …, "en": …}``."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Bilingual | None, _dialect: Dialect) -> Any:
        """Store only the languages that hold text."""
        return value.as_dict() if value else None

    def process_result_value(self, value: Any, _dialect: Dialect) -> Bilingual | None:
        """Rebuild the text from its languages."""
        return Bilingual(**value) if value else None


def write_json(value: Any) -> str:
    """JSON as the database keeps it: Chinese as it is written, a third of the size of escapes."""
    return orjson.dumps(value).decode()


def now() -> datetime:
    """The present time, aware, in UTC."""
    return datetime.now(UTC)


class Timestamps:
    """When a row came and when it last changed, in UTC."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


def configure_sqlite(engine: Engine) -> None:
    """Make SQLite behave: WAL, foreign keys, and transactions that really begin.

    The driver's implicit BEGIN is switched off, because it begins too late to protect reads
    and leaks rows past savepoints; writers begin IMMEDIATE so that they queue instead of
    failing half-way. ``synchronous=FULL`` keeps an accepted row through a power cut;
    ``recursive_triggers`` lets INSERT OR REPLACE meet the triggers of the row that it deletes.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def give_up_broken_connections(app: Flask) -> None:
    """Let a request whose connection broke under it still give its answer.

    The session's own end would try to roll back, fail, and take the answer with it.
    """

    @app.teardown_appcontext
    def _give_up(_error: BaseException | None) -> None:
        try:
            db.session.rollback()
        except DBAPIError:
            db.session.invalidate()


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that only reads, and whose reads all see the same moment."""
    with db.engine.connect() as connection:
        if is_postgresql(db.engine):
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


AfterCommit = Callable[[], None]


@contextmanager
def writing() -> Iterator[Session]:
    """The transaction of one service call: commits at the end, rolls back on any error.

    Callables put into ``session.info["after_commit"]`` run once, after the commit. A nested
    call joins the outer transaction.

    :raises RuntimeError: when a GET, HEAD or OPTIONS request tries to write.
    """
    if has_request_context() and request.method in SAFE_METHODS:
        raise RuntimeError(f"{request.method} {request.path} must not change anything")
    session = db.session
    if session.info.get("is_writing"):
        yield session
        return
    session.rollback()
    session.info.pop("after_commit", None)
    session.info["is_writing"] = True
    try:
        session.connection(execution_options={"is_writing": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        raise
    finally:
        session.info.pop("is_writing", None)
    hooks: dict[str, AfterCommit] = session.info.pop("after_commit", {})
    for hook in hooks.values():
        hook()


def after_commit(session: Session, name: str, hook: AfterCommit) -> None:
    """Run ``hook`` once after the present transaction has committed, however often asked."""
    session.info.setdefault("after_commit", {})[name] = hook
