import pytest

from marketplace.core.identifiers import IdentifierError, project_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("  2021-示例-017 ", "2021-示例-017"),
        ("示例〔2021〕\u3000 12 号\n", "示例〔2021〕 12 号"),
        ("（a）x", "（a）x"),
    ],
)
def test_a_number_is_trimmed_and_otherwise_kept_as_written(typed: str, value: str) -> None:
    parsed = project_number.parse(typed)
    assert (parsed.value, parsed.display, parsed.warnings) == (value, value, ())


def test_a_pasted_page_is_refused_with_the_limit() -> None:
    with pytest.raises(IdentifierError) as caught:
        project_number.parse("a" * 101)
    assert caught.value.problem.code == "project_number.length"
    assert "最多 100 个字符，现在有 101 个" in str(caught.value)
