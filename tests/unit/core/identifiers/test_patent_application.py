import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.identifiers import IdentifierError, Problem, patent_application


def refusal(text: str, *, is_granted: bool | None = None) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        patent_application.parse(text, is_granted=is_granted)
    return caught.value.problem


@st.composite
def valid_numbers(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        year = str(draw(st.integers(2003, 2020)))
        serial = f"{draw(st.integers(0, 9_999_999)):07}"
    else:
        year = f"{draw(st.integers(1985, 2003)) % 100:02}"
        serial = f"{draw(st.integers(0, 99_999)):05}"
    body = year + draw(st.sampled_from("12389")) + serial
    return body + patent_application.check_digit(body)


@pytest.mark.parametrize(
    ("typed", "value", "display", "kind", "year"),
    [
        ("201811564288.X", "201811564288X", "201811564288.X", "PAT-I", 2018),
        ("CN201710601862.3", "2017106018623", "201710601862.3", "PAT-I", 2017),
        ("ZL 202110318264.1", "2021103182641", "202110318264.1", "PAT-I", 2021),
        ("ＺＬ２０２１１０３１８２６４．１", "2021103182641", "202110318264.1", "PAT-I", 2021),
        ("zl\u00a02021 1 0318264·1", "2021103182641", "202110318264.1", "PAT-I", 2021),
        ("CN ZL 201811564288.x", "201811564288X", "201811564288.X", "PAT-I", 2018),
        ("95115608.X", "95115608X", "95115608.X", "PAT-I", 1995),
        ("ZL97101765.4", "971017654", "97101765.4", "PAT-I", 1997),
    ],
)
def test_a_right_number_is_read_however_it_is_written(
    typed: str, value: str, display: str, kind: str, year: int
) -> None:
    parsed = patent_application.parse(typed)
    assert (parsed.value, parsed.display) == (value, display)
    assert (parsed.kind, parsed.year, parsed.warnings) == (kind, year, ())


@pytest.mark.parametrize(
    ("type_digit", "kind"),
    [("1", "PAT-I"), ("2", "PAT-U"), ("3", "PAT-D"), ("8", "PAT-I"), ("9", "PAT-U")],
)
def test_the_type_digit_tells_the_kind_of_patent(type_digit: str, kind: str) -> None:
    assert patent_application.parse(f"2019{type_digit}0000001").kind == kind


@pytest.mark.parametrize(
    ("typed", "display"),
    [("201811564288", "201811564288.X"), ("CN95115608", "95115608.X"), ("97101765", "97101765.4")],
)
def test_a_missing_check_digit_is_computed_and_told(typed: str, display: str) -> None:
    parsed = patent_application.parse(typed)
    assert parsed.display == display
    (warning,) = parsed.warnings
    assert (warning.code, warning.expected) == ("patent.check_digit_added", display[-1])
    assert f"已补成 {display}。" in str(warning.message)


def test_a_wrong_check_digit_names_the_position_and_the_expected_digit() -> None:
    problem = refusal("ZL 202110318264.7")
    assert (problem.code, problem.position, problem.expected) == ("patent.check_digit", 13, "1")
    assert str(problem.message) == (
        "最后一位是校验位：202110318264 的校验位应为 1，现在是 7。请核对证书。"
    )


@pytest.mark.parametrize("typed", ["202310123456.7", "202410123456.7"])
def test_a_placeholder_number_is_refused(typed: str) -> None:
    assert refusal(typed).code == "patent.check_digit"


@settings(max_examples=30)
@given(number=valid_numbers())
def test_every_single_wrong_digit_is_refused(number: str) -> None:
    assert patent_application.parse(number).value == number
    for index, right in enumerate(number):
        for wrong in set("0123456789X") - {right}:
            refusal(number[:index] + wrong + number[index + 1 :])


@settings(max_examples=100)
@given(number=valid_numbers())
def test_every_swap_of_different_neighbours_is_refused(number: str) -> None:
    for index in range(len(number) - 1):
        first, second = number[index], number[index + 1]
        if first != second:
            refusal(number[:index] + second + first + number[index + 2 :])


def test_zl_on_a_pending_application_is_refused() -> None:
    problem = refusal("ZL202110318264.1", is_granted=False)
    assert problem.code == "patent.grant_prefix"
    assert "ZL 表示已经授权" in str(problem.message)


@pytest.mark.parametrize("is_granted", [True, None])
def test_zl_on_a_granted_patent_or_without_a_known_status_is_kept_in_mind(
    is_granted: bool | None,
) -> None:
    assert patent_application.parse("ZL202110318264.1", is_granted=is_granted).has_grant_prefix


def test_a_pending_application_without_zl_is_accepted() -> None:
    parsed = patent_application.parse("CN202110318264.1", is_granted=False)
    assert not parsed.has_grant_prefix


@pytest.mark.parametrize(
    ("typed", "count"), [("20211031826411", 14), ("2021103182", 10), ("CN1", 1)]
)
def test_a_wrong_length_tells_how_many_there_are_and_must_be(typed: str, count: int) -> None:
    problem = refusal(typed)
    assert problem.code == "patent.length"
    assert "应有 13 位" in str(problem.message)
    assert f"现在有 {count} 位" in str(problem.message)


@pytest.mark.parametrize(
    ("typed", "position", "expected"),
    [("2O2110318264.1", 2, "0"), ("202110318264.I", 13, "1"), ("2021I0318264", 5, "1")],
)
def test_a_letter_that_looks_like_the_right_digit_is_named(
    typed: str, position: int, expected: str
) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position, problem.expected) == (
        "patent.alphabet",
        position,
        expected,
    )


@pytest.mark.parametrize(
    ("typed", "position", "said"),
    [("2021103182X41", 11, "X"), ("2O2110318264.7", 2, "O"), ("202110318264.A", 13, "A")],
)
def test_another_letter_is_shown_with_its_place(typed: str, position: int, said: str) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position, problem.expected) == ("patent.alphabet", position, None)
    assert f"第 {position} 位是 {said}，" in str(problem.message)


@pytest.mark.parametrize("typed", ["200210318264", "290010318264", "04115608", "84115608"])
def test_a_year_that_cannot_be_is_refused(typed: str) -> None:
    assert refusal(typed).code == "patent.year"


def test_a_type_digit_that_does_not_exist_is_refused_with_those_that_do() -> None:
    problem = refusal("202140318264")
    assert (problem.code, problem.position) == ("patent.type", 5)
    assert "1 或 8 是发明" in str(problem.message)


def test_a_publication_number_in_its_place_is_recognised() -> None:
    problem = refusal("CN 115465432 A")
    assert problem.code == "patent.is_publication"
    assert "CN115465432A 是公开（公告）号" in str(problem.message)
