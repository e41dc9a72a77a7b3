"""The benchmark beside Elasticsearch and PostgreSQL: it runs through, and all answer one thing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from elasticsearch import Elasticsearch
from psycopg import sql

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import search_service
from tests.benchmarks.__main__ import main
from tests.benchmarks.bare import Bare
from tests.benchmarks.cases import Cases
from tests.benchmarks.catalogue import Catalogue
from tests.benchmarks.contenders import contenders
from tests.benchmarks.engines import Addresses
from tests.benchmarks.latency import KINDS
from tests.benchmarks.postgres_tables import address
from tests.functional.benchmarks.test_benchmarks import assert_questions_are_judged

SIZE = 310
ALL = ["service", "bare", "fts5", "elastic", "elastic_bare", "postgres"]
SEARCH_URL = os.environ.get("TEST_SEARCH_URL", "")
DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")

pytestmark = pytest.mark.skipif(
    not (SEARCH_URL and DATABASE_URL),
    reason="TEST_SEARCH_URL and TEST_DATABASE_URL name no node and no server: make services does",
)


@pytest.fixture
def services() -> Iterator[Addresses]:
    """Node and server, from which all that the run has left is removed."""
    yield Addresses(SEARCH_URL, DATABASE_URL)
    with Elasticsearch(SEARCH_URL) as client:
        names = client.indices.get_settings(index=f"market-bench-{SIZE}-*", name="index.uuid")
        for name in names:
            client.indices.delete(index=name)
    with psycopg.connect(address(DATABASE_URL), autocommit=True) as server:
        made = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            [f"market_bench_{SIZE}_"],
        )
        for (name,) in made.fetchall():
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.mark.timeout(400)
def test_a_run_on_all_engines_tells_of_each_and_keeps_what_it_built(
    tmp_path: Path,
    services: Addresses,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # One test for one run: it starts workers and a server.
    monkeypatch.setenv("MARKET_WEB_WORKERS", "1")
    out, kept = tmp_path / "figures.json", tmp_path / "kept"
    arguments = ["--sizes", str(SIZE), "--engines", "elastic,postgres", "--out", str(out)]
    assert main([*arguments, "--folder", str(kept)]) == 0

    figures = json.loads(out.read_text("utf-8"))
    assert figures["engines"] == ["embedded", "elastic", "postgres"]
    assert figures["machine"]["elasticsearch"]
    assert figures["machine"]["postgresql"]
    (measured,) = figures["catalogues"]
    assert_questions_are_judged(measured["questions"], ALL)
    assert all(row["elastic_ratio_to_bare"] > 0 for row in measured["questions"])
    built = measured["indexing"]["engines"]
    assert all(built[one]["rows_per_second"] > 0 for one in ("elastic", "postgres"))
    # Counted in hundredths of a second, of which so few rows may not take one.
    assert built["elastic"]["node_cpu_ms_a_row"] >= 0
    assert measured["elastic"]["freshness"]["ms"]["n"] > 0
    assert all(size > 0 for size in measured["disk"].values())
    assert "Elasticsearch, service/bare" in capsys.readouterr().out

    assert_all_find_the_same(kept, services, measured["freshness"]["changes"])


def assert_all_find_the_same(folder: Path, addresses: Addresses, changed: int) -> None:
    """`changed`: records that either engine was given after FTS5 and PostgreSQL were filled."""
    built = Catalogue(folder, SIZE, addresses)
    said: list[str] = []
    with closing(built) as catalogue:
        catalogue.build(said.append)
        assert not said, "built again although nothing had changed"
        with catalogue.opened(), contenders(catalogue) as asked:
            cases = Cases(search_service(), Bare(catalogue.settings.index_dir, SCHEMA))
            yardsticks = [one for one in asked if one.role != "service"]
            for kind in KINDS:
                for case in cases.draw(kind.name, 8):
                    found = {one.name: kind.of(one)(case) for one in yardsticks}
                    if kind.name != "suggestion":  # entries hold what changed, and its pinyin
                        assert found["bare"] == found["elastic_bare"], (kind.name, case)
                        assert found["fts5"] == found["postgres"], (kind.name, case)
                        assert 0 <= found["bare"] - found["fts5"] <= changed, (kind.name, case)
