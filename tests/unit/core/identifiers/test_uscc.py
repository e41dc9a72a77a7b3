import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from marketplace.core.identifiers import IdentifierError, Problem, uscc

# The first stands in GB 32100 as an example; the last three are made up and arithmetically right.
VALID = [
    "91350100M000100Y43",
    "91110000600037341L",
    "N2410122MF0000013T",
    "91410100MA3X000109",
    "1241010041580000XR",
    "52410105MJ0000018E",
]


def refusal(text: str) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        uscc.parse(text)
    return caught.value.problem


@st.composite
def valid_codes(draw: st.DrawFn) -> str:
    digit = st.sampled_from("0123456789")
    head = draw(st.sampled_from(uscc.AUTHORITIES)) + draw(st.sampled_from(uscc.ALPHABET))
    division = "".join(draw(st.lists(digit, min_size=6, max_size=6)))
    body = draw(st.text(uscc.ALPHABET, min_size=8, max_size=8))
    front = head + division + body + uscc.organisation_check(body)
    return front + stdnum_uscc.calc_check_digit(front)


@pytest.mark.parametrize("code", VALID)
def test_a_right_code_is_read_without_a_warning(code: str) -> None:
    parsed = uscc.parse(code)
    assert (parsed.value, parsed.display, parsed.warnings) == (code, code, ())


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341l",
        "９１１１００００６０００３７３４１Ｌ",
        "911100-00 6000\u00a03734\u20111L",
    ],
)
def test_case_width_spaces_and_hyphens_are_forgiven(typed: str) -> None:
    assert uscc.parse(typed).value == "91110000600037341L"


def test_every_single_substitution_is_refused() -> None:
    code = "91110000600037341L"
    for index, right in enumerate(code):
        for wrong in set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") - {right}:
            refusal(code[:index] + wrong + code[index + 1 :])


@settings(max_examples=50)
@given(code=valid_codes(), index=st.integers(0, 17), wrong=st.sampled_from(uscc.ALPHABET))
def test_a_substitution_in_any_code_is_refused(code: str, index: int, wrong: str) -> None:
    assert uscc.parse(code).warnings == ()
    changed = code[:index] + wrong + code[index + 1 :]
    if changed != code:
        refusal(changed)


@pytest.mark.parametrize("authority", "123456789ANY")
def test_letters_and_digits_that_stand_for_an_authority_are_accepted(authority: str) -> None:
    front = authority + "2410122MF0000013"
    assert uscc.parse(front + stdnum_uscc.calc_check_digit(front)).value.startswith(authority)


@pytest.mark.parametrize("authority", "0BCX")
def test_other_characters_for_an_authority_are_refused(authority: str) -> None:
    problem = refusal(authority + "2410122MF0000013T")
    assert (problem.code, problem.position) == ("uscc.authority", 1)
    assert f"现在是 {authority}" in str(problem.message)


def test_a_wrong_check_character_names_the_expected_one() -> None:
    problem = refusal("91110000600037341M")
    assert (problem.code, problem.position, problem.expected) == ("uscc.check_digit", 18, "L")
    assert str(problem.message) == (
        "最后一位是校验位：91110000600037341 的校验位应为 L，现在是 M。请核对证照。"
    )


def test_a_wrong_length_tells_how_many_there_are_and_must_be() -> None:
    problem = refusal("9111000060003734")
    assert problem.code == "uscc.length"
    assert str(problem.message).startswith("统一社会信用代码应有 18 位，现在有 16 位。")


@pytest.mark.parametrize(
    ("typed", "position", "expected"),
    [("91110O00600037341L", 6, "0"), ("9I110000600037341L", 2, "1")],
)
def test_a_letter_that_looks_like_the_right_digit_is_named(
    typed: str, position: int, expected: str
) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position, problem.expected) == (
        "uscc.alphabet",
        position,
        expected,
    )
    assert f"第 {position} 位应为数字 {expected}" in str(problem.message)


def test_a_lookalike_that_would_not_check_either_is_not_guessed_at() -> None:
    problem = refusal("91110O00600037341M")
    assert (problem.position, problem.expected) == (6, None)
    assert str(problem.message) == ("第 6 位是 O，这里只用数字和不含 I、O、S、V、Z 的大写字母。")


@pytest.mark.parametrize(
    ("char", "said"), [("中", "“中”"), ("*", "“*”"), ("\ufffe", "U+FFFE"), ("V", "V")]
)
def test_a_strange_character_is_shown_with_its_place(char: str, said: str) -> None:
    problem = refusal(f"9111{char}000600037341L")
    assert problem.position == 5
    assert f"第 5 位是 {said}，" in str(problem.message)


def test_a_letter_in_the_division_is_refused() -> None:
    problem = refusal("91A10000600037341L")
    assert (problem.code, problem.position) == ("uscc.division", 3)


def test_one_wrong_character_of_the_organisation_code_is_located_when_only_one_place_fits() -> None:
    right = "91410100415800309"
    front = right[:8] + "41580030" + uscc.organisation_check("41580030")
    code = front + stdnum_uscc.calc_check_digit(front)
    located = []
    for index in range(8, 17):
        for wrong in set("0123456789") - {code[index]}:
            problem = refusal(code[:index] + wrong + code[index + 1 :])
            if "如果只错了一位" in str(problem.message):
                located.append((problem.position, problem.expected) == (index + 1, code[index]))
    assert located
    assert all(located)


def test_a_wrong_check_of_the_organisation_code_is_only_a_warning() -> None:
    front = "91410100" + "41580030" + "0"
    assert uscc.organisation_check("41580030") != "0"
    parsed = uscc.parse(front + stdnum_uscc.calc_check_digit(front))
    (warning,) = parsed.warnings
    assert (warning.code, warning.position) == ("uscc.organisation_check", 17)
    assert warning.expected == uscc.organisation_check("41580030")
    assert "GB 11714" in str(warning.message)


@pytest.mark.parametrize(
    ("body", "check"), [("60003734", "1"), ("M000100Y", "4"), ("41580000", "X")]
)
def test_the_organisation_check_follows_gb_11714(body: str, check: str) -> None:
    assert uscc.organisation_check(body) == check
