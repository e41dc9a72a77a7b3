"""The national classifications: every code has its levels above it, and a name."""

from __future__ import annotations

import pytest

from marketplace.core.classifications import DISCIPLINES, INDUSTRIES, LEVELS, names_of, path_of


@pytest.mark.parametrize(("standard", "count"), [(INDUSTRIES, 1971), (DISCIPLINES, 3738)])
def test_every_code_stands_under_those_above_it(standard: str, count: int) -> None:
    names = names_of(standard)
    assert len(names) == count
    for code, name in names.items():
        assert name
        assert len(code) in LEVELS[standard]
        assert all(code[:length] in names for length in LEVELS[standard] if length < len(code))


def test_a_path_leads_from_the_first_level_to_the_code() -> None:
    assert path_of(INDUSTRIES, "A0111") == ("农、林、牧、渔业", "农业", "谷物种植", "稻谷种植")
    assert path_of(DISCIPLINES, "11014") == ("数学", "数理逻辑与数学基础")
    assert path_of(INDUSTRIES, "Z99") == ()
