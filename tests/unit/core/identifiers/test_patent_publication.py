import pytest

from marketplace.core.identifiers import IdentifierError, Problem, patent_publication


def refusal(text: str) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        patent_publication.parse(text)
    return caught.value.problem


@pytest.mark.parametrize(
    ("typed", "value", "kind", "letter"),
    [
        ("CN115465432A", "CN115465432A", "PAT-I", "A"),
        ("cn 115465432 b", "CN115465432B", "PAT-I", "B"),
        ("CN1234567C", "CN1234567C", "PAT-I", "C"),
        ("ＣＮ２１５４６５４３２Ｕ", "CN215465432U", "PAT-U", "U"),
        ("CN2345678Y", "CN2345678Y", "PAT-U", "Y"),
        ("CN\u00a0305465432S", "CN305465432S", "PAT-D", "S"),
        ("CN3045678D", "CN3045678D", "PAT-D", "D"),
        ("CN115465432A8", "CN115465432A8", "PAT-I", "A"),
        ("115465432A", "CN115465432A", "PAT-I", "A"),
    ],
)
def test_a_right_number_is_read(typed: str, value: str, kind: str, letter: str) -> None:
    parsed = patent_publication.parse(typed)
    assert (parsed.value, parsed.display) == (value, value)
    assert (parsed.kind, parsed.letter, parsed.warnings) == (kind, letter, ())


@pytest.mark.parametrize(
    ("typed", "fitting"),
    [
        ("CN115465432U", "A/B/C"),
        ("CN215465432A", "U/Y"),
        ("CN305465432B", "S/D"),
        ("CN115465432", "A/B/C"),
        ("CN115465432K", "A/B/C"),
    ],
)
def test_a_kind_letter_must_fit_the_first_digit(typed: str, fitting: str) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position) == ("publication.letter", 10)
    assert f"应为 {fitting} 之一" in str(problem.message)


def test_a_first_digit_that_does_not_exist_is_refused() -> None:
    problem = refusal("CN415465432A")
    assert (problem.code, problem.position) == ("publication.lead", 1)


@pytest.mark.parametrize(
    ("typed", "count"), [("CN11546543A", 8), ("CN1154654321A", 10), ("CNA", 0)]
)
def test_a_wrong_count_of_digits_tells_how_many_there_are_and_must_be(
    typed: str, count: int
) -> None:
    problem = refusal(typed)
    assert problem.code == "publication.length"
    assert "应有 9 位数字" in str(problem.message)
    assert f"现在有 {count} 位" in str(problem.message)


def test_a_letter_that_looks_like_a_digit_is_named() -> None:
    problem = refusal("CN1154654O2A")
    assert (problem.code, problem.position, problem.expected) == ("publication.alphabet", 8, "0")


def test_another_character_among_the_digits_is_shown_with_its_place() -> None:
    problem = refusal("CN1154654*2A")
    assert (problem.position, problem.expected) == (8, None)
    assert "第 8 位是 “*”" in str(problem.message)


def test_a_number_of_the_first_years_is_kept_as_written_with_a_warning() -> None:
    parsed = patent_publication.parse("CN85200001U")
    assert (parsed.value, parsed.kind, parsed.letter) == ("CN85200001U", "PAT-U", "U")
    assert [warning.code for warning in parsed.warnings] == ["publication.not_checked"]


def test_an_application_number_in_its_place_is_recognised() -> None:
    problem = refusal("CN202110318264.1")
    assert problem.code == "publication.is_application"
