"""After both consents: whose a masked demand is, its files, and the demand that is matched."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.accounts.models import Organisation
from marketplace.catalogue.documents import documents_of
from marketplace.catalogue.models import Demand
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.matching.answering import answer
from marketplace.matching.models import Match
from marketplace.posting.attaching import files_of_record
from tests.functional.accounts.browsing import Browser
from tests.functional.demands.conftest import MASKED, demand_of
from tests.functional.matching.conftest import BURRS, ROUGH
from tests.functional.posting.conftest import FIRM, RIVAL, People
from tests.functional.security.planting_rows import add_file

Matched = Callable[..., tuple[int, dict[str, Match]]]
CONTACT = {"name": "赵一鸣", "phone": "0371-60000001", "email": ""}


def introduce(people: People, match_id: int) -> None:
    for step in ("want", "consent"):
        for who in ("demander", "clerk"):
            answer(people[who], match_id, step, CONTACT if step == "consent" else {})
    drain()
    db.session.rollback()


@pytest.fixture
def masked(matched: Matched, people: People) -> tuple[int, dict[str, Match]]:
    with writing() as session:
        there = update(Organisation).where(Organisation.name_key == RIVAL)
        session.execute(there.values(division="410106"))
    demand_id, matches = matched(**MASKED)
    with writing() as session:
        add_file(session, "demand", demand_id, "open", "图纸")
    return demand_id, matches


def test_the_holder_learns_whose_a_masked_demand_is_where_it_lies_and_reads_its_files(
    masked: tuple[int, dict[str, Match]], people: People
) -> None:
    demand_id, matches = masked
    path = f"/matches/{matches[BURRS].id}"
    before = people.browser("clerk").get(path).text
    assert RIVAL not in before
    assert "上街" not in before
    assert files_of_record(people["clerk"], "demand", demand_id) == []
    introduce(people, matches[BURRS].id)
    after = people.browser("clerk").get(path).text
    assert RIVAL in after
    assert "上街" in after
    assert "需求的附件在需求的页面上" in after
    assert len(files_of_record(people["clerk"], "demand", demand_id)) == 1
    assert "图纸" in people.browser("clerk").get(f"/demands/{demand_id}").text


def test_the_page_of_a_masked_demand_says_whose_it_is_to_the_holder_once_both_have_consented(
    masked: tuple[int, dict[str, Match]], people: People
) -> None:
    demand_id, matches = masked
    with writing() as session:
        session.get_one(Demand, demand_id).preferred_partners = Bilingual("嵩岳理工大学")
    path = f"/demands/{demand_id}"
    before = people.browser("clerk").get(path).text
    assert RIVAL not in before
    assert "双方同意之后才告诉对方" in before
    introduce(people, matches[BURRS].id)
    after = people.browser("clerk").get(path).text
    for word in (RIVAL, "上街", "图纸", "别人看到的是：", MASKED["masked_name_zh"]):
        assert word in after, word
    for word in ("双方同意之后才告诉对方", "嵩岳", "谁能看到"):
        assert word not in after, word
    compared = people.browser("clerk").get(f"/compare?kind=demand&id={demand_id}").text
    assert RIVAL in compared


def test_who_writes_and_reviews_a_masked_demand_still_reads_what_others_are_shown(
    masked: tuple[int, dict[str, Match]], people: People
) -> None:
    demand_id, matches = masked
    introduce(people, matches[BURRS].id)
    for who in ("demander", "bureau"):
        page = people.browser(who).get(f"/demands/{demand_id}").text
        assert "只有你们单位和科技局能看到下面几项" in page
        assert "双方同意之后才告诉对方" in page


def test_nobody_else_learns_of_it(
    app: Flask, masked: tuple[int, dict[str, Match]], people: People
) -> None:
    demand_id, matches = masked
    introduce(people, matches[BURRS].id)
    for browser in (people.browser("owner"), people.browser("neighbour"), Browser(app)):
        for path in (f"/demands/{demand_id}", f"/compare?kind=demand&id={demand_id}"):
            page = browser.get(path).text
            assert "图纸" not in page
            assert RIVAL not in page
    assert FIRM not in people.browser("clerk").get(f"/matches/{matches[BURRS].id}").text


def test_the_first_introduction_makes_the_demand_matched_and_it_is_found_all_the_same(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    introduce(people, matches[BURRS].id)
    assert demand_of(demand_id).state == "matched"
    assert len(documents_of("demand", [demand_id])) == 1
    assert f"/demands/{demand_id}" in people.browser("neighbour").get("/search?q=毛刺").text
    introduce(people, matches[ROUGH["title"].zh].id)
    assert demand_of(demand_id).state == "matched"
    states = select(Match.state).where(Match.demand_id == demand_id)
    assert set(db.session.scalars(states)) == {"introduced"}


def test_before_it_consents_the_side_of_a_masked_demand_reads_what_else_is_told(
    masked: tuple[int, dict[str, Match]], people: People
) -> None:
    _demand_id, matches = masked
    for who in ("demander", "clerk"):
        answer(people[who], matches[BURRS].id, "want", {})
    pages = {
        who: people.browser(who).get(f"/matches/{matches[BURRS].id}").text
        for who in ("demander", "clerk")
    }
    assert {who for who, page in pages.items() if "对方还看到你们的单位名称" in page} == {
        "demander"
    }
