"""A masked demand says nowhere whose it is: no answer changes when it is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from marketplace.accounts.models import Organisation
from marketplace.catalogue.documents import documents_of
from marketplace.catalogue.indexing import rebuild_index
from marketplace.catalogue.models import Demand, DemandOwner
from marketplace.core.actor import system
from marketplace.core.db import writing
from marketplace.core.i18n import today
from marketplace.core.outbox import drain
from marketplace.core.policy import Level, visibility
from marketplace.demands.expiring import expire_demands
from marketplace.demands.reminding import remind_of_deadlines
from marketplace.posting.checking import PostingProblem
from tests.functional.accounts.browsing import Browser
from tests.functional.demands.conftest import DEMAND, MASKED, demand_of, opened, submitted
from tests.functional.posting.conftest import RIVAL, UNIVERSITY, People
from tests.functional.security.planting_rows import add_file
from tests.functional.security.reading_all import addresses_of, rules

CHANGING = re.compile(r'name="csrf_token"[^>]*>|m-ref">[^<]*<|mt-4">[^<]*<')
"""Tokens, and the references of error pages with their moments."""
OF_ONESELF = ("operations.", "oversight.", "own.", "accounts.second_step", "accounts.own_data")
"""What counts requests, or shows the viewer's own acts and secrets."""
PLACES = {RIVAL: ("410106", "1241010041580000XR"), UNIVERSITY: ("410172", None)}
"""District and code; one of the districts is small."""
QUERIES = (
    "", "毛刺", "极片", "某动力电池企业", RIVAL, UNIVERSITY, "别家", "1241010041580000XR", "上街区",
)  # fmt: skip


@dataclass
class Masked:
    """The market with a masked demand, which can be given to another organisation."""

    app: Flask
    people: People
    demand_id: int
    units: tuple[int, int]

    def give_to(self, unit: int) -> None:
        with writing() as session:
            session.execute(update(DemandOwner).values(organisation_id=unit))
        rebuild_index(system("test"))
        for name in ("catalogue.holders", "catalogue.statements", "catalogue.figures"):
            self.app.extensions.pop(name, None)


@pytest.fixture
def masked(app: Flask, people: People) -> Masked:
    with writing() as session:
        for name, (division, uscc) in PLACES.items():
            session.execute(
                update(Organisation)
                .where(Organisation.name_key == name)
                .values(division=division, uscc=uscc, verified_on=date(2026, 2, 11))
            )
    demand_id = opened(people, preferred_partners_zh="嵩岳理工大学", **MASKED)
    with writing() as session:
        add_file(session, "demand", demand_id, "open", "图纸")
        of_source = {
            "source": "某公司需求表.xlsx",
            "source_id": "R-1",
            "source_url": "https://a.example/",
        }
        session.execute(update(Demand).values(**of_source))
    units = people["demander"].organisation_id, people["clerk"].organisation_id
    assert units[0]
    assert units[1]
    # Whoever opens everything is refused often.
    app.extensions["settings"].refusal_limit = 10_000
    return Masked(app, people, demand_id, (units[0], units[1]))


@pytest.mark.exhaustive
@pytest.mark.timeout(300)
@pytest.mark.parametrize("viewer", ["anonymous", "owner", "neighbour"])
def test_no_address_answers_otherwise_when_it_is_anothers(masked: Masked, viewer: str) -> None:
    browser = masked.people.browser(viewer) if viewer != "anonymous" else Browser(masked.app)
    answers = []
    for unit in masked.units:
        masked.give_to(unit)
        answers.append(dict(everything(masked.app, browser)))
    first, second = answers
    assert first.keys() == second.keys()
    for address, text in first.items():
        assert text == second[address], address
    assert any(DEMAND["title_zh"][:4] in text for text in first.values())


@pytest.mark.exhaustive
@pytest.mark.timeout(300)
@pytest.mark.parametrize("days", [3, -1], ids=["ends soon", "has ended"])
def test_nor_does_it_when_the_demand_ends_and_its_organisation_is_told(
    masked: Masked, days: int
) -> None:
    neighbour = masked.people.browser("neighbour")
    answers = []
    for unit in masked.units:
        masked.give_to(unit)
        with writing() as session:
            session.execute(update(Demand).values(deadline=today() + timedelta(days=days)))
        told = expire_demands(system("test")) + remind_of_deadlines(system("test"))
        assert told == (unit == masked.units[0])
        drain()
        found = dict(everything(masked.app, neighbour))
        answers.append(found | {one: text_of(ask(neighbour, one)) for one in ("/tasks", "/inbox")})
    first, second = answers
    assert first.keys() == second.keys()
    for address, text in first.items():
        assert text == second[address], address


def test_of_one_that_is_not_masked_the_same_comparison_notices_whose_it_is(masked: Masked) -> None:
    with writing() as session:
        session.execute(update(Demand).values(is_masked=False))
    for address in (f"/demands/{masked.demand_id}", "/search?kind=demand", "/search/export"):
        answers = []
        for unit in masked.units:
            masked.give_to(unit)
            answers.append(text_of(ask(Browser(masked.app), address)))
        assert answers[0] != answers[1], address


@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=st.sampled_from(QUERIES),
    kind=st.sampled_from(["", "demand", "organisation"]),
    filters=st.sampled_from(["", "owner={0}", "owner={1}", "div=410106", "div=410172"]),
    page=st.sampled_from(["search", "en/search", "search/export", "suggest"]),
)
def test_no_search_finds_or_counts_it_by_whose_it_is(
    masked: Masked, query: str, kind: str, filters: str, page: str
) -> None:
    parameters = f"q={query}&kind={kind}&{filters.format(*masked.units)}"
    answers = []
    for unit in masked.units:
        masked.give_to(unit)
        answers.append(text_of(ask(Browser(masked.app), f"/{page}?{parameters}")))
    assert answers[0] == answers[1]


def test_its_page_shows_the_name_given_instead_and_no_district_file_or_source(
    masked: Masked,
) -> None:
    text = Browser(masked.app).get(f"/demands/{masked.demand_id}").text
    assert "某动力电池企业" in text
    for word in (RIVAL, "上街区", "图纸", "需求表", "R-1", "a.example", "嵩岳", "demander"):
        assert word not in text, word


def test_whose_it_is_and_the_bureau_read_all_of_that(masked: Masked) -> None:
    for name in ("demander", "bureau"):
        text = masked.people.browser(name).get(f"/demands/{masked.demand_id}").text
        for word in (RIVAL, "图纸", "嵩岳"):
            assert word in text, (name, word)


def test_its_document_names_no_holder_and_no_district(masked: Masked) -> None:
    [document] = documents_of("demand", [masked.demand_id])
    assert {"owner", "district"}.isdisjoint(document.values)
    assert document.values["people"] == ["某动力电池企业"]
    assert "R-1" not in str(document.values)


def test_one_that_is_not_masked_says_whose_it_is_and_where(
    app: Flask, people: People, masked: Masked
) -> None:
    demand_id = opened(people, title_zh="激光焊缝总有气孔")
    text = Browser(app).get(f"/demands/{demand_id}").text
    assert RIVAL in text
    assert "上街" in text
    [document] = documents_of("demand", [demand_id])
    assert document.values["district"] == "410106"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("title_zh", "别家研究院要压毛刺"),
        ("problem_zh", "我们 别家 研究院 的分切机总有毛刺。"),
        ("masked_name_zh", "别家研究院（化名）"),
        ("goal_zh", "请联系 1241010041580000xr。"),
        ("keywords_zh", "别家研究院；毛刺"),
    ],
)
def test_a_text_that_names_the_organisation_is_sent_back_to_its_field(
    masked: Masked, key: str, text: str
) -> None:
    with pytest.raises(PostingProblem) as problem:
        submitted(masked.people["demander"], **{**MASKED, key: text})
    assert list(problem.value.problems) == [key]


def test_an_unmasked_demand_may_name_its_organisation(people: People) -> None:
    assert submitted(people["demander"], title_zh="别家研究院要压毛刺").state == "submitted"


def test_taking_the_mask_off_is_a_change_that_is_reviewed(masked: Masked) -> None:
    assert demand_of(masked.demand_id).is_masked
    assert "masked_name" in visibility.fields_at(Demand, Level.PUBLIC)
    assert "owner_links" not in visibility.fields_at(Demand, Level.PUBLIC)


def everything(app: Flask, browser: Browser) -> Iterator[tuple[str, str]]:
    """All that a browser can read, by address."""
    for rule in rules(app, "GET"):
        if rule.endpoint.startswith(OF_ONESELF):
            continue
        for address in addresses_of(app, rule, "GET"):
            yield address, text_of(ask(browser, address))


def ask(browser: Browser, address: str) -> bytes:
    answer = Context().run(browser.client.get, address, buffered=True)
    assert answer.status_code < 500, address
    return answer.data


def text_of(data: bytes) -> str:
    """An answer without tokens; tables unpacked."""
    if data[:2] == b"PK":
        with ZipFile(BytesIO(data)) as book:
            names = sorted(one for one in book.namelist() if "docProps" not in one)
            return "".join(book.read(name).decode(errors="replace") for name in names)
    return CHANGING.sub("", data.decode(errors="replace"))
