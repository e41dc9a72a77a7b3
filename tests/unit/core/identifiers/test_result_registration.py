import pytest

from marketplace.core.identifiers import IdentifierError, Problem, result_registration


def refusal(text: str) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        result_registration.parse(text)
    return caught.value.problem


@pytest.mark.parametrize("typed", ["9412021Y0123", "941-2021-y-0123", "９４１２０２１Ｙ０１２３"])
def test_a_right_number_is_read(typed: str) -> None:
    assert result_registration.parse(typed).value == "9412021Y0123"


@pytest.mark.parametrize(
    ("typed", "code", "position", "expected"),
    [
        ("9412O21Y0123", "result_registration.alphabet", 5, "0"),
        ("94l2021Y0123", "result_registration.alphabet", 3, "1"),
        ("9412021Y01*3", "result_registration.alphabet", 11, None),
        ("941202110123", "result_registration.letter", 8, None),
        ("9411921Y0123", "result_registration.year", 4, "20"),
    ],
)
def test_a_wrong_character_is_named_with_its_place(
    typed: str, code: str, position: int, expected: str | None
) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position, problem.expected) == (code, position, expected)
    assert str(position) in str(problem.message)


def test_a_wrong_length_tells_how_many_there_are_and_must_be() -> None:
    problem = refusal("9412021Y012")
    assert problem.code == "result_registration.length"
    assert "应有 12 位" in str(problem.message)
    assert "现在有 11 位" in str(problem.message)
