"""Lists come in pages; a page beyond the last is the last, and nonsense is the first."""

from __future__ import annotations

import pytest

from marketplace.core.web.paging import PER_PAGE
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import row, submitted


def test_a_page_beyond_the_last_is_the_last(people: People) -> None:
    upload = submitted(people.browser("clerk"), [row(number) for number in range(PER_PAGE + 2)])
    for name, path, mark in (
        ("reviewer", f"/reviews?upload={upload.id}&", 'name="posting"'),
        ("clerk", "/postings?", "/postings/"),
    ):
        browser = people.browser(name)
        first, last, beyond = (
            seen(browser.get(f"{path}page={number}")) for number in ("²", "2", "999999999")
        )
        assert first.count(mark) > last.count(mark) == beyond.count(mark) > 0
        assert "第 1 页，共 2 页" in first
        assert "第 2 页，共 2 页" in beyond


@pytest.mark.parametrize("path", ["/postings", "/reviews", "/uploads", "/obligations", "/confirm"])
def test_an_empty_list_has_one_page_whatever_the_address_says(people: People, path: str) -> None:
    assert people.browser("both").get(f"{path}?page={'9' * 40}").status_code == 200
