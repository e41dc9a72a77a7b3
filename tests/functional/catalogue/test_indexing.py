"""The index follows the database: publication, change, withdrawal, rebuild, repair."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from flask import Flask

from marketplace.catalogue import indexing
from marketplace.catalogue.importing import import_file
from marketplace.catalogue.indexing import (
    compare_index,
    needs_rebuild,
    rebuild_index,
    reconcile_index,
    restore_lost_index,
)
from marketplace.catalogue.models import Patent
from marketplace.catalogue.saving import identity
from marketplace.catalogue.services import resume_listing, suspend_listing, withdraw_listing
from marketplace.core.actor import ANONYMOUS, system
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from marketplace.core.outbox_upkeep import backlog
from marketplace.core.policy import Forbidden
from marketplace.operations.condition import look_at_search
from marketplace.preparation import prepare_market
from search.query import Query

ACTOR = system("test")


def found(words: str) -> list[str]:
    return [hit.id for hit in indexing.search_service().search(Query(words=words)).hits]


def bring_in(folder: Path, *titles: str) -> None:
    path = folder / "patents.csv"
    lines = [f"{number},{title},虚构研究院,摘要" for number, title in enumerate(titles)]
    path.write_text("id,title,assignee,abstract\n" + "\n".join(lines))
    import_file(ACTOR, "patent", path)


def test_a_published_record_is_found_after_the_outbox_is_drained(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    assert found("陶瓷轴承") == []
    drain()
    assert found("陶瓷轴承") == ["patent-1"]
    assert backlog().waiting == 0


def test_the_next_start_builds_an_index_for_a_market_that_has_none(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    lose_index(app)
    assert not look_at_search().is_well
    prepare_market()
    assert look_at_search().is_well
    assert found("陶瓷轴承") == ["patent-1"]
    generation = indexing.search_service().health().generation
    prepare_market()
    assert indexing.search_service().health().generation == generation


def lose_index(app: Flask) -> None:
    """Leave the market without an index, as a node that comes back with empty disks does."""
    settings = app.extensions["settings"]
    generation = indexing.search_service().health().generation
    if not settings.search_url:
        shutil.rmtree(settings.index_dir)
    elif generation:
        address, _, _alias = settings.search_url.rpartition("/")
        with Elasticsearch(address) as client:
            client.indices.delete(index=generation)


def test_an_index_that_was_lost_is_built_whole_at_the_next_change(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型", "玻璃纤维的拉丝")
    drain()
    lose_index(app)
    assert needs_rebuild()
    suspend_listing(ACTOR, "patent", 1, "核对权属")
    drain()
    assert found("玻璃纤维") == ["patent-2"]
    assert found("陶瓷轴承") == []
    assert compare_index().is_equal


def test_a_worker_restores_a_lost_index_without_any_change(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()
    lose_index(app)
    assert look_at_search().needs_reindex
    assert restore_lost_index(ACTOR)
    assert found("陶瓷轴承") == ["patent-1"]
    assert not look_at_search().needs_reindex
    assert not restore_lost_index(ACTOR)


def test_changes_wait_while_somebody_else_builds_the_index_that_is_lost(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型", "玻璃纤维的拉丝")
    lose_index(app)
    generation = indexing.search_service().engine.begin_generation()
    drain()
    assert indexing.search_service().health().generation == ""
    assert backlog().waiting
    generation.abandon()
    drain()
    assert backlog().waiting == 0
    assert compare_index().is_equal


def test_a_changed_record_is_found_by_its_new_words_only(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()
    bring_in(tmp_path, "玻璃纤维的拉丝")
    drain()
    assert found("陶瓷轴承") == []
    assert found("玻璃纤维") == ["patent-1"]


def test_a_withdrawn_record_is_no_longer_found(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()
    withdraw_listing(ACTOR, "patent", 1, "持有人要求")
    drain()
    assert found("陶瓷轴承") == []
    assert compare_index().is_equal


def test_a_holder_renamed_is_found_on_its_records_by_the_new_name(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()
    assert "patent-1" in found("虚构研究院")
    path = tmp_path / "organisations.csv"
    path.write_text("id,name,uscc\nx,虚构研究院,52410105MJ0000018E\n")
    import_file(ACTOR, "organisation", path)
    drain()
    path.write_text("id,name,uscc\nx,改名后的中心,52410105MJ0000018E\n")
    import_file(ACTOR, "organisation", path)
    drain()
    assert "patent-1" in found("改名后的中心")


def test_a_rebuild_gives_the_same_index(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型", "玻璃纤维的拉丝")
    drain()
    before = dict(indexing.search_service().engine.versions())
    rebuilt = rebuild_index(ACTOR)
    assert dict(indexing.search_service().engine.versions()) == before
    assert rebuilt.documents == len(before)
    assert compare_index().is_equal


def test_what_changes_during_a_rebuild_is_in_the_new_generation(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型", "玻璃纤维的拉丝")
    drain()

    def change(done: int, _total: int) -> None:
        if done == 2:
            bring_in(tmp_path, "陶瓷轴承的冷等静压成型", "碳化硅晶片的研磨", "后来的记录")
            withdraw_listing(ACTOR, "patent", 1, "持有人要求")
            drain()

    rebuild_index(ACTOR, on_progress=change)
    assert found("玻璃纤维") == []
    assert found("陶瓷轴承") == []
    assert found("碳化硅") == ["patent-2"]
    assert found("后来的记录") == ["patent-3"]
    assert compare_index().is_equal


def test_searches_go_on_during_a_rebuild(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()
    answers: list[list[str]] = []

    def search() -> None:
        with app.app_context():
            answers.append(found("陶瓷轴承"))

    def ask(_done: int, _total: int) -> None:
        asking = threading.Thread(target=search)
        asking.start()
        asking.join()

    rebuild_index(ACTOR, on_progress=ask)
    assert answers
    assert all(answer == ["patent-1"] for answer in answers)


def test_a_rebuild_that_fails_leaves_the_present_index(app: Flask, tmp_path: Path) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()

    def fail(_done: int, _total: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        rebuild_index(ACTOR, on_progress=fail)
    assert found("陶瓷轴承") == ["patent-1"]
    rebuild_index(ACTOR)
    assert compare_index().is_equal


def test_only_the_system_rebuilds(app: Flask) -> None:
    with pytest.raises(Forbidden):
        rebuild_index(ANONYMOUS)


def test_a_difference_between_index_and_database_is_found_and_mended(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型", "玻璃纤维的拉丝", "碳化硅晶片的研磨")
    drain()
    with indexing.search_service().engine.writing() as writer:
        writer.apply(deletes={"patent-2": 1})
    with writing() as session:
        session.get_one(Patent, 1).version += 1
        session.get_one(Patent, 3).state = "withdrawn"
    difference = reconcile_index(ACTOR)
    assert difference.missing == ("patent-2",)
    assert difference.outdated == ("patent-1",)
    assert difference.surplus == ("patent-3",)
    drain()
    db.session.rollback()
    assert compare_index().is_equal


def test_a_suspended_holder_is_no_longer_found_or_suggested_by_its_name(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承的冷等静压成型")
    drain()
    suspend_listing(ACTOR, "organisation", 1, "核实中")
    drain()
    assert found('"虚构研究院"') == []
    assert found("陶瓷轴承") == ["patent-1"]
    service = indexing.search_service()
    assert [one.text for one in service.suggest("虚构")] == []
    resume_listing(ACTOR, "organisation", 1)
    drain()
    assert set(found('"虚构研究院"')) == {"patent-1", "organisation-1"}


def test_more_changes_than_one_statement_takes_are_caught_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(identity, "CHUNK", 2)
    bring_in(tmp_path, *(f"第 {number} 种夹具" for number in range(7)))
    rebuild_index(ACTOR)
    assert compare_index().is_equal
