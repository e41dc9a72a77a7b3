"""Vectors of records: encoded in the background, once, followed by the indexes, used by search."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select

from marketplace.core.actor import ANONYMOUS, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.matching import tables
from marketplace.matching.encoders import encoders_at_hand
from marketplace.matching.vectors.encoding import encode_missing
from marketplace.matching.vectors.indexes import FollowingIndexes, indexes_of
from marketplace.matching.vectors.models import RecordVector, Vector
from marketplace.matching.vectors.rows import document_of
from search.semantic import Encoders, Vectors
from tests.functional.demands.conftest import opened
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    OTHER,
    add_result,
    change_state,
    matches_of_demand,
)
from tests.functional.posting.conftest import People
from tests.grounds import SEARCH_URL
from tests.unit.search.semantic.counting import CountingEncoder

MANY = {
    "title": Bilingual("风电叶片的巡检"),
    "abstract": Bilingual("。".join(f"第{chr(0x4E00 + n)}片叶片巡检用时很短" for n in range(260))),
}
OTHER_WORDS = "".join(chr(ord(character) + 64) for character in BURRS)
"""Other characters, of which the counting encoder makes the same vector."""


def _nearest(encoder: CountingEncoder, text: str) -> list[str]:
    index = indexes_of(encoder).of("offers", "title")
    return [document_of(number) for number, _ in index.nearest(encoder.queries([text])[0], 5)]


def _save_files(encoder: CountingEncoder, folder: Path) -> None:
    indexes = FollowingIndexes(encoder, folder)
    indexes.follow()
    assert indexes.save_if_worth()


def test_what_is_published_is_encoded_once_and_found_by_its_vector(
    people: People, encoder: CountingEncoder
) -> None:
    first, second = add_result(**GOOD), add_result(**OTHER)
    drain()
    assert _nearest(encoder, BURRS)[0] == f"result-{first}"
    assert _nearest(encoder, OTHER["title"].zh)[0] == f"result-{second}"
    encoded = len(encoder.encoded)
    change_state(first, "published", "listing_changed")
    assert len(encoder.encoded) == encoded


def test_a_record_that_is_public_no_longer_leaves_the_index(
    people: People, encoder: CountingEncoder
) -> None:
    record_id = add_result(**GOOD)
    drain()
    change_state(record_id, "suspended", "listing_suspended")
    assert _nearest(encoder, BURRS) == []
    change_state(record_id, "published", "listing_resumed")
    assert _nearest(encoder, BURRS) == [f"result-{record_id}"]


def test_an_encoder_that_is_new_has_everything_encoded_that_lacks_its_vectors(
    app: Flask, people: People
) -> None:
    record_id = add_result(**GOOD)
    drain()
    assert db.session.scalar(select(func.count(Vector.key))) == 0
    encoder = CountingEncoder("newcomer")
    app.extensions["encoders"] = Encoders((encoder,))
    assert encode_missing(system("encoding")) == 1
    assert encode_missing(system("encoding")) == 0
    drain()
    assert _nearest(encoder, BURRS) == [f"result-{record_id}"]
    assert encode_missing(system("encoding")) == 0
    with pytest.raises(Forbidden):
        encode_missing(ANONYMOUS)


def test_indexes_of_another_process_take_in_what_came_since_and_start_from_the_files(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.SAVED_FROM", 1)
    first = add_result(**GOOD)
    drain()
    folder = app.extensions["settings"].vectors_dir
    _save_files(encoder, folder)
    add_result(**OTHER)
    drain()
    other = FollowingIndexes(encoder, folder)
    index = other.of("offers", "title")
    assert len(index) == 1
    other.follow()
    assert len(index) == 2
    (found,) = index.nearest(encoder.queries([BURRS])[0], 1)
    assert document_of(found[0]) == f"result-{first}"


def test_a_page_takes_in_a_few_rows_and_leaves_the_others_to_a_thread(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.PAGE_ROWS", 1)
    indexes = FollowingIndexes(encoder, app.extensions["settings"].vectors_dir)
    index = indexes.of("offers", "title")
    add_result(**GOOD)
    drain()
    indexes.follow_in_passing()
    assert len(index) == 1
    for _number in range(3):
        add_result(**OTHER)
    drain()
    indexes.follow_in_passing()
    for thread in [one for one in enumerate_threads() if one.name == "vectors"]:
        thread.join(20)
    assert len(index) == 4


def test_a_page_goes_on_with_what_there_is_while_another_thread_takes_in(
    app: Flask, people: People, encoder: CountingEncoder
) -> None:
    indexes = FollowingIndexes(encoder, app.extensions["settings"].vectors_dir)
    add_result(**GOOD)
    drain()
    with indexes._reading:
        indexes.follow_in_passing()
    assert len(indexes.of("offers", "title")) == 0


def test_a_process_goes_on_above_the_files_that_another_wrote_since(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.SAVED_FROM", 1)
    folder = app.extensions["settings"].vectors_dir
    running = FollowingIndexes(encoder, folder)
    add_result(**GOOD)
    drain()
    running.follow()
    assert running.of("offers", "title").changes == 1
    _save_files(encoder, folder)
    add_result(**OTHER)
    drain()
    running.follow()
    index = running.of("offers", "title")
    assert (len(index), index.changes) == (2, 1)


def test_files_whose_writing_was_broken_off_are_followed_from_the_state_before(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.SAVED_FROM", 1)
    folder = app.extensions["settings"].vectors_dir
    add_result(**GOOD)
    drain()
    _save_files(encoder, folder)
    second = add_result(**OTHER)
    drain()

    def broken(*_given: object) -> None:
        raise KeyboardInterrupt

    indexes = FollowingIndexes(encoder, folder)
    indexes.follow()
    with monkeypatch.context() as patch:
        patch.setattr("marketplace.matching.vectors.indexes.json.dumps", broken)
        with pytest.raises(KeyboardInterrupt):
            indexes.save_if_worth()
    other = FollowingIndexes(encoder, folder)
    assert len(other.of("offers", "title")) == 2
    other.follow()
    index = other.of("offers", "title")
    assert len(index) == 2
    (found,) = index.nearest(encoder.queries([OTHER["title"].zh])[0], 1)
    assert document_of(found[0]) == f"result-{second}"


@pytest.mark.skipif(SEARCH_URL is not None, reason="Elasticsearch writes its own files")
def test_the_round_that_looks_for_missing_vectors_writes_the_files_of_the_indexes(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.SAVED_FROM", 1)
    add_result(**GOOD)
    drain()
    folder = app.extensions["settings"].vectors_dir
    assert not list(folder.rglob("*.usearch"))
    encode_missing(system("encoding"))
    assert len(list(folder.rglob("*.usearch"))) == 4


def test_after_a_restore_of_an_older_database_the_indexes_are_read_from_the_beginning(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.SAVED_FROM", 1)
    kept, lost = add_result(**GOOD), add_result(**OTHER)
    drain()
    folder = app.extensions["settings"].vectors_dir
    _save_files(encoder, folder)
    with writing() as session:
        session.execute(delete(RecordVector).where(RecordVector.record_id == lost))
    restored = FollowingIndexes(encoder, folder)
    restored.follow()
    found = restored.of("offers", "title").nearest(encoder.queries([BURRS])[0], 5)
    assert [document_of(number) for number, _ in found] == [f"result-{kept}"]


def test_files_that_can_not_be_read_are_passed_over(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.matching.vectors.indexes.SAVED_FROM", 1)
    add_result(**GOOD)
    drain()
    folder = app.extensions["settings"].vectors_dir
    _save_files(encoder, folder)
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"broken")
    other = FollowingIndexes(encoder, folder)
    other.follow()
    assert len(other.of("offers", "title")) == 1


def test_a_demand_is_matched_by_its_vectors_too(people: People, encoder: CountingEncoder) -> None:
    add_result(**GOOD)
    matches = matches_of_demand(opened(people))
    assert "counting/title" in matches[BURRS].features["shares"]
    assert matches[BURRS].algorithm.endswith("counting")


def test_two_texts_of_one_wording_share_a_vector(people: People, encoder: CountingEncoder) -> None:
    add_result(**GOOD)
    add_result(**GOOD)
    drain()
    rows = db.session.scalars(select(RecordVector)).all()
    assert len(rows) == 2
    assert len({row.whole_key for row in rows}) == 1


def test_a_search_that_words_find_nothing_for_is_answered_with_what_means_the_same(
    client: FlaskClient, people: People, encoder: CountingEncoder
) -> None:
    for values in (MANY, GOOD, OTHER):
        add_result(**values)
    opened(people)
    drain()
    page = client.get(f"/search?q={OTHER_WORDS}").text
    assert "意思相近的" in page
    near = page.replace("<wbr>", "").split("意思相近的")[1]
    assert BURRS in near
    assert OTHER["title"].zh not in near
    filtered = client.get(f"/search?q={OTHER_WORDS}&kind=patent").text
    assert "意思相近的" not in filtered


def test_what_counts_as_near_is_told_by_records_that_lie_evenly_and_nothing_is_counted(
    people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        add_result(title=Bilingual(f"第{number}项成果的题名"), abstract=GOOD["abstract"])
    drain()
    monkeypatch.setattr(tables, "DRAWN_RECORDS", 3)
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        texts = tables._drawn_sentences()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    titles = [text for text in texts if "题名" in text]
    assert titles == ["第0项成果的题名", "第4项成果的题名", "第8项成果的题名"]
    assert not [one for one in statements if "count(" in one or " % " in one]


def test_one_thread_alone_draws_what_counts_as_near(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables.background([encoder], keeps=False)
    monkeypatch.setattr(tables, "monotonic", lambda: 1e9)
    with tables._drawing:
        assert tables.background([encoder], keeps=False) is before
    assert tables.background([encoder], keeps=False) is not before


def test_a_search_that_words_answer_well_has_no_such_part(
    client: FlaskClient, people: People, encoder: CountingEncoder
) -> None:
    for number in range(4):
        add_result(title=Bilingual(f"极片毛刺抑制第{number}代"), abstract=GOOD["abstract"])
    add_result(**MANY)
    opened(people)
    drain()
    assert "意思相近的" not in client.get("/search?q=毛刺抑制").text


def test_a_page_does_not_wait_for_encoders_that_are_being_loaded(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()

    def load(*_given: object) -> Encoders:
        gate.wait(20)
        return Encoders((CountingEncoder(),))

    monkeypatch.setattr("search.semantic.load_encoders", load)
    monkeypatch.setattr(app.extensions["settings"], "has_semantic_search", True)
    assert encoders_at_hand() is None
    assert encoders_at_hand() is None
    gate.set()
    (thread,) = [one for one in enumerate_threads() if one.name == "encoders"]
    thread.join(20)
    found = encoders_at_hand()
    assert found is not None
    assert len(found.used) == 1


class BreakingEncoder(CountingEncoder):
    """Breaks at each text."""

    def passages(self, texts: Any) -> Vectors:
        """See the protocol."""
        raise RuntimeError("no memory")


def test_a_record_is_found_by_words_though_the_encoder_breaks(
    app: Flask, client: FlaskClient, people: People
) -> None:
    app.extensions["encoders"] = Encoders((BreakingEncoder(),))
    add_result(**GOOD)
    drain()
    assert BURRS in client.get("/search?q=极片激光分切毛刺").text.replace("<mark>", "").replace(
        "</mark>", ""
    ).replace("<wbr>", "")
    with writing() as session:
        assert session.scalar(select(func.count(RecordVector.id))) == 0


def test_a_page_says_that_it_compares_by_words_where_the_encoder_broke(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_result(**MANY)
    add_result(**GOOD)
    demand_id = opened(people)
    page = people.browser("demander").get(f"/matches/of/{demand_id}").text
    assert "出了错" not in page
    monkeypatch.setattr("marketplace.matching.reasons.encode_once", BreakingEncoder().passages)
    page = people.browser("demander").get(f"/matches/of/{demand_id}").text
    assert "语义匹配这次出了错，这一页只按字词比较。" in page
