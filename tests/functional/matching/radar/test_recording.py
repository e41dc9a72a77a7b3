"""A search that found nothing is recorded by a form that its page sends by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from structlog.testing import capture_logs

from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.models import Organisation
from marketplace.core.db import writing
from marketplace.core.i18n import today
from marketplace.core.outbox import drain
from marketplace.factory import create_app
from marketplace.matching.radar.services import MOST_A_DAY
from marketplace.settings import Mode
from search.engines.base import EngineUnavailable
from tests.architecture.test_reading import noted_changes
from tests.conftest import close, make_settings
from tests.functional.accounts.browsing import Browser, enter
from tests.functional.demands.conftest import opened
from tests.functional.matching.radar.conftest import kept, search_as
from tests.functional.posting.conftest import People, add_people
from tests.functional.posting.test_course_of_a_posting import publish_one

TELL = "/radar/searches"
SEARCH = re.compile(r'data-unmet hidden>.*name="search" value="([^"]*)"')


def form_on(page: str) -> str | None:
    """What the page would send by itself."""
    found = SEARCH.search(page)
    return found[1].replace("&amp;", "&") if found else None


def tell(browser: Browser, search: str) -> int:
    return browser.post(TELL, search=search).status_code


def test_the_page_that_found_nothing_holds_the_form_and_opening_it_changes_nothing(
    people: People,
) -> None:
    browser = people.browser("demander")
    with noted_changes() as changes:
        page = browser.get("/search?q=耐高温胶粘剂&kind=result&page=1").text
    assert changes == []
    search = form_on(page)
    assert search
    assert "js/unmet.js" in page
    assert tell(browser, search) == 204
    unit = people["demander"].organisation_id
    assert kept() == [(unit, today(), "耐高温胶粘剂", [])]


@pytest.mark.parametrize("path", ["/search?q=碲化铋", "/search?kind=result&trl_min=9"])
def test_a_search_with_hits_and_one_without_words_tell_nothing(people: People, path: str) -> None:
    publish_one(people)
    drain()
    assert form_on(people.browser("demander").get(path).text) is None


def test_visitors_staff_and_people_without_an_organisation_do_not_count(
    app: Flask, people: People
) -> None:
    for browser in (Browser(app), people.browser("bureau"), people.browser("admin")):
        page = browser.get("/search?q=耐高温胶粘剂").text
        assert "没有记录同时符合" in page
        assert form_on(page) is None
        assert tell(browser, "q=耐高温胶粘剂") == 403
    assert kept() == []


def test_staff_who_have_not_given_their_second_step_do_not_count(
    app: Flask, people: People
) -> None:
    staff = people["bureau"]
    with writing() as session:
        session.get_one(Organisation, staff.organisation_id).is_staff_body = True
    browser = enter(app, staff.person_id or 0, has_second_step=False)
    assert tell(browser, "q=耐高温胶粘剂") == 204
    assert kept() == []


def test_who_sends_a_search_that_finds_something_has_fed_nothing(people: People) -> None:
    publish_one(people)
    drain()
    browser = people.browser("demander")
    assert tell(browser, "q=碲化铋") == 204
    assert tell(browser, "") == 204
    assert tell(browser, "q=，。") == 204
    assert tell(browser, "kind=result&trl_min=9") == 204
    assert kept() == []


def test_conditions_are_kept_where_the_words_alone_find_something(people: People) -> None:
    publish_one(people)
    drain()
    browser = people.browser("demander")
    assert tell(browser, "q=碲化铋&kind=patent&sort=date&page=3") == 204
    assert tell(browser, "q=耐高温胶粘剂&kind=patent&trl_min=9") == 204
    assert [(words, conditions) for _unit, _day, words, conditions in kept()] == [
        ("碲化铋", [["kind", "patent"]]),
        ("耐高温胶粘剂", []),
    ]


def test_a_search_for_demands_or_organisations_alone_does_not_count(people: People) -> None:
    browser = people.browser("clerk")
    for kind in ("demand", "organisation", "project"):
        assert tell(browser, f"q=耐高温胶粘剂&kind={kind}") == 204
    assert kept() == []


def test_the_same_words_of_an_organisation_count_once_a_day_and_no_person_or_hour_is_kept(
    people: People,
) -> None:
    noon = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
    with time_machine.travel(noon, tick=False):
        for who, words in (
            ("demander", "钛合金 熔覆"),
            ("broker", "熔覆 钛合金"),
            ("demander", "鈦合金熔覆"),
            ("neighbour", "钛合金熔覆"),
        ):
            assert tell(people.browser(who), f"q={words}") == 204
    with time_machine.travel(noon + timedelta(days=1), tick=False):
        assert tell(people.browser("demander"), "q=钛合金 熔覆") == 204
    assert [(unit, day.day) for unit, day, _words, _conditions in kept()] == [
        (people["demander"].organisation_id, 23),
        (people["neighbour"].organisation_id, 23),
        (people["demander"].organisation_id, 24),
    ]


def test_an_organisation_counts_so_often_a_day_and_no_more(people: People) -> None:
    unit = people["demander"].organisation_id or 0
    for number in range(MOST_A_DAY + 1):
        search_as([unit], f"胶粘剂{number}", day=today())
    assert len(kept()) == MOST_A_DAY


def test_no_log_line_and_no_address_holds_the_words(people: People) -> None:
    browser = people.browser("demander")
    with capture_logs() as lines:
        tell(browser, "q=耐高温胶粘剂")
    assert "胶粘剂" not in str(lines)
    assert len(kept()) == 1


def test_a_search_engine_that_does_not_answer_records_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_query: object) -> int:
        raise EngineUnavailable("down")

    monkeypatch.setattr(search_service(), "count", fail)
    assert tell(people.browser("demander"), "q=耐高温胶粘剂") == 204
    assert kept() == []


def test_what_no_page_would_send_is_refused_or_read_as_far_as_it_goes(people: People) -> None:
    browser = people.browser("demander")
    assert tell(browser, "&".join(["a=1"] * 2000)) == 400
    assert tell(browser, f"q={'胶' * 1000}&trl_min=x&kind=nonsense") == 204
    assert browser.post_without_token(TELL, search="q=胶").status_code == 400
    assert browser.get(TELL).status_code == 302


def test_a_demand_for_the_same_words_ends_the_search_without_hits(people: People) -> None:
    opened(people, title_zh="要耐高温胶粘剂")
    browser = people.browser("neighbour")
    assert form_on(browser.get("/search?q=耐高温胶粘剂").text) is None
    assert tell(browser, "q=耐高温胶粘剂&kind=result") == 204
    assert [conditions for *_rest, conditions in kept()] == [[["kind", "result"]]]


def test_who_tells_too_often_is_slowed_down(data_folder: Path) -> None:
    app = create_app(make_settings(data_folder, mode=Mode.DEMO, host="127.0.0.1"))
    with app.app_context():
        browser = People(app, add_people()).browser("demander")
        answers = [tell(browser, "q=耐高温胶粘剂") for _number in range(31)]
    close(app)
    assert answers == [204] * 30 + [429]
