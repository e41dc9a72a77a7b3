"""Who answers the questions: the services, and the yardsticks beside each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import search_service
from marketplace.factory import make_engine
from marketplace.operations.counted_search import CountedSearch
from tests.benchmarks.bare import Bare
from tests.benchmarks.bare_elastic import BareElastic
from tests.benchmarks.catalogue import Catalogue
from tests.benchmarks.fts import Fts
from tests.benchmarks.postgres import Postgres

Role = Literal["service", "bare", "outside"]

SERVICE, BARE, FTS5 = "service", "bare", "fts5"
ELASTIC, ELASTIC_BARE, POSTGRES = "elastic", "elastic_bare", "postgres"


@dataclass(frozen=True)
class Contender:
    """One who is asked. `role`: in which of a question's three forms."""

    name: str
    role: Role
    asked: Any


@contextmanager
def contenders(catalogue: Catalogue) -> Iterator[list[Contender]]:
    """All that the catalogue was built for; the embedded service, and what is beside it, first."""
    with ExitStack() as stack:
        fts = stack.enter_context(closing(Fts(catalogue.fts_path)))
        found = [
            Contender(SERVICE, "service", search_service()),
            Contender(BARE, "bare", Bare(catalogue.settings.index_dir, SCHEMA)),
            Contender(FTS5, "outside", fts),
        ]
        if catalogue.elastic:
            engine = make_engine(catalogue.settings_on(catalogue.elastic.url))
            bare = BareElastic(catalogue.elastic.node, catalogue.elastic.alias)
            stack.enter_context(closing(bare))
            found.append(Contender(ELASTIC, "service", CountedSearch(engine, SCHEMA)))
            found.append(Contender(ELASTIC_BARE, "bare", bare))
        if catalogue.addresses.postgres:
            database = Postgres(catalogue.addresses.postgres, catalogue.database_name)
            found.append(Contender(POSTGRES, "outside", stack.enter_context(closing(database))))
        yield found
