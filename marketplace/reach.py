"""Whether each service that is set answers, which it is, and what to look at when it doesn't.

Each is asked for its version and waited for some seconds at most. What stands in it (schema,
events, index) is looked at elsewhere.
"""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit, urlunsplit

from flask_babel import gettext as _
from redis import RedisError
from sqlalchemy import text

from marketplace.core.db import db
from marketplace.core.faults import (
    DATABASE_FAULTS,
    database_without_password,
    fault_sentence,
    reason_of,
    without_password,
)
from marketplace.core.mail.smtp import open_connection, reason_of_mail
from marketplace.core.postgresql import is_postgresql
from marketplace.core.redis import redis_client
from marketplace.service_addresses import CONSOLE
from marketplace.settings import Mode, Settings
from search.engines.base import EngineUnavailable

SEARCH_SECONDS = 3.0

# Whether all is well with one thing, and what was seen.
Seen = tuple[bool, str]


def see_database(settings: Settings) -> Seen:
    """The database: PostgreSQL at its address, or SQLite in the data folder."""
    try:
        with db.engine.connect() as connection:
            if is_postgresql(db.engine):
                version = str(connection.scalar(text("SHOW server_version"))).split()[0]
                name = f"PostgreSQL {version}"
            else:
                connection.execute(text("SELECT 1"))
                name = f"SQLite {sqlite3.sqlite_version}"
    except DATABASE_FAULTS as error:
        return False, fault_sentence(error)
    return _answers(name, database_without_password(settings.database))


def see_redis(settings: Settings) -> Seen:
    """Redis, where it is set."""
    client = redis_client()
    if client is None or not settings.redis_url:
        return True, _("没有用，消息经过数据文件夹")
    try:
        version = client.info("server")["redis_version"]  # type: ignore[index]
    except RedisError as error:
        return False, _(
            "没有应答：%(address)s，%(reason)s。请看看 Redis 是否在运行，MARKET_REDIS_URL 对不对。",
            address=without_password(settings.redis_url),
            reason=reason_of(error),
        )
    return _answers(f"Redis {version}", without_password(settings.redis_url))


def see_search(settings: Settings) -> Seen:
    """The search engine: Elasticsearch at its address, or the embedded one."""
    if not settings.search_url:
        return True, _("内置的，在数据文件夹里")
    # Commands that ask no node don't load its client.
    from elasticsearch import ApiError, Elasticsearch, TransportError

    parts = urlsplit(settings.search_url)
    node = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    try:
        # ``info`` would do, too, but is in one of the modules that a small node goes without.
        with Elasticsearch(node, request_timeout=SEARCH_SECONDS, max_retries=0) as client:
            told = client.nodes.info(node_id="_local", filter_path="nodes.*.version")
    except (TransportError, ApiError):
        return False, fault_sentence(EngineUnavailable("down"))
    version = next(iter(told["nodes"].values()))["version"]
    return _answers(f"Elasticsearch {version}", without_password(settings.search_url))


def see_mail(settings: Settings) -> Seen:
    """The mail server, where one is set; else where letters go instead, or that they wait."""
    if settings.mode is Mode.PRODUCTION and not settings.public_url:
        return False, _("没有设置 MARKET_PUBLIC_URL，信里的链接写不出来，信都在等。")
    server = settings.mail_server
    if server is None:
        if settings.mode is Mode.PRODUCTION:
            return False, _(
                "没有设置 MARKET_MAIL_URL，信都在等。它应为邮件服务器的地址，"
                "例如 smtp://用户@mail.example.cn:587，另设 MARKET_MAIL_FROM。"
            )
        return True, _(
            "没有用邮件服务器，信打印在终端，并存在 %(folder)s", folder=settings.mail_dir
        )
    address = without_password(settings.mail_url or CONSOLE)
    try:
        open_connection(server).quit()
    except (OSError, ValueError) as error:
        return False, _(
            "邮件服务器用不了：%(address)s，%(reason)s。信都在等，"
            "请看看 MARKET_MAIL_URL 和口令对不对。",
            address=address,
            reason=reason_of_mail(error).rstrip(".。 "),
        )
    return _answers("SMTP", address)


def _answers(name: str, address: str) -> Seen:
    return True, _("%(name)s，%(address)s，连得上", name=name, address=address)
