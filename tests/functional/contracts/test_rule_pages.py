"""The page of the rules of registration."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from marketplace.contracts.rules import rule_book
from marketplace.core.codelists import choices
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.catalogue.pages import check_page
from tests.functional.contracts.conftest import Scene, add_contract
from tests.functional.posting.conftest import People

PAGE = "/registration-rules"


def test_each_version_stands_with_its_limits_its_sources_and_that_nobody_verified_it(
    client: FlaskClient,
) -> None:
    with time_machine.travel(datetime(2026, 11, 27, 3, 0, tzinfo=UTC), tick=False):
        answer = client.get(PAGE)
    check_page(answer.text)
    page = seen(answer)
    assert "受理以后 15 个工作日内办结" in page
    assert "从受理的第二天起 30 日" in page
    assert page.count("技术交易额 500 万元起") == 2
    assert page.count(">没有核对原文<") == len(rule_book().versions)
    assert str(rule_book().warning) in page
    assert page.index("规则版本 2026") < page.index("规则版本 2000/2001")
    for rules in rule_book().versions.values():
        for source in rules.sources:
            assert source in page
    for code, name in choices("refuse_reason"):
        assert f"<code>{code}</code>" in page
        assert str(name) in page


@pytest.mark.parametrize("path", ["/staff/contracts", "/contracts/{contract_id}"])
def test_the_pages_of_contracts_lead_there(staff: People, scene: Scene, path: str) -> None:
    address = path.format(contract_id=add_contract(scene))
    assert f'href="{PAGE}"' in staff.browser("registrar").get(address).text


def test_the_own_list_leads_there(seller: Browser) -> None:
    assert f'href="{PAGE}"' in seller.get("/contracts").text
