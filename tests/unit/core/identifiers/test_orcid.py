import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.identifiers import IdentifierError, Problem, orcid


def refusal(text: str) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        orcid.parse(text)
    return caught.value.problem


@pytest.mark.parametrize(
    "typed",
    [
        "0000-0002-1825-0097",
        "0000000218250097",
        "0000 0002 1825 0097",
        "https://orcid.org/0000-0002-1825-0097",
        "orcid.org/0000-0002-1825-0097/",
        "ORCID: ００００－０００２－１８２５－００９７",
    ],
)
def test_all_forms_of_an_orcid_become_one(typed: str) -> None:
    assert orcid.parse(typed).value == "0000-0002-1825-0097"


def test_the_block_that_begins_with_0009_is_accepted() -> None:
    assert orcid.parse("0009-0000-0000-0009").value == "0009-0000-0000-0009"


def test_a_wrong_check_digit_names_the_expected_one() -> None:
    problem = refusal("0000-0002-1825-0098")
    assert (problem.code, problem.position, problem.expected) == ("orcid.check_digit", 16, "7")
    assert "0000-0002-1825-009 的校验位应为 7，现在是 8" in str(problem.message)


def test_x_is_a_check_digit() -> None:
    assert orcid.parse("0000-0002-1694-233x").value == "0000-0002-1694-233X"


@given(index=st.integers(0, 15), wrong=st.sampled_from("0123456789X"))
def test_every_single_wrong_digit_is_refused(index: int, wrong: str) -> None:
    right = "0000000218250097"
    if right[index] != wrong:
        refusal(right[:index] + wrong + right[index + 1 :])


@pytest.mark.parametrize(
    ("typed", "position", "expected"),
    [
        ("O000-0002-1825-0097", 1, "0"),
        ("0000-0002-l825-0097", 9, "1"),
        ("0000-0002-X825-0097", 9, None),
        ("0000-0002-1825-009A", 16, None),
    ],
)
def test_a_wrong_character_is_named_with_its_place(
    typed: str, position: int, expected: str | None
) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position, problem.expected) == (
        "orcid.alphabet",
        position,
        expected,
    )
    assert f"第 {position} 位" in str(problem.message)


def test_a_wrong_length_tells_how_many_there_are_and_must_be() -> None:
    problem = refusal("0000-0002-1825-009")
    assert problem.code == "orcid.length"
    assert "应有 16 位" in str(problem.message)
    assert "现在有 15 位" in str(problem.message)


def test_an_isni_outside_the_blocks_of_orcid_is_refused() -> None:
    assert refusal("0000 0001 2281 955X").code == "orcid.range"
