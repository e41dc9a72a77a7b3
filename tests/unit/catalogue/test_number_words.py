"""Official numbers in the search box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.number_words import as_stored


@pytest.mark.parametrize(
    "written",
    [
        "202319036408.0",
        "ZL202319036408.0",
        "ZL 2023 1 9036408.0",
        "CN202319036408.0",
        "ＺＬ２０２３１９０３６４０８．０",
        "2023190364080",
    ],
)
def test_a_patent_number_is_searched_as_it_is_stored_however_it_is_written(written: str) -> None:
    assert as_stored(written) == "2023190364080"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("CN 198271906 B", "CN198271906B"),
        ("cn198271906", "CN198271906"),
        ("C22C29/08", '"C22C 29/08"'),
        ("h01m 10/0525", '"H01M 10/0525"'),
        ("9902025Y0066", "9902025Y0066"),
        ("91350100m000100y43", "91350100M000100Y43"),
    ],
)
def test_other_official_numbers_are_searched_as_they_are_stored(written: str, stored: str) -> None:
    assert as_stored(written) == stored


@pytest.mark.parametrize(
    "words", ["锂电池", "5G", "ZL", "2023", "120 m", "202319036408.1", "A4", "C22C29/08 硬质合金"]
)
def test_what_is_no_number_of_its_own_stays_as_it_is(words: str) -> None:
    assert as_stored(words) == words


@given(st.text(max_size=60))
def test_any_words_are_taken(words: str) -> None:
    assert isinstance(as_stored(words), str)
