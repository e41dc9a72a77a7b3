"""One sentence, for every identifier, about a letter that was typed or read for a digit."""

import pytest

from marketplace.core.identifiers.characters import DIGIT_MEANT_BY, digit_problem


@pytest.mark.parametrize(("char", "meant"), DIGIT_MEANT_BY.items())
def test_a_letter_often_read_for_a_digit_names_the_digit_and_its_place(char, meant):
    problem = digit_problem("some.alphabet", 4, char)
    assert (problem.code, problem.position, problem.expected) == ("some.alphabet", 5, meant)
    assert str(problem.message) == f"第 5 位应为数字 {meant}，现在是字母 {char}。"


@pytest.mark.parametrize("char", ["A", "-", "中", "\U0001f600"])
def test_of_any_other_character_the_identifier_itself_says_what_is_wrong(char):
    assert digit_problem("some.alphabet", 4, char) is None
