"""What a word is, in the index and in a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import (
    bridges,
    index_tokens,
    normalise,
    phrase_tokens,
    present,
    query_words,
    stem,
    suggested_words,
    units_in,
    units_of,
)


def tokens(text: str) -> list[str]:
    return [word.token for word in query_words(text)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [("鋰電池", "锂电池"), ("ＬＥＤ", "led"), ("㎜", "mm"), ("乾燥", "干燥"), ("Ⅱ型", "ii型")],
)
def test_ways_of_writing_are_folded_into_one(written: str, folded: str) -> None:
    assert normalise(written) == folded


@pytest.mark.parametrize("query", ["120m", "120 m", "120M", "１２０ｍ"])
@pytest.mark.parametrize("text", ["走带速度 120m", "走带速度120 m", "120 m/min"])
def test_a_figure_and_its_unit_are_found_however_they_are_spaced(query: str, text: str) -> None:
    assert set(tokens(query)) <= set(index_tokens(text)[0])


def test_the_figure_alone_is_found_too() -> None:
    assert "120" in index_tokens("120m")[0]
    assert "120" in index_tokens("120 m")[0]


def test_thousands_separators_are_left_out_and_lists_of_figures_stay_apart() -> None:
    assert tokens("1,200 kW") == ["1200kw"]
    assert tokens("1,2,3") == ["1", "2", "3"]


def test_numbers_of_patents_are_found_with_and_without_letters() -> None:
    assert {"cn112345678a", "112345678"} <= set(index_tokens("CN112345678A")[0])


@pytest.mark.parametrize("word", ["c++", "c#", "5g", "0.5", "10%", "h01m"])
def test_words_with_signs_and_figures_stay_whole(word: str) -> None:
    assert tokens(word) == [word]
    assert word in index_tokens(f"用{word}的方法")[0]


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("batteries", "battery"),
        ("sensors", "sensor"),
        ("processes", "process"),
        ("boxes", "box"),
        ("glass", "glass"),
        ("analysis", "analysis"),
        ("virus", "virus"),
        ("gas", "gas"),
        ("锂电池", "锂电池"),
    ],
)
def test_plurals_are_folded_and_nothing_else(plural: str, single: str) -> None:
    assert stem(plural) == single


def test_stop_words_are_not_indexed_but_stand_in_phrases() -> None:
    words, grams = index_tokens("一种锂电池的制备方法 and the method of it")
    assert not {"的", "一种", "the", "of"} & set(words)
    assert "池的" in grams


def test_no_pair_of_a_run_follows_a_pair_of_another() -> None:
    grams = index_tokens("智能控制，制造业")[1]
    place = grams.index("控制")
    assert grams[place + 1] == "制"
    assert phrase_tokens("控制造") == ("控制", "制造")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("数控机床", "采用数控机床加工"),
        ("数 控机床", "采用数控机床加工"),
        ("CNN模型", "基于 CNN 模型的"),
        ("用CNN", "采用CNN"),
        ("CNN模", "CNN模型"),
        ("solid state", "all-solid-state battery"),
        ("快速、稳定", "快速，稳定"),
        ("H01M 10/0525", "分类号 H01M10/0525 与 H01M 10/0525"),
    ],
)
def test_the_grams_of_a_phrase_stand_in_a_row_in_its_text(phrase: str, text: str) -> None:
    grams, wanted = index_tokens(text)[1], list(phrase_tokens(phrase))
    assert wanted
    assert any(grams[i : i + len(wanted)] == wanted for i in range(len(grams)))


@pytest.mark.parametrize("unit", ["锂", "cnn", "", "，"])
def test_a_phrase_of_one_unit_has_no_grams(unit: str) -> None:
    assert phrase_tokens(unit) == ()


def test_bridges_join_neighbours_and_leave_separate_words_apart() -> None:
    assert bridges(query_words("固体电解质膜")) == ["体电", "质膜"]
    assert bridges(query_words("固体 电解质")) == []
    assert bridges(query_words("solid battery")) == ["solid_battery"]


def test_suggested_words_keep_their_capitals() -> None:
    assert suggested_words("基於LED與數控的方法") == ["基于", "LED", "数控", "方法"]
    assert present("　ＬＥＤ  鋰電池 ") == "LED 锂电池"


@given(st.text(max_size=200))
def test_any_text_has_tokens_that_an_engine_can_store(text: str) -> None:
    words, grams = index_tokens(text)
    for token in (*words, *grams, *tokens(text)):
        token.encode("utf-8")
        assert token
        assert not set(token) & set(" \t\n")


@given(st.text(alphabet="锂电池数控机床的研究abc120mk% ,。-", max_size=40))
def test_what_a_query_looks_up_is_what_the_index_has(text: str) -> None:
    """Save where the segmentation of the index cuts a word as the query does not."""
    for word in query_words(text):
        if word.token.isascii():
            stored, grams = index_tokens(text)
            assert word.token in stored or word.token in {"a", "the"} or grams


@given(st.text())
def test_the_units_of_a_text_are_those_of_its_grams(text: str) -> None:
    assert units_in(text) == units_of(index_tokens(text)[1])
