"""Requests come in pages, waiting ones first; what is decided on a page leads back to it."""

from __future__ import annotations

import re

from marketplace.core.db import writing
from marketplace.core.policy import Level
from marketplace.core.web.paging import PER_PAGE
from marketplace.disclosure.models import AccessRequest
from marketplace.disclosure.reading import admit, open_part
from marketplace.disclosure.writing import remove_part
from tests.functional.accounts.browsing import seen
from tests.functional.disclosure.conftest import Ladder


def add_requests(ladder: Ladder, count: int) -> None:
    """So many requests, as if by others."""
    reader = ladder.people["reader"]
    with writing() as session:
        for number in range(count):
            session.add(
                AccessRequest(
                    part_id=ladder.parts[Level.NAMED],
                    person_id=reader.person_id,
                    person_name=f"第{number}位",
                    organisation_id=reader.organisation_id,
                    purpose="想评估合作",
                    state="requested" if number else "refused",
                )
            )


def test_requests_come_in_pages_and_a_page_beyond_the_last_is_the_last(ladder: Ladder) -> None:
    add_requests(ladder, PER_PAGE + 3)
    clerk = ladder.people.browser("clerk")
    path = f"/records/result/{ladder.record_id}/parts/manage"
    first, second, beyond = (seen(clerk.get(f"{path}?page={one}")) for one in (1, 2, 99))
    assert first.count('id="request-') == PER_PAGE
    assert second.count('id="request-') == 3
    assert "第0位" in second, "what is decided comes last"
    assert "第 51–53 项，共 53 项" in second
    assert beyond.count('id="request-') == 3


def test_a_decision_without_a_reason_is_told_on_the_page_where_it_was_made(
    ladder: Ladder,
) -> None:
    add_requests(ladder, PER_PAGE + 3)
    clerk = ladder.people.browser("clerk")
    path = f"/records/result/{ladder.record_id}/parts/manage?page=2"
    number = re.findall(r'id="request-(\d+)"', clerk.get(path).text)[0]
    decision = f"/access-requests/{number}/decision?page=2"
    refused = clerk.post(decision, work="refuse", reason="")
    assert refused.status_code == 422
    assert f'id="e-reason-{number}"' in refused.text
    done = clerk.post(decision, work="refuse", reason="不合适")
    assert done.status_code == 302
    assert "page=2" in str(done.location)


def test_who_asked_takes_a_waiting_request_back_and_may_ask_again(ladder: Ladder) -> None:
    ladder.accept("reader")
    number = ladder.ask("reader")
    path, page = f"/access-requests/{number}/withdraw", f"/records/result/{ladder.record_id}/parts"
    reader = ladder.people.browser("reader")
    assert f'action="{path}"' in reader.get(page).text
    assert ladder.people.browser("colleague").post(path).status_code == 404
    assert ladder.people.browser("clerk").post(path).status_code == 404
    taken = reader.post(path)
    assert taken.status_code == 302
    text = seen(reader.get(str(taken.location)))
    assert "申请收回了" in text
    assert "不再申请" not in text
    assert "申请查看" in text
    assert "申请人不再申请" in seen(ladder.people.browser("clerk").get(f"{page}/manage"))
    again = ladder.ask("reader")
    assert again != number


def test_a_request_that_was_decided_meanwhile_is_taken_back_no_more(ladder: Ladder) -> None:
    ladder.accept("reader")
    number = ladder.ask("reader")
    page = f"/records/result/{ladder.record_id}/parts"
    reader = ladder.people.browser("reader")
    admit(ladder.people["clerk"], number, covers_organisation=False)
    answer = reader.post(f"/access-requests/{number}/withdraw")
    assert answer.status_code == 302
    assert "m-notice--no" in seen(reader.get(page))
    with writing() as session:
        assert session.get_one(AccessRequest, number).state == "admitted"


def test_the_holder_is_told_who_may_open_after_each_decision(ladder: Ladder) -> None:
    clerk = ladder.people.browser("clerk")
    manage = f"/records/result/{ladder.record_id}/parts/manage"
    ladder.accept("reader")
    ladder.accept("colleague")
    for name, work, told in (
        ("reader", "admit", "已经同意，申请的人可以打开。"),
        (
            "colleague",
            "admit_organisation",
            "已经同意，这家单位的人都可以打开；有条款的，先接受条款。",
        ),
    ):
        clerk.post(f"/access-requests/{ladder.ask(name)}/decision", work=work)
        assert told in seen(clerk.get(manage))
    assert seen(clerk.get(manage)).count("整个单位都可以打开") == 1
    clerk.post("/access-requests/1/decision", work="revoke", reason="合作结束")
    page = seen(clerk.get(manage))
    assert "凭这次同意不能再打开" in page
    assert "再也打不开" not in page
    # The admission of the whole organisation still stands.
    open_part(ladder.people["reader"], ladder.parts[Level.NAMED])
    clerk.post("/access-requests/2/decision", work="revoke", reason="合作结束")
    assert "整个单位都可以打开" not in seen(clerk.get(manage))
    # Its requests go with the part; they were made all the same.
    remove_part(ladder.people["clerk"], ladder.parts[Level.NAMED])
    page = seen(clerk.get(manage))
    assert "没有申请。" in page
    assert "还没有人申请" not in page
