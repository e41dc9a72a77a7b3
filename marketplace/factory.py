"""Builds the application: the only module that knows all parts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import orjson
from flask import Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import subscribe_indexing
from marketplace.catalogue.policies import ROUTES as CATALOGUE_ROUTES
from marketplace.catalogue.policies import declare_policies as declare_catalogue_policies
from marketplace.catalogue.routes import blueprint as catalogue
from marketplace.core.celery import make_celery
from marketplace.core.db import configure_sqlite, db, write_json
from marketplace.core.files import FileStore
from marketplace.core.i18n import LANGUAGES, LanguagePrefix, select_locale
from marketplace.core.locks import exclusive
from marketplace.core.logging import configure_logging
from marketplace.core.notifications import subscribe_notifications
from marketplace.core.postgresql import postgresql_options
from marketplace.core.redis import PREFIX, make_redis, redis_options
from marketplace.core.web.access import AccessTable
from marketplace.core.web.errors import register_errors
from marketplace.core.web.filters import register_filters
from marketplace.core.web.reading import forbid_writes_while_reading
from marketplace.core.web.request_log import register_request_log
from marketplace.core.web.slots import Slots
from marketplace.operations.counted_search import CountedSearch
from marketplace.operations.probes import Probes
from marketplace.operations.routes import ROUTES as OPERATIONS_ROUTES
from marketplace.operations.routes import blueprint as operations
from marketplace.operations.watch import Watch, checks_for
from marketplace.settings import PROJECT_ROOT, Mode, Settings
from search.engines.base import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine

EXPORT_LIMIT = "10 per minute"
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": ["'self'", "data:"],
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application with everything connected, from settings or the environment."""
    settings = settings or Settings()
    configure_logging(settings.mode)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "marketplace",
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(PROJECT_ROOT / "static"),
    )
    app.config.update(
        SECRET_KEY=settings.secret(),
        TESTING=settings.mode is Mode.TEST,
        SQLALCHEMY_ENGINES={"default": _engine_options(settings)},
        BABEL_DEFAULT_LOCALE=LANGUAGES["zh"],
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT_ROOT / "marketplace" / "translations"),
        BOOTSTRAP_SERVE_LOCAL=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_behind_https,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        **_rate_limits(settings),
        RATELIMIT_ENABLED=settings.mode is not Mode.TEST,
        MAX_CONTENT_LENGTH=1 << 20,
        TRUSTED_HOSTS=settings.trusted_hosts,
    )
    app.extensions["settings"] = settings
    app.extensions["redis"] = make_redis(settings)
    # Tests run without a broker unless they are given a real one.
    has_broker = settings.mode is not Mode.TEST or settings.redis_url
    app.extensions["celery"] = make_celery(settings) if has_broker else None
    app.extensions["files"] = FileStore(str(settings.files_dir))
    _connect_database(app)
    _connect_search(app, settings)
    _connect_web(app, settings)
    # The demo's terminal keeps the address in sight.
    register_request_log(app, has_lines=settings.mode is not Mode.DEMO)
    subscribe_notifications()
    subscribe_indexing()
    return app


def _engine_options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "json_serializer": write_json,
        "json_deserializer": orjson.loads,
        # An error's text goes to the log, and what people typed must not go with it.
        "hide_parameters": settings.mode is not Mode.TEST,
    }
    if not settings.has_own_database:
        options |= postgresql_options(settings.web_threads)
    return {"url": settings.database, **options}


def _rate_limits(settings: Settings) -> dict[str, Any]:
    """Where requests are counted: together in Redis, or in each process.

    While Redis is down each process counts for itself.
    """
    if not settings.redis_url:
        return {"RATELIMIT_STORAGE_URI": "memory://"}
    return {
        "RATELIMIT_STORAGE_URI": settings.redis_url,
        "RATELIMIT_STORAGE_OPTIONS": redis_options(),
        "RATELIMIT_KEY_PREFIX": PREFIX,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }


def _connect_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        configure_sqlite(db.engine)
    forbid_writes_while_reading()


def _connect_search(app: Flask, settings: Settings) -> None:
    app.extensions["search"] = CountedSearch(make_engine(settings), SCHEMA)


def make_engine(settings: Settings) -> Engine:
    """Elasticsearch where an address is set, else the embedded engine in the data folder."""
    if settings.search_url:
        return ElasticEngine(settings.search_url, SCHEMA, _writers_lock)
    return EmbeddedEngine(settings.index_dir, SCHEMA)


def _writers_lock(name: str, timeout: float) -> AbstractContextManager[bool]:
    return exclusive(name, waits=timeout > 0, timeout=timeout)


def _connect_web(app: Flask, settings: Settings) -> None:
    Babel(app, locale_selector=select_locale)
    Bootstrap5(app)
    CSRFProtect(app)
    limiter = Limiter(get_remote_address, app=app, default_limits=[settings.request_limit])
    Talisman(
        app,
        force_https=settings.is_behind_https,
        content_security_policy=CONTENT_SECURITY_POLICY,
        strict_transport_security=settings.is_behind_https,
        session_cookie_secure=settings.is_behind_https,
        referrer_policy="strict-origin-when-cross-origin",
    )
    app.extensions["slots"] = Slots()
    access = AccessTable()
    app.extensions["access"] = access
    access.add({"bootstrap.static": "anyone"})
    declare_catalogue_policies()
    access.add(CATALOGUE_ROUTES)
    access.add(OPERATIONS_ROUTES)
    app.register_blueprint(catalogue)
    app.register_blueprint(operations)
    limiter.exempt(operations)
    # A workbook of 10,000 rows keeps a processor busy for seconds.
    limiter.limit(EXPORT_LIMIT)(app.view_functions["catalogue.export"])
    access.guard(app)
    register_filters(app)
    register_errors(app)
    app.extensions["watch"] = Watch(app, checks_for(settings))
    app.wsgi_app = Probes(app.wsgi_app, settings)  # type: ignore[method-assign]
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    if settings.is_behind_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
