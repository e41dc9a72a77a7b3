"""A unit whose only reviewer submits: what to do about it stands on the page and in the list."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Membership
from marketplace.core.db import db, now, writing
from marketplace.core.my_tasks import my_tasks
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import checked, row
from tests.functional.posting.uploads.sheets import submitted as sent
from tests.functional.posting.writing_down import begin, submitted

SENTENCE = "你们单位现在没有别的审核人"


def leave(people: People, *names: str) -> None:
    """Let people leave what they belong to."""
    with writing() as session:
        ids = [people[name].person_id for name in names]
        for one in session.scalars(select(Membership).where(Membership.person_id.in_(ids))):
            one.ended_at = now()


def titles(people: People, name: str) -> list[str]:
    with people.app.test_request_context():
        db.session.rollback()
        return [str(one.title) for one in my_tasks.waiting_for(db.session, people[name])]


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_page_says_that_a_second_reviewer_is_needed_and_leads_to_the_members(
    people: People, when: str
) -> None:
    leave(people, "reviewer")
    make = begin if when == "before" else submitted
    posting = make(people["both"])
    browser = people.browser("both")
    page = seen(browser.get(f"/postings/{posting.id}"))
    assert SENTENCE in page
    address = f"/account/organisations/{people['both'].organisation_id}/members"
    assert f'href="{address}"' in page
    assert browser.get(address).status_code == 200
    assert SENTENCE not in seen(people.browser("bureau").get(f"/postings/{posting.id}"))


def test_the_list_of_tasks_says_so_to_the_unit_alone(people: People) -> None:
    leave(people, "reviewer")
    submitted(people["both"])
    title = "给单位加一位审核人"
    assert title in titles(people, "both")
    assert title in titles(people, "clerk")
    assert title not in titles(people, "bureau")
    assert title not in titles(people, "rival")
    assert title in seen(people.browser("both").get("/tasks"))


def test_nothing_is_said_where_somebody_else_reviews(people: People) -> None:
    posting = submitted(people["both"])
    browser = people.browser("both")
    assert SENTENCE not in seen(browser.get(f"/postings/{posting.id}"))
    assert "给单位加一位审核人" not in titles(people, "both")
    upload = sent(browser, [row(1)])
    assert SENTENCE not in seen(browser.get(f"/uploads/{upload.id}"))


def test_nothing_is_said_to_a_private_holder_of_one(people: People) -> None:
    posting = begin(people["owner"])
    assert SENTENCE not in seen(people.browser("owner").get(f"/postings/{posting.id}"))
    upload = checked(people.browser("owner"), [row(1)])
    assert SENTENCE not in seen(people.browser("owner").get(f"/uploads/{upload.id}"))


def test_an_upload_says_so_before_and_after_it_is_submitted(people: People) -> None:
    leave(people, "reviewer")
    browser = people.browser("both")
    for upload in (checked(browser, [row(1)]), sent(browser, [row(2)])):
        assert SENTENCE in seen(browser.get(f"/uploads/{upload.id}"))
