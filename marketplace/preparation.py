"""Bringing a data folder up to date: schema, code lists, index, and the demo's data."""

from __future__ import annotations

import sys

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from marketplace.catalogue.indexing import needs_rebuild, rebuild_index
from marketplace.catalogue.models import Organisation
from marketplace.core.actor import Actor, system
from marketplace.core.codelists import load_codelists
from marketplace.core.db import db, writing
from marketplace.core.faults import SERVICE_FAULTS, fault_sentence
from marketplace.core.locks import exclusive
from marketplace.core.outbox import drain
from marketplace.demo.loading import DemoDataError, load_demo
from marketplace.factory import create_app
from marketplace.settings import PROJECT_ROOT, Mode, Settings

log = structlog.get_logger(__name__)


def prepare_market(*, with_demo: bool = False) -> None:
    """Make everything ready to serve; may be repeated at any time.

    The demo's data is loaded only into a market that holds no organisation yet.
    """
    actor = system("setup")
    with exclusive("prepare", waits=True):
        if schema_revision() != newest_revision():
            upgrade_schema()
        with writing() as session:
            load_codelists(session)
        if needs_rebuild():
            rebuild_index(actor)
        if with_demo and db.session.scalar(select(Organisation.id).limit(1)) is None:
            _load_demo(actor)
        db.session.rollback()


def _load_demo(actor: Actor) -> None:
    try:
        load_demo(actor)
    except DemoDataError as error:
        # A clock set long before the demo was written makes its days impossible; the market
        # itself works without it.
        log.warning("demo_not_loaded", reason=str(error))
    else:
        drain()


def migration_config() -> Config:
    """The configuration of the migrations for the present database."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    config.attributes["engine"] = db.engine
    return config


def upgrade_schema(revision: str = "head") -> None:
    """Bring the schema forward to a revision."""
    command.upgrade(migration_config(), revision)


def downgrade_schema(revision: str) -> None:
    """Take the schema back to a revision; ``base`` empties it."""
    command.downgrade(migration_config(), revision)


def newest_revision() -> str | None:
    """The newest revision of the migrations."""
    return ScriptDirectory.from_config(migration_config()).get_current_head()


def schema_revision() -> str | None:
    """The revision of the database, nothing when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def main() -> None:
    """Prepare the market of the environment: ``python -m marketplace.preparation``."""
    settings = Settings()
    with create_app(settings).app_context():
        try:
            prepare_market(with_demo=settings.mode is Mode.DEMO)
        except SERVICE_FAULTS as error:
            sys.exit(fault_sentence(error))


if __name__ == "__main__":
    main()
