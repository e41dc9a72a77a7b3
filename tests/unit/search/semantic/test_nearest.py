"""The nearest vectors and the nearest words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search.semantic.base import unit_rows
from search.semantic.nearest import VectorIndex
from search.semantic.vocabulary import Vocabulary
from tests.unit.search.semantic.counting import CountingEncoder


@pytest.fixture
def index() -> VectorIndex:
    index = VectorIndex(3)
    index.put([7, 8, 2**53], unit_rows(np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]])))
    return index


def test_the_most_alike_come_first_with_their_likeness(index: VectorIndex) -> None:
    found = index.nearest(unit_rows(np.array([[1, 0.1, 0]]))[0], 2)
    assert [key for key, _ in found] == [7, 8]
    assert found[0][1] == pytest.approx(0.995, abs=0.01)


def test_more_than_there_is_gives_all_and_an_empty_index_none(index: VectorIndex) -> None:
    asked = np.array([0, 0, 1], dtype=np.float32)
    assert len(index.nearest(asked, 50)) == 3
    assert index.nearest(asked, 50)[0][0] == 2**53
    assert VectorIndex(3).nearest(asked, 5) == []


def test_a_vector_put_again_takes_the_place_of_the_old_one(index: VectorIndex) -> None:
    index.put([7], np.array([[0, 0, 1]], dtype=np.float32))
    assert len(index) == 3
    assert {key for key, _ in index.nearest(np.array([0, 0, 1], dtype=np.float32), 2)} == {7, 2**53}
    index.remove([7, 99])
    assert len(index) == 2


def test_an_index_is_written_and_answers_from_its_file(index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "vectors")
    again = VectorIndex(3)
    again.view(tmp_path / "vectors")
    asked = np.array([1, 1, 0], dtype=np.float32)
    assert again.nearest(asked, 3) == index.nearest(asked, 3)


def test_a_vocabulary_gives_the_nearest_words_that_are_near_enough() -> None:
    vocabulary = Vocabulary(["ab", "abc", "xyz"], CountingEncoder())
    (found,) = vocabulary.nearest(["ab"], limit=2, least=0.7)
    assert [word for word, _ in found] == ["ab", "abc"]
    assert vocabulary.nearest(["q"], limit=3, least=0.5) == [[]]
    assert vocabulary.nearest([], limit=3, least=0.5) == []
    assert Vocabulary([], CountingEncoder()).nearest(["ab"], 3, 0.5) == [[]]
