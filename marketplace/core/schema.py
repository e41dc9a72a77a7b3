"""The schema of the database: which revision it has, which it should have, and the way there."""

from __future__ import annotations

from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import gettext as _

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


class NewerSchema(Exception):
    """The database was brought forward by a later program; the text is a sentence for people."""


def refuse_newer_schema() -> None:
    """Find out whether this program knows the revision of the database.

    :raises NewerSchema: when it doesn't; no migration of it leads anywhere then.
    """
    present = schema_revision()
    if is_newer(present):
        raise NewerSchema(newer_sentence(present))


def is_newer(revision: str | None) -> bool:
    """Whether a revision is none of this program's."""
    return revision is not None and revision not in known_revisions()


def newer_sentence(revision: str | None) -> str:
    """What to do about a newer one, in the present language."""
    return _(
        "数据库的结构版本是 %(theirs)s，本程序只到 %(ours)s。请先更新程序。",
        theirs=(revision or "")[:20],
        ours=newest_revision(),
    )
