"""The names under which browsers save files."""

from __future__ import annotations

import pytest

from marketplace.core.web.downloads import disposition


def test_a_chinese_name_comes_whole_and_with_a_plain_one_beside_it() -> None:
    assert disposition("报告-2026.xlsx", "report-2026.xlsx") == (
        "attachment; filename=\"report-2026.xlsx\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A-2026.xlsx"
    )


def test_a_plain_name_stays_as_it_is() -> None:
    assert disposition("audit.csv", "other.csv").startswith('attachment; filename="audit.csv";')


@pytest.mark.parametrize("name", ['a"; x="b.csv', "a\\b.csv", "a\r\nSet-Cookie: x.csv"])
def test_a_name_that_would_end_the_header_early_gives_way_to_the_plain_one(name: str) -> None:
    header = disposition(name, "plain.csv")
    assert header.startswith('attachment; filename="plain.csv"; filename*=')
    assert "\r" not in header
