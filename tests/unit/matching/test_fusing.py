"""From what each channel found to one order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.fusing import fuse, weight_of
from search.engines.base import Scored

BOTH = frozenset({"zh", "en"})


def hits(**scores: float) -> list[Scored]:
    return [Scored(name, score) for name, score in scores.items()]


def test_a_document_of_two_channels_comes_before_those_of_one() -> None:
    found = {"a": hits(x=3, y=2.9, z=1), "b": hits(v=0.9, y=0.89, w=0.1)}
    assert fuse(found, {"a": 1, "b": 1})[0].id == "y"


def test_weights_decide_and_none_leaves_a_channel_out() -> None:
    found = {"a": hits(x=2, y=1), "b": hits(y=2, x=1)}
    assert fuse(found, {"a": 1, "b": 2})[0].id == "y"
    assert fuse(found, {"a": 1, "b": 0})[0].id == "x"
    assert fuse(found, {}) == []


def test_each_document_keeps_what_each_channel_gave() -> None:
    first = fuse({"a": hits(x=2, y=1), "b": hits(x=5, z=1)}, {"a": 1, "b": 0.5})[0]
    assert first.shares.keys() == {"a", "b"}
    assert sum(first.shares.values()) == pytest.approx(first.score)


def test_scores_of_one_channel_alone_and_equal_ones_raise_nothing() -> None:
    assert [one.id for one in fuse({"a": hits(y=1, x=1)}, {"a": 1})] == ["x", "y"]
    assert fuse({"a": []}, {"a": 1}) == []


@given(
    st.dictionaries(st.text(min_size=1), st.integers(-1000, 1000), min_size=1, max_size=20),
    st.floats(0.01, 100),
    st.floats(-100, 100),
)
def test_the_scale_of_a_channel_plays_no_part(
    scores: dict[str, float], factor: float, shift: float
) -> None:
    plain = fuse({"a": hits(**scores)}, {"a": 1})
    other = {name: score * factor + shift for name, score in scores.items()}
    scaled = {one.id: one.score for one in fuse({"a": hits(**other)}, {"a": 1})}
    for one in plain:
        assert scaled[one.id] == pytest.approx(one.score, rel=1e-2, abs=1e-2)


def test_an_encoder_that_does_not_read_the_language_counts_nothing() -> None:
    languages = {"use-multilingual-3": BOTH, "own": frozenset({"zh"})}
    assert weight_of("own/whole", "zh", languages) > 0
    assert weight_of("own/whole", "en", languages) == 0
    assert weight_of("use-multilingual-3/title", "en", languages) > 0
    assert weight_of("gone/title", "zh", languages) == 0


def test_characters_count_in_both_languages_and_carried_over_words_in_english() -> None:
    assert weight_of("characters", "zh", {}) > weight_of("characters", "en", {}) > 0
    assert weight_of("translated", "en", {}) > 0
    assert weight_of("translated", "zh", {}) == 0
