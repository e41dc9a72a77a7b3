"""The table of permissions names what each of its rows lets somebody do."""

from __future__ import annotations

from flask import Flask

from marketplace.core.policy import policy
from marketplace.oversight.wording import ACTIONS, OTHER_RULES
from tests.functional.accounts.browsing import Browser, seen


def test_every_row_of_the_table_has_words(app: Flask) -> None:
    rows = set(policy.rows)
    assert rows - set(ACTIONS) - set(OTHER_RULES) == set()
    assert set(OTHER_RULES) <= rows
    page = seen(Browser(app).get("/permissions"))
    assert "填写要发布的内容" in page
    assert "同意查看" in page
