"""Keywords that came with a search follow the title until somebody touches them."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.posting.prefilled import follow_title, keywords_from

SEARCHED: dict[str, Any] = {"title_zh": "超薄刀 崩刃", "keywords_zh": "超薄；刀；崩刃"}


def test_phrases_and_words_of_a_search_are_its_keywords() -> None:
    assert keywords_from('"划片 刀" 崩刃 陶瓷') == "划片 刀；崩刃；陶瓷"


@pytest.mark.parametrize(
    ("title", "keywords"),
    [
        ("陶瓷基板划片时超薄刀容易断", "超薄；刀"),
        ("超薄刀总崩刃", "超薄；刀；崩刃"),
        ("陶瓷基板划片", None),
        ("", None),
    ],
)
def test_keywords_that_the_new_title_has_no_more_are_gone(title: str, keywords: str | None) -> None:
    cells = {**SEARCHED, "title_zh": title}
    follow_title(cells, SEARCHED)
    assert cells.get("keywords_zh") == keywords


@pytest.mark.parametrize(
    ("before", "keywords"),
    [
        ({**SEARCHED, "keywords_zh": "刀具"}, "刀具"),
        (SEARCHED, "刀具；崩刃"),
        ({"title_zh": "", "keywords_zh": "刀具"}, "刀具"),
        ({}, "刀具"),
    ],
)
def test_keywords_that_somebody_wrote_stay(before: dict[str, Any], keywords: str) -> None:
    cells = {"title_zh": "陶瓷基板划片", "keywords_zh": keywords}
    follow_title(cells, before)
    assert cells["keywords_zh"] == keywords
