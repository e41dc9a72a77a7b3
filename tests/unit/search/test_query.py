"""The search box and the query object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import LONGEST_BOX, MOST_TERMS, Query, Range, read_box


def words(text: str) -> list[str]:
    return [word.token for word in read_box(text).words]


def phrases(text: str) -> list[str]:
    return [phrase.text for phrase in read_box(text).phrases]


@pytest.mark.parametrize(
    "text", ['"数控机床"', "“数控机床”", "「数控机床」", "『数控机床』", "＂数控机床＂"]
)
def test_all_kinds_of_quotation_marks_make_a_phrase(text: str) -> None:
    assert phrases(text) == ["数控机床"]
    assert words(text) == []


@pytest.mark.parametrize("text", ['"数控 主轴', "“数控 主轴", "数控「主轴", '数控" 主轴'])
def test_quotation_marks_that_do_not_close_are_ignored(text: str) -> None:
    assert words(text) == ["数控", "主轴"]
    assert phrases(text) == []


def test_words_beside_a_phrase_are_kept_and_nothing_is_repeated() -> None:
    assert words('主轴 "数控机床" 主轴 Spindle spindles') == ["主轴", "spindle"]
    assert phrases('"数控机床" "數控機床"') == ["数控机床"]


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert words("一种锂电池的方法") == ["锂电池", "方法"]
    assert words("of the") == []
    assert phrases("of the") == ["of the"]


def test_an_empty_box_asks_for_nothing() -> None:
    for text in ("", "   ", "，。！", '""', "“”"):
        assert read_box(text).term_count == 0


def test_a_long_text_is_cut_and_says_so() -> None:
    box = read_box(" ".join(f"w{n}" for n in range(MOST_TERMS + 5)))
    assert box.term_count == MOST_TERMS
    assert box.is_cut
    assert read_box("长" * (LONGEST_BOX + 1)).is_cut
    assert not read_box("锂电池").is_cut


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    box = read_box(text)
    assert box.term_count <= MOST_TERMS


@given(st.text(alphabet='"“”「」『』 的ab锂，', max_size=60))
def test_any_mixture_of_quotation_marks_is_read(text: str) -> None:
    for phrase in read_box(text).phrases:
        assert phrase.grams or phrase.single


def test_adding_and_removing_conditions_leaves_the_query_as_it_was() -> None:
    query = Query("锂", filters={"field": ("a",)}, ranges={"trl": Range(6)}, offset=40)
    more = query.adding("field", "b").adding("field", "b")
    assert more.filters == {"field": ("a", "b")}
    assert more.offset == 0
    assert more.without("field", "a").filters == {"field": ("b",)}
    assert more.without("field").filters == {}
    assert query.without("trl").ranges == {}
    assert query.without("field", "a").ranges == query.ranges
    assert query.filters == {"field": ("a",)}
    assert query.offset == 40


def test_pages_are_counted_from_one() -> None:
    assert Query(limit=20).at_page(3).offset == 40
    assert Query(limit=20).at_page(0).offset == 0
