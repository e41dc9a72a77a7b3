import pytest

from marketplace.core.identifiers import IdentifierError, Problem, doi


def refusal(text: str) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        doi.parse(text)
    return caught.value.problem


@pytest.mark.parametrize(
    "typed",
    [
        "10.5555/abc-12(3)",
        "DOI: 10.5555/ABC-12(3)",
        "doi:10.5555/abc-12(3)",
        "https://doi.org/10.5555/abc-12(3)",
        "http://dx.doi.org/10.5555/Abc-12(3)",
        " １０.5555/abc-12（3） ",
    ],
)
def test_all_forms_of_a_doi_become_one(typed: str) -> None:
    parsed = doi.parse(typed)
    assert (parsed.value, parsed.display) == ("10.5555/abc-12(3)", "10.5555/abc-12(3)")


@pytest.mark.parametrize(
    ("typed", "code", "position"),
    [
        ("11.5555/abc", "doi.prefix", 1),
        ("abc", "doi.prefix", 1),
        ("10.5555", "doi.suffix", 8),
        ("10.5555/", "doi.suffix", 8),
        ("10.55O5/abc", "doi.registrant", 6),
        ("10.٣/abc", "doi.registrant", 4),
        ("10./abc", "doi.registrant", 4),
        ("10.5555/a b", "doi.space", 10),
    ],
)
def test_a_wrong_shape_names_the_place(typed: str, code: str, position: int) -> None:
    problem = refusal(typed)
    assert (problem.code, problem.position) == (code, position)


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    problem = refusal("10.5555/" + "a" * 300)
    assert problem.code == "doi.length"
    assert "最多 200 个字符，现在有 308 个" in str(problem.message)
