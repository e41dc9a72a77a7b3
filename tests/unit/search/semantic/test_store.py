"""Vectors are kept under text and encoder, and nothing is encoded twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.semantic import VectorFiles, VectorsInMemory, encode_once
from search.semantic.store import vector_key
from tests.unit.search.semantic.counting import CountingEncoder


def test_a_text_is_encoded_once_also_by_the_next_process(tmp_path: Path) -> None:
    first = CountingEncoder()
    before = encode_once(first, VectorFiles(tmp_path, first), ["甲", "乙", "甲"])
    assert first.encoded == ["甲", "乙"]
    second = CountingEncoder()
    after = encode_once(second, VectorFiles(tmp_path, second), ["乙", "丙", "甲"])
    assert second.encoded == ["丙"]
    assert after[0] == pytest.approx(before[1], abs=1e-3)


def test_ways_of_writing_one_text_give_one_vector(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    encode_once(encoder, VectorFiles(tmp_path, encoder), ["鋰電池 ＬＥＤ", "锂电池 led"])
    assert len(encoder.encoded) == 1


def test_another_encoder_or_role_has_vectors_of_its_own(tmp_path: Path) -> None:
    one, other = CountingEncoder("one"), CountingEncoder("other")
    for encoder in (one, other):
        encode_once(encoder, VectorFiles(tmp_path, encoder), ["甲"])
    encode_once(other, VectorFiles(tmp_path, other), ["甲"], "query")
    assert (one.encoded, other.encoded) == (["甲"], ["甲", "甲"])


def test_a_row_that_was_not_written_to_its_end_is_dropped(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    encode_once(encoder, VectorFiles(tmp_path, encoder), ["甲", "乙"])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    again = CountingEncoder()
    encode_once(again, VectorFiles(tmp_path, again), ["甲", "乙"])
    encode_once(again, VectorFiles(tmp_path, again), ["甲", "乙"])
    assert again.encoded == ["乙"]


def test_progress_is_told_up_to_the_end_and_nothing_is_no_text(tmp_path: Path) -> None:
    encoder, told = CountingEncoder(), []
    store = VectorFiles(tmp_path, encoder)
    texts = [f"第{number}条" for number in range(600)]
    encode_once(encoder, store, texts, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(256, 600), (512, 600), (600, 600)]
    assert encode_once(encoder, store, []).shape == (0, encoder.dimensions)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_no_two_texts_share_a_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    keys = {vector_key(name, "passage", text) for name, text in (one, other) if "\0" not in name}
    assert len(keys) == len({pair for pair in (one, other) if "\0" not in pair[0]})


def test_the_memory_keeps_the_newest_vectors() -> None:
    encoder, memory = CountingEncoder(), VectorsInMemory(limit=2)
    encode_once(encoder, memory, ["甲", "乙", "丙"])
    encode_once(encoder, memory, ["丙", "乙"])
    assert encoder.encoded == ["甲", "乙", "丙"]
    encode_once(encoder, memory, ["甲"])
    assert encoder.encoded[-1] == "甲"
