"""Bringing a data folder up to date: schema, code lists, index, and the demo's data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import structlog
from flask import current_app
from pydantic import ValidationError
from sqlalchemy import select

from marketplace.accounts.models import Organisation, Person
from marketplace.catalogue.indexing import Progress, needs_rebuild, rebuild_index
from marketplace.core.actor import Actor, system
from marketplace.core.codelists import load_codelists
from marketplace.core.commandline import EXIT_DOWN, EXIT_UNUSABLE, chosen_language, speaking
from marketplace.core.db import db, writing
from marketplace.core.faults import SERVICE_FAULTS, fault_sentence
from marketplace.core.locks import exclusive
from marketplace.core.outbox import drain
from marketplace.core.schema import (
    NewerSchema,
    newest_revision,
    refuse_newer_schema,
    schema_revision,
    upgrade_schema,
)
from marketplace.demo.loading import DemoDataError, load_demo
from marketplace.factory import create_app
from marketplace.settings import Mode, Settings, sentences_about
from marketplace.statistics.keeping_goals import load_goals

log = structlog.get_logger(__name__)


def prepare_market(*, with_demo: bool = False, on_indexing: Progress | None = None) -> None:
    """Make everything ready to serve; may be repeated at any time.

    The demo's data is loaded only into a market that holds no other organisation. Where the index
    has to be built, ``on_indexing`` hears how many documents of how many are in.

    :raises NewerSchema: when a later program has been at the database; nothing is changed.
    """
    actor = system("setup")
    with exclusive("prepare", waits=True):
        refuse_newer_schema()
        if schema_revision() != newest_revision():
            upgrade_schema()
        with writing() as session:
            load_codelists(session)
            load_goals(session, actor)
        if _stale_mark().exists() or needs_rebuild():
            rebuild_index(actor, on_indexing)
            _stale_mark().unlink(missing_ok=True)
        if with_demo and _lacks_demo():
            _load_demo(actor)
        db.session.rollback()


def make_ready(settings: Settings) -> int:
    """Make everything ready as the settings say; where it can't be, say why on standard error.

    The exit code: 0 done; 1 a service does not answer, which a later start may mend; 2 the
    database is a later program's.
    """
    try:
        prepare_market(with_demo=settings.mode is Mode.DEMO)
    except SERVICE_FAULTS as error:
        print(fault_sentence(error), file=sys.stderr)
        return EXIT_DOWN
    except NewerSchema as error:
        print(error, file=sys.stderr)
        return EXIT_UNUSABLE
    return 0


def mark_index_stale() -> None:
    """Have the next preparation build the index, whatever is in it."""
    _stale_mark().touch()


def _stale_mark() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "index.stale"


def _lacks_demo() -> bool:
    """Whether the market holds nothing, or a demonstration from before it had people."""
    has_people = db.session.scalar(select(Person.id).where(Person.is_demo).limit(1)) is not None
    real = select(Organisation.id).where(~Organisation.is_demo).limit(1)
    return not has_people and db.session.scalar(real) is None


def _load_demo(actor: Actor) -> None:
    try:
        load_demo(actor)
    except DemoDataError as error:
        # A clock set long before the demo was written makes its days impossible; the market
        # itself works without it.
        log.warning("demo_not_loaded", reason=str(error))
    else:
        drain(part="quick")


def main() -> int:
    """Prepare the market of the environment: ``python -m marketplace.preparation``.

    Exit codes: 0 done; 1 a service does not answer; 2 the settings or the database's schema
    can't be used. With a sentence on standard error.
    """
    with speaking(chosen_language((), os.environ)):
        try:
            settings = Settings()
        except ValidationError as error:
            print(*sentences_about(error), sep="\n", file=sys.stderr)
            return EXIT_UNUSABLE
        with create_app(settings).app_context():
            return make_ready(settings)


if __name__ == "__main__":
    sys.exit(main())
