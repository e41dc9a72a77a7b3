"""Pages of plain lists: which one an address names, and what stands on it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.web.paging import Paging, present_page


@pytest.mark.parametrize(
    ("query", "total", "number"),
    [
        ("", 0, 1),
        ("?page=2", 51, 2),
        ("?page=2", 50, 1),
        ("?page=9", 120, 3),
        ("?page=0", 120, 1),
        ("?page=-1", 120, 1),
        ("?page=x", 120, 1),
        ("?page=²", 120, 1),
        ("?page=99999999999999999999", 120, 1),
    ],
)
def test_what_an_address_says_becomes_a_page_that_there_is(
    query: str, total: int, number: int
) -> None:
    with Flask("test").test_request_context(f"/{query}"):
        assert present_page(total).number == number


def test_a_page_knows_what_stands_on_it() -> None:
    last = Paging(3, 120)
    assert (last.count, last.offset, last.first, last.last) == (3, 100, 101, 120)
    assert Paging(1, 0).count == 1
