"""The table of permissions names what each of its rows lets somebody do."""

from __future__ import annotations

from flask import Flask

from marketplace.core.policy import policy
from marketplace.core.web.refusal_log import SEE
from marketplace.oversight.rule_names import RULES
from marketplace.oversight.wording import detail_words, subject_words
from tests.functional.accounts.browsing import Browser, seen


def test_every_row_of_the_table_has_words(app: Flask) -> None:
    rows = set(policy.rows)
    assert set(RULES) == rows
    page = seen(Browser(app).get("/permissions"))
    assert "填写要发布的内容" in page
    assert "同意查看申请" in page


def test_whatever_an_address_names_has_words_for_the_refusals_of_the_trail(app: Flask) -> None:
    arguments = {one for rule in app.url_map.iter_rules() for one in rule.arguments}
    named = {one.removesuffix("_id") for one in arguments if one.endswith("_id")} - {"record"}
    assert len(named) > 10
    with app.test_request_context():
        assert [one for one in named if subject_words(one) == one] == []


def test_details_name_roles_and_what_was_wanted_in_words(app: Flask) -> None:
    with app.test_request_context():
        assert detail_words({"roles": ["DEMANDER"], "wanted": "version.read"}) == (
            "要做的是 看历次版本；角色 需求方"
        )
        assert detail_words({"wanted": SEE}) == "要做的是 看不对他开放的内容"
