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

from marketplace.accounts import (  # noqa: F401 - their routes join the blueprint
    joining_routes,
    member_routes,
    own_routes,
    reset_routes,
    staff_routes,
)
from marketplace.accounts.browser import connect_browsers
from marketplace.accounts.evidence import declare_evidence
from marketplace.accounts.fragments import fill_slots as fill_account_slots
from marketplace.accounts.letters import declare_account_letters
from marketplace.accounts.notices import declare_account_notices
from marketplace.accounts.policies import ROUTES as ACCOUNT_ROUTES
from marketplace.accounts.policies import declare_policies as declare_account_policies
from marketplace.accounts.routes import blueprint as accounts
from marketplace.accounts.waiting import declare_tasks as declare_account_tasks
from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.fragments import fill_slots as fill_catalogue_slots
from marketplace.catalogue.indexing import subscribe_indexing
from marketplace.catalogue.notices import declare_catalogue_notices
from marketplace.catalogue.policies import ROUTES as CATALOGUE_ROUTES
from marketplace.catalogue.policies import declare_policies as declare_catalogue_policies
from marketplace.catalogue.routes import blueprint as catalogue
from marketplace.catalogue.taken_away import declare_catalogue_letters
from marketplace.contracts import (  # noqa: F401 - their routes join the blueprint
    flag_routes,
    on_behalf_routes,
    rule_pages,
)
from marketplace.contracts import (
    staff_routes as contract_staff_routes,  # noqa: F401 - its routes join the blueprint
)
from marketplace.contracts.attached_files import declare_contract_files
from marketplace.contracts.batches.connecting import connect_batches
from marketplace.contracts.batches.policies import ROUTES as BATCH_ROUTES
from marketplace.contracts.batches.policies import declare_policies as declare_batch_policies
from marketplace.contracts.batches.routes import blueprint as contract_batches
from marketplace.contracts.checking import subscribe_checks
from marketplace.contracts.fragments import fill_contract_slots
from marketplace.contracts.notices import declare_contract_notices
from marketplace.contracts.own_data import declare_own_data as declare_own_contracts
from marketplace.contracts.policies import ROUTES as CONTRACT_ROUTES
from marketplace.contracts.policies import declare_policies as declare_contract_policies
from marketplace.contracts.reconciling.policies import ROUTES as RECONCILIATION_ROUTES
from marketplace.contracts.reconciling.policies import (
    declare_policies as declare_reconciliation_policies,
)
from marketplace.contracts.reconciling.routes import blueprint as reconciliation
from marketplace.contracts.routes import blueprint as contracts
from marketplace.contracts.waiting import declare_tasks as declare_contract_tasks
from marketplace.core.attachments import declare_attachment_contents
from marketplace.core.celery import make_celery
from marketplace.core.db import configure_sqlite, db, give_up_broken_connections, write_json
from marketplace.core.files import FileStore
from marketplace.core.i18n import LANGUAGES, LanguagePrefix, select_locale
from marketplace.core.locks import exclusive
from marketplace.core.logging import configure_logging
from marketplace.core.mail.delivery import subscribe_mail
from marketplace.core.mail.transports import make_transport
from marketplace.core.notifications import subscribe_notifications
from marketplace.core.postgresql import postgresql_options
from marketplace.core.redis import PREFIX, make_redis, redis_options
from marketplace.core.web.access import AccessTable
from marketplace.core.web.calendar_pages import ROUTES as CALENDAR_ROUTES
from marketplace.core.web.calendar_pages import blueprint as calendar_pages
from marketplace.core.web.calendar_pages import connect_calendar
from marketplace.core.web.drawn_forms import refuse_forms_of_others
from marketplace.core.web.errors import register_errors
from marketplace.core.web.file_pages import ROUTES as FILE_ROUTES
from marketplace.core.web.file_pages import blueprint as files
from marketplace.core.web.file_pages import declare_file_policies, sandbox_files
from marketplace.core.web.filters import register_filters
from marketplace.core.web.mail_pages import ROUTES as MAIL_ROUTES
from marketplace.core.web.mail_pages import blueprint as mail
from marketplace.core.web.mail_pages import unsubscribe
from marketplace.core.web.own_pages import ROUTES as OWN_ROUTES
from marketplace.core.web.own_pages import blueprint as own_pages
from marketplace.core.web.own_pages import connect_own_pages
from marketplace.core.web.post_addresses import lead_to_forms
from marketplace.core.web.reading import forbid_writes_while_reading
from marketplace.core.web.request_log import register_request_log
from marketplace.core.web.site_files import ROUTES as SITE_FILE_ROUTES
from marketplace.core.web.site_files import blueprint as site_files
from marketplace.core.web.slots import Slots
from marketplace.core.web.typed_text import expect_text
from marketplace.core.web.uploads import TEXT_BYTES, allow_uploads
from marketplace.demands.fragments import fill_slots as fill_demand_slots
from marketplace.demands.notices import declare_demand_notices
from marketplace.demands.policies import ROUTES as DEMAND_ROUTES
from marketplace.demands.policies import declare_policies as declare_demand_policies
from marketplace.demands.reminding import declare_demand_letters
from marketplace.demands.routes import blueprint as demands
from marketplace.demands.waiting import declare_tasks as declare_demand_tasks
from marketplace.disclosure import (  # noqa: F401 - their routes join the blueprint
    holder_routes,
    letter_routes,
)
from marketplace.disclosure.fragments import fill_slots as fill_disclosure_slots
from marketplace.disclosure.letters import declare_disclosure_letters
from marketplace.disclosure.notices import declare_disclosure_notices
from marketplace.disclosure.own_data import declare_own_data as declare_own_disclosure
from marketplace.disclosure.policies import ROUTES as DISCLOSURE_ROUTES
from marketplace.disclosure.policies import declare_policies as declare_disclosure_policies
from marketplace.disclosure.routes import blueprint as disclosure
from marketplace.freshness.fragments import fill_slots as fill_freshness_slots
from marketplace.freshness.letters import declare_freshness_letters
from marketplace.freshness.notices import declare_freshness_notices
from marketplace.freshness.own_data import declare_own_data as declare_own_answers
from marketplace.freshness.policies import ROUTES as FRESHNESS_ROUTES
from marketplace.freshness.policies import declare_policies as declare_freshness_policies
from marketplace.freshness.routes import blueprint as freshness
from marketplace.freshness.waiting import declare_tasks as declare_freshness_tasks
from marketplace.matching.connecting import connect_matching
from marketplace.obligations import (
    staff_routes as obligation_staff_routes,  # noqa: F401 - its routes join the blueprint
)
from marketplace.obligations.files import declare_files
from marketplace.obligations.fragments import fill_slots as fill_obligation_slots
from marketplace.obligations.notices import declare_obligation_notices
from marketplace.obligations.policies import ROUTES as OBLIGATION_ROUTES
from marketplace.obligations.policies import declare_policies as declare_obligation_policies
from marketplace.obligations.reminding import declare_obligation_letters
from marketplace.obligations.routes import blueprint as obligations
from marketplace.obligations.waiting import declare_tasks as declare_obligation_tasks
from marketplace.operations.counted_search import CountedSearch
from marketplace.operations.probes import Probes
from marketplace.operations.routes import ROUTES as OPERATIONS_ROUTES
from marketplace.operations.routes import blueprint as operations
from marketplace.operations.watch import Watch, checks_for
from marketplace.oversight.policies import ROUTES as OVERSIGHT_ROUTES
from marketplace.oversight.policies import declare_policies as declare_oversight_policies
from marketplace.oversight.routes import blueprint as oversight
from marketplace.oversight.routes import fill_oversight_slots
from marketplace.posting import review_routes  # noqa: F401 - its routes join the blueprint
from marketplace.posting.fragments import fill_slots as fill_posting_slots
from marketplace.posting.notices import declare_posting_notices
from marketplace.posting.own_data import declare_own_data as declare_own_postings
from marketplace.posting.policies import ROUTES as POSTING_ROUTES
from marketplace.posting.policies import declare_policies as declare_posting_policies
from marketplace.posting.routes import blueprint as posting
from marketplace.posting.uploads.keeping import declare_upload_contents
from marketplace.posting.uploads.policies import ROUTES as UPLOAD_ROUTES
from marketplace.posting.uploads.policies import declare_policies as declare_upload_policies
from marketplace.posting.uploads.routes import blueprint as uploads
from marketplace.posting.uploads.working import subscribe_uploads
from marketplace.rate_limits import limit_routes
from marketplace.settings import PROJECT_ROOT, Mode, Settings
from marketplace.shelf.connecting import connect_shelf
from marketplace.shelf.policies import ROUTES as SHELF_ROUTES
from marketplace.shelf.routes import blueprint as shelf
from marketplace.statistics.edition_routes import blueprint as editions
from marketplace.statistics.editions import close_published_months
from marketplace.statistics.entering_values import declare_evidence as declare_value_evidence
from marketplace.statistics.fragments import fill_slots as fill_statistics_slots
from marketplace.statistics.goal_routes import blueprint as goals
from marketplace.statistics.policies import ROUTES as STATISTICS_ROUTES
from marketplace.statistics.policies import declare_policies as declare_statistics_policies
from marketplace.statistics.tables.fragments import fill_slots as fill_table_slots
from marketplace.statistics.tables.policies import ROUTES as TABLE_ROUTES
from marketplace.statistics.tables.policies import declare_policies as declare_table_policies
from marketplace.statistics.tables.routes import blueprint as statistics
from marketplace.statistics.waiting import declare_tasks as declare_statistics_tasks
from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine

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
        MAX_CONTENT_LENGTH=TEXT_BYTES,
        MAX_FORM_MEMORY_SIZE=TEXT_BYTES,
        TRUSTED_HOSTS=settings.trusted_hosts,
    )
    app.extensions["settings"] = settings
    app.extensions["redis"] = make_redis(settings)
    # Tests run without a broker unless they are given a real one.
    has_broker = settings.mode is not Mode.TEST or settings.redis_url
    app.extensions["celery"] = make_celery(settings) if has_broker else None
    app.extensions["files"] = FileStore(str(settings.files_dir))
    app.extensions["mail"] = make_transport(settings)
    _connect_database(app)
    _connect_search(app, settings)
    _connect_web(app, settings)
    # The demo's terminal keeps the address in sight.
    register_request_log(app, has_lines=settings.mode is not Mode.DEMO)
    subscribe_notifications()
    subscribe_mail()
    declare_account_letters()
    declare_obligation_letters()
    declare_obligation_notices()
    declare_obligation_tasks()
    declare_files()
    declare_contract_files()
    declare_contract_notices()
    declare_contract_tasks()
    declare_attachment_contents()
    declare_upload_contents()
    declare_disclosure_letters()
    declare_freshness_letters()
    declare_catalogue_letters()
    declare_freshness_tasks()
    declare_account_tasks()
    declare_evidence()
    declare_value_evidence()
    declare_statistics_tasks()
    close_published_months()
    declare_account_notices()
    declare_disclosure_notices()
    declare_freshness_notices()
    declare_catalogue_notices()
    declare_posting_notices()
    declare_demand_notices()
    declare_demand_letters()
    declare_demand_tasks()
    declare_own_disclosure()
    declare_own_postings()
    declare_own_contracts()
    declare_own_answers()
    subscribe_indexing()
    subscribe_uploads()
    subscribe_checks()
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
    give_up_broken_connections(app)
    with app.app_context():
        configure_sqlite(db.engine)
    forbid_writes_while_reading()


def _connect_search(app: Flask, settings: Settings) -> None:
    app.extensions["search"] = CountedSearch(make_engine(settings), SCHEMA)


def make_engine(settings: Settings) -> Engine:
    """Elasticsearch where an address is set, else the embedded engine in the data folder."""
    if settings.search_url:
        # The client is a sixth of what a process loads before it can do anything.
        from search.engines.elastic import ElasticEngine

        return ElasticEngine(settings.search_url, SCHEMA, _writers_lock)
    return EmbeddedEngine(settings.index_dir, SCHEMA)


def _writers_lock(name: str, timeout: float) -> AbstractContextManager[bool]:
    return exclusive(name, waits=timeout > 0, timeout=timeout)


def _connect_web(app: Flask, settings: Settings) -> None:
    Babel(app, locale_selector=select_locale)
    Bootstrap5(app)
    expect_text(app)
    # Before whoever looks for the token in a form, and so reads what was sent.
    allow_uploads(app)
    csrf = CSRFProtect(app)
    limiter = Limiter(get_remote_address, app=app, default_limits=[settings.request_limit])
    # Before the policy of pages, so that it has the last word on files.
    sandbox_files(app)
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
    declare_file_policies()
    declare_account_policies()
    declare_catalogue_policies()
    declare_posting_policies()
    declare_demand_policies()
    declare_disclosure_policies()
    declare_freshness_policies()
    declare_obligation_policies()
    declare_contract_policies()
    declare_table_policies()
    declare_statistics_policies()
    declare_batch_policies()
    declare_reconciliation_policies()
    access.add(ACCOUNT_ROUTES)
    declare_upload_policies()
    access.add(CATALOGUE_ROUTES)
    access.add(FRESHNESS_ROUTES)
    declare_oversight_policies()
    access.add(OVERSIGHT_ROUTES)
    access.add(OBLIGATION_ROUTES)
    access.add(CONTRACT_ROUTES)
    access.add(TABLE_ROUTES)
    access.add(STATISTICS_ROUTES)
    access.add(BATCH_ROUTES)
    access.add(RECONCILIATION_ROUTES)
    access.add(POSTING_ROUTES)
    access.add(DEMAND_ROUTES)
    access.add(DISCLOSURE_ROUTES)
    access.add(UPLOAD_ROUTES)
    access.add(OPERATIONS_ROUTES)
    access.add(MAIL_ROUTES)
    access.add(FILE_ROUTES)
    access.add(OWN_ROUTES)
    access.add(CALENDAR_ROUTES)
    access.add(SHELF_ROUTES)
    access.add(SITE_FILE_ROUTES)
    app.register_blueprint(accounts)
    app.register_blueprint(catalogue)
    app.register_blueprint(obligations)
    app.register_blueprint(contracts)
    app.register_blueprint(goals)
    app.register_blueprint(editions)
    app.register_blueprint(freshness)
    app.register_blueprint(oversight)
    app.register_blueprint(posting)
    app.register_blueprint(demands)
    app.register_blueprint(disclosure)
    app.register_blueprint(uploads)
    app.register_blueprint(contract_batches)
    app.register_blueprint(reconciliation)
    app.register_blueprint(operations)
    app.register_blueprint(mail)
    app.register_blueprint(site_files)
    app.register_blueprint(files)
    app.register_blueprint(own_pages)
    app.register_blueprint(calendar_pages)
    app.register_blueprint(shelf)
    app.register_blueprint(statistics)
    # Mail programs post there for their user (RFC 8058); the token in the address is the proof.
    csrf.exempt(unsubscribe)
    limiter.exempt(operations)
    connect_matching(app)
    limit_routes(app, limiter)
    lead_to_forms(app)
    access.guard(app)
    refuse_forms_of_others(
        app, but=("accounts.act_for", "accounts.sign_out"), account="accounts.overview"
    )
    connect_browsers(app)
    register_filters(app)
    register_errors(app, sign_in="accounts.sign_in")
    fill_obligation_slots(app)
    fill_contract_slots(app)
    fill_account_slots(app)
    fill_catalogue_slots(app)
    fill_oversight_slots(app)
    fill_posting_slots(app)
    fill_demand_slots(app)
    fill_disclosure_slots(app)
    fill_freshness_slots(app)
    fill_table_slots(app)
    fill_statistics_slots(app)
    connect_batches(app)
    connect_own_pages(app)
    connect_calendar(app)
    connect_shelf(app)
    app.extensions["watch"] = Watch(app, checks_for(settings))
    app.wsgi_app = Probes(app.wsgi_app, settings)  # type: ignore[method-assign]
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    if settings.is_behind_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
