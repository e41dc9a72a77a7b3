"""Readings of words, and Latin letters that stand for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.pinyin import initials_of, is_read_so, is_spelt_out, parse_typed, syllables_of

BATTERY = ("li", "dian", "chi")


@pytest.mark.parametrize("letters", ["lidianchi", "ldc", "lidc", "ldianchi", "lidianc", "ldch"])
def test_full_syllables_initials_and_both_mixed_are_read(letters: str) -> None:
    assert any(is_read_so(BATTERY, parts, False) for parts in parse_typed(letters, False))


@pytest.mark.parametrize("letters", ["li", "lid", "lidian", "ldi", "l"])
def test_while_typing_the_last_syllable_may_be_unfinished(letters: str) -> None:
    assert any(is_read_so(BATTERY, parts, True) for parts in parse_typed(letters, True))
    assert not any(is_read_so(BATTERY, parts, False) for parts in parse_typed(letters, False))


@pytest.mark.parametrize("letters", ["led", "pid", "lithium", "h2", "ö", "", "x" * 60])
def test_other_letters_do_not_stand_for_the_word(letters: str) -> None:
    assert not any(is_read_so(BATTERY, parts, False) for parts in parse_typed(letters, False))


def test_a_vowel_alone_may_stand_for_a_syllable() -> None:
    assert any(is_read_so(("an", "quan"), parts, False) for parts in parse_typed("aq", False))


def test_spelt_out_is_what_has_whole_syllables_but_for_the_last() -> None:
    assert is_spelt_out(("li", "d"))
    assert not is_spelt_out(("l", "dian"))


def test_fewest_parts_come_first() -> None:
    assert parse_typed("shukong", False)[0] == ("shu", "kong")
    assert initials_of(("shu", "kong")) == "sk"


def test_words_are_read_as_words() -> None:
    assert syllables_of("锂电池") == BATTERY
    assert syllables_of("重庆") == ("chong", "qing")
    assert syllables_of("绿色") == ("lv", "se")
    assert syllables_of("LED灯") == ()
    assert syllables_of("锂") == ()


@given(st.text(max_size=60), st.booleans())
def test_any_letters_are_parsed(letters: str, is_open: bool) -> None:
    for parts in parse_typed(letters, is_open):
        assert "".join(parts) == letters
