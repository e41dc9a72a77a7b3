"""The schema of the database: which revision it has, which it should have, and the way there."""

from __future__ import annotations

from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from marketplace.core.db import db
from marketplace.settings import PROJECT_ROOT

MIGRATIONS = PROJECT_ROOT / "migrations"


def migration_config() -> Config:
    """The configuration of the migrations for the present database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = db.engine
    return config


def upgrade_schema(revision: str = "head") -> None:
    """Bring the schema forward to a revision."""
    command.upgrade(migration_config(), revision)


def downgrade_schema(revision: str) -> None:
    """Take the schema back to a revision; ``base`` empties it."""
    command.downgrade(migration_config(), revision)


@lru_cache(maxsize=1)
def known_revisions() -> tuple[str, ...]:
    """The revisions of the migrations, newest first."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    return tuple(script.revision for script in scripts.walk_revisions())


def newest_revision() -> str | None:
    """The newest revision of the migrations."""
    return known_revisions()[0] if known_revisions() else None


def schema_revision() -> str | None:
    """The revision of the database, nothing when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def has_tables() -> bool:
    """Whether the database holds any table."""
    return bool(inspect(db.engine).get_table_names())
