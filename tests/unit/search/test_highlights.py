"""Marking of hits and the choice of the best sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlights import best_sentence, highlight


def marked(text: str, *terms: str) -> list[str]:
    return [fragment for fragment, is_hit in highlight(text, terms) if is_hit]


@pytest.mark.parametrize(
    ("text", "term", "hits"),
    [
        ("锂电池与锂电池组", "锂电池", ["锂电池", "锂电池"]),
        ("鋰電池的隔膜", "锂电池", ["鋰電池"]),
        ("用ＬＥＤ照明", "led", ["ＬＥＤ"]),
        ("LED 与 LEDs 和 sled", "led", ["LED", "LEDs"]),
        ("Battery, batteries", "battery", ["Battery", "batteries"]),
        ("120m、120 m、1120 m", "120 m", ["120m", "120 m"]),
        ("走带 80㎜/s，毛刺小", "毛刺", ["毛刺"]),
        ("厚 5㎜ 的板", "5 mm", ["5㎜"]),
        ("数 控机床", "数控机床", ["数 控机床"]),
        ("没有这个词", "锂电池", []),
        ("用 C++ 编写", "c++", ["C++"]),
    ],
)
def test_hits_are_marked_as_they_are_written_in_the_text(
    text: str, term: str, hits: list[str]
) -> None:
    assert marked(text, term) == hits


def best(text: str, terms: Sequence[str], limit: int = 120) -> str:
    return "".join(fragment for fragment, _ in best_sentence(text, terms, limit))


def test_neighbouring_hits_become_one_mark() -> None:
    assert marked("锂电池极片", "锂电池", "极片") == ["锂电池极片"]


def test_no_terms_mark_nothing() -> None:
    assert highlight("锂电池", ()) == [("锂电池", False)]
    assert highlight("", ("锂",)) == []


@given(st.text(max_size=200), st.lists(st.text(max_size=8), max_size=5))
def test_the_fragments_joined_are_the_text(text: str, terms: list[str]) -> None:
    joined = "".join(fragment for fragment, _ in highlight(text, terms))
    assert joined == "".join(highlight(text, ())[0][0] if text and highlight(text, ()) else "")
    best_sentence(text, terms)


TEXT = "第一句没有。第二句讲锂电池。第三句讲锂电池和极片，也讲毛刺！第四句又讲极片和毛刺和锂电池。"


def test_the_sentence_with_the_most_different_terms_wins_the_earliest_among_equals() -> None:
    assert best(TEXT, ("锂电池", "极片", "毛刺")) == "第三句讲锂电池和极片，也讲毛刺！"


def test_without_a_hit_the_text_begins() -> None:
    assert best(TEXT, ("石墨",)) == "第一句没有。"
    assert best("", ("石墨",)) == ""


def test_a_long_sentence_is_cut_around_its_first_hit() -> None:
    text = "前" * 300 + "锂电池" + "后" * 300
    fragments = best_sentence(text, ("锂电池",), limit=60)
    assert fragments[0] == ("…", False)
    assert ("锂电池", True) in fragments
    assert fragments[-1] == ("…", False)
    assert len(best(text, ("锂电池",), limit=60)) == 62


def test_the_hits_of_the_best_sentence_are_marked_as_in_the_whole_text() -> None:
    fragments = best_sentence(TEXT, ("锂电池", "毛刺"))
    assert fragments == highlight("第三句讲锂电池和极片，也讲毛刺！", ("锂电池", "毛刺"))


def test_a_hit_that_the_cut_parts_is_not_marked() -> None:
    text = "锂电池" + "中" * 56 + "锂电池" + "后" * 300
    fragments = best_sentence(text, ("锂电池",), limit=60)
    assert [fragment for fragment, is_hit in fragments if is_hit] == ["锂电池"]


def test_english_sentences_are_told_apart() -> None:
    text = "The first is 3.5 mm thick. The battery lasts. Nothing else."
    assert best(text, ("battery",)) == "The battery lasts."
