"""Steps on a public record from its page of versions: what they say, and to whom."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.services import suspend_listing
from marketplace.catalogue.states import LISTING_STATES
from marketplace.core.db import db
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.posting import wording
from marketplace.posting.review_routes import ELSEWHERE
from marketplace.posting.states import DEMAND_POSTING_STATES, POSTING_STATES
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.posting.conftest import RIVAL, UNIVERSITY, People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.writing_down import RESULT


@pytest.mark.parametrize(("action", "gone"), [("listing.withdraw", 410), ("listing.suspend", 404)])
def test_the_holder_takes_a_record_off_with_a_reason(
    app: Flask, people: People, action: str, gone: int
) -> None:
    record_id = publish_one(people)
    browser = people.browser("clerk")
    path = f"/records/result/{record_id}"
    refused = browser.post(f"{path}/step", page=f"{path}/versions", action=action, reason=" ")
    assert refused.status_code == 422
    assert "原因" in seen(refused)
    sent = browser.post(f"{path}/step", page=f"{path}/versions", action=action, reason="有纠纷")
    assert sent.status_code == 302
    assert app.test_client().get(f"/results/{record_id}").status_code == gone
    assert "有纠纷" in browser.get(f"{path}/versions").text


def test_what_the_bureau_withholds_says_so_at_its_address_and_to_its_holder(
    app: Flask, people: People
) -> None:
    record_id = publish_one(people)
    browser = people.browser("bureau")
    path = f"/records/result/{record_id}"
    browser.post(
        f"{path}/step", page=f"{path}/versions", action="listing.withhold", reason="涉及秘密"
    )
    page = app.test_client().get(f"/results/{record_id}")
    assert page.status_code == 410
    assert "不再公开" in page.text
    assert "涉及秘密" not in page.text
    assert RESULT["title_zh"] not in page.text
    for name in ("clerk", "bureau"):
        own = seen(people.browser(name).get(f"/results/{record_id}"))
        assert "科技局决定不予公开，原因：涉及秘密" in own, name
    for name in ("rival", "demander"):
        assert "涉及秘密" not in people.browser(name).get(f"/results/{record_id}").text, name
    drain()
    assert "listing_withheld" in [row[0] for row in db.session.execute(select(Notification.kind))]


@pytest.mark.parametrize("names", [(UNIVERSITY,), (UNIVERSITY, RIVAL)])
def test_who_took_a_step_reads_what_has_happened_and_who_is_told(
    people: People, names: tuple[str, ...]
) -> None:
    record_id = publish_one(people, owners=[{"name": name, "uscc": ""} for name in names])
    path = f"/records/result/{record_id}"

    def told(name: str, action: str) -> str:
        browser = people.browser(name)
        browser.post(f"{path}/step", page=f"{path}/versions", action=action, reason="核对")
        return seen(browser.get(f"{path}/versions"))

    title = RESULT["title_zh"]
    assert f"《{title}》已暂停展示。" in told("bureau", "listing.suspend")
    page = told("clerk", "listing.withdraw")
    assert f"《{title}》已撤下" in page
    assert ("其他持有单位会收到通知" in page) == (len(names) > 1)


def test_every_step_that_a_page_offers_says_what_it_has_done() -> None:
    tables = (LISTING_STATES["result"], LISTING_STATES["demand"])
    offered = {row.action for table in tables for row in table.transitions} - ELSEWHERE
    assert wording.STEPS_DONE.keys() == wording.STEP_NAMES.keys() == offered


def test_every_step_has_a_name_in_histories() -> None:
    listings = (LISTING_STATES["result"], LISTING_STATES["demand"])
    tables = (*listings, POSTING_STATES, DEMAND_POSTING_STATES)
    assert wording.STEPS_TAKEN.keys() == {
        row.action for table in tables for row in table.transitions
    }


def test_a_history_tells_what_was_done_and_a_button_what_will_be(people: People) -> None:
    record_id = publish_one(people)
    suspend_listing(people["bureau"], "result", record_id, "核对")
    page = seen(people.browser("bureau").get(f"/records/result/{record_id}/versions"))
    assert "<b>已暂停展示</b>" in page
    assert 'value="listing.resume">恢复展示</button>' in page


def test_the_bureau_does_not_read_that_somebody_s_record_is_its_own(people: People) -> None:
    path = f"/records/result/{publish_one(people)}/versions"
    for name, crumb in {"clerk": "我的发布", "bureau": "待办"}.items():
        shown = re.search(r'm-crumb">(.*?)</ol>', seen(people.browser(name).get(path)))
        assert shown
        assert f">{crumb}<" in shown[1]


def test_a_holder_shows_again_what_it_suspended_itself_but_not_what_the_bureau_did(
    app: Flask, people: People
) -> None:
    record_id = publish_one(people)
    path = f"/records/result/{record_id}"
    clerk, bureau = people.browser("clerk"), people.browser("bureau")

    def step(browser: Browser, action: str) -> int:
        return browser.post(f"{path}/step", action=action, reason="核对").status_code

    assert step(clerk, "listing.suspend") == 302
    assert "listing.resume_own" in clerk.get(f"{path}/versions").text
    assert step(clerk, "listing.resume_own") == 302
    assert app.test_client().get(f"/results/{record_id}").status_code == 200
    assert step(bureau, "listing.suspend") == 302
    assert "listing.resume_own" not in clerk.get(f"{path}/versions").text
    assert step(clerk, "listing.resume_own") == 422
    assert app.test_client().get(f"/results/{record_id}").status_code == 404
