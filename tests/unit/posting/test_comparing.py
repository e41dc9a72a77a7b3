"""Differences of texts: both can be read from them, and long texts take no quadratic work."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.posting import comparing
from marketplace.posting.comparing import MOST_PAIRS, Piece, pieces

TEXTS = st.text(alphabet="锂电池隔膜。；\n.a ", max_size=60)


def without(found: list[Piece], change: str) -> str:
    return "".join(one.text for one in found if one.change != change)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    found = pieces(before, after)
    assert without(found, "new") == before
    assert without(found, "gone") == after
    assert all(one.text for one in found)


def test_only_the_word_that_differs_is_marked() -> None:
    found = pieces("用冷却的线切。成品率六成。", "用冷却的线切。成品率九成。")
    assert found[0].text.startswith("用冷却的线切。成品率")
    assert sum(len(one.text) for one in found if one.change != "same") <= 4


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("锂电池" * 3000, "钠电池" * 3000),
        ("。".join(map(str, range(3000))), "。".join(map(str, range(9000, 12000)))),
        ("\n".join(map(str, range(3000))), "\n".join(map(str, range(9000, 12000)))),
        ("a。" * 5000, "。a" * 5000),
    ],
)
def test_what_is_compared_at_once_is_bounded_however_long_the_texts_are(
    before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = []

    class Counting(difflib.SequenceMatcher):
        def __init__(self, junk, old, new, autojunk):  # type: ignore[no-untyped-def]
            pairs.append(len(old) * len(new))
            super().__init__(junk, old, new, autojunk=autojunk)

    monkeypatch.setattr(comparing, "SequenceMatcher", Counting)
    found = pieces(before, after)
    assert without(found, "new") == before
    assert without(found, "gone") == after
    assert max(pairs, default=0) <= MOST_PAIRS
    assert sum(pairs) <= 40 * MOST_PAIRS


def test_a_word_in_a_very_long_sentence_is_still_found() -> None:
    long = "隔膜很薄" * 3000
    found = pieces(f"{long}锂{long}", f"{long}钠{long}")
    assert sum(len(one.text) for one in found if one.change != "same") < 10
