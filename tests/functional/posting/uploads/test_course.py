"""What stays and what goes, who may see an upload, and a reviewer with a thousand waiting."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import Posting, UploadIssue
from marketplace.posting.reviewing import approve, publish
from marketplace.posting.uploads.deciding import decide_upload
from marketplace.posting.uploads.submitting import submit_upload
from marketplace.posting.uploads.undoing import undo_upload
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import ROLES, UNIVERSITY, People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.uploads.sheets import checked, fresh, row, send, sheet, submitted
from tests.functional.posting.writing_down import begin

CLERKS = {"clerk", "both"}
PATENT = {
    "title_zh": "一种切割装置",
    "legal_status": "pending",
    "status_checked_on": "2026-03-02",
    "abstract_zh": "冷却的线。",
    "tech_field": "5",
}


def postings(upload_id: int) -> list[Posting]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Posting).where(Posting.upload_id == upload_id).order_by(Posting.id)
        )
    )


def reasons(people: People, upload_id: int) -> str:
    return seen(people.browser("clerk").get(f"/uploads/{upload_id}"))


def test_the_own_unit_is_filled_in_where_no_owner_stands(people: People) -> None:
    clerk = people.browser("clerk")
    upload = submitted(clerk, [row(1, owners=""), row(2, owners=UNIVERSITY)])
    assert [one.cells["owners"][0]["name"]["zh"] for one in postings(upload.id)] == [UNIVERSITY] * 2


def test_a_row_without_the_own_unit_among_its_owners_is_bad_and_says_what_stands_there(
    people: People,
) -> None:
    upload = checked(people.browser("clerk"), [row(1, owners="青峦大; 外地研究所")])
    assert (upload.good, upload.bad) == (0, 1)
    assert "写全称" in reasons(people, upload.id)
    values = db.session.scalars(
        select(UploadIssue.value).where(UploadIssue.upload_id == upload.id)
    ).all()
    assert values == ["青峦大；外地研究所"]


def test_an_upload_without_one_good_row_waits_for_nobody_to_submit(people: People) -> None:
    clerk = people.browser("clerk")
    upload = checked(clerk, [row(1, owners="青峦大")])
    for path in (f"/uploads/{upload.id}", "/uploads"):
        page = seen(clerk.get(path))
        assert 'm-badge m-badge--no">没有可以提交的行</span>' in page, path
        assert "等你们提交" not in page, path


def test_a_number_that_the_own_unit_is_working_on_is_bad_however_it_was_typed(
    people: People,
) -> None:
    begin(people["clerk"], registration_number=" 9902025y0012 ")
    rows = [row(1, registration_number="9902025Y0012"), row(2, registration_number="")]
    upload = checked(people.browser("clerk"), rows)
    assert (upload.good, upload.bad) == (1, 1)
    assert "正在填写或审核" in reasons(people, upload.id)


def test_what_another_unit_is_working_on_is_not_given_away(people: People) -> None:
    begin(people["rival"], registration_number="9902025Y0012")
    upload = checked(people.browser("clerk"), [row(1, registration_number="9902025Y0012")])
    assert (upload.good, upload.bad) == (1, 0)


def test_a_row_twice_in_the_file_is_bad_the_second_time(people: People) -> None:
    upload = checked(people.browser("clerk"), [row(1), row(1)])
    assert (upload.good, upload.bad) == (1, 1)
    assert "第 2 行" in reasons(people, upload.id)


def test_a_number_taken_between_preview_and_submission_is_left_out(people: People) -> None:
    clerk = people.browser("clerk")
    rows = [row(1, registration_number="9902025Y0012"), row(2, registration_number="")]
    first, second = checked(clerk, rows), checked(clerk, rows)
    for upload in (first, second):
        submit_upload(people["clerk"], upload.id)
        drain()
    assert len(postings(first.id)) == 2
    assert (fresh(second.id).good, fresh(second.id).bad) == (1, 1)
    assert len(postings(second.id)) == 1


def test_rows_about_unpublished_applications_have_to_be_answered_for(people: People) -> None:
    clerk = people.browser("clerk")
    answer = send(clerk, sheet([PATENT]), kind="patent")
    assert answer.status_code == 302
    drain()
    path = "/uploads/1"
    assert fresh(1).good == 1, reasons(people, 1)
    refused = clerk.post(f"{path}/submit")
    assert refused.status_code == 422
    assert "为什么现在可以公开" in seen(refused)
    assert clerk.post(f"{path}/submit", novelty="上月已公开").status_code == 302
    drain()
    assert [one.novelty for one in postings(1)] == ["上月已公开"]


def test_a_unit_of_one_person_confirms_and_goes_straight_to_the_bureau(people: People) -> None:
    upload = checked(people.browser("owner"), [row(1)])
    with pytest.raises(PostingProblem, match="保密审查"):
        submit_upload(people["owner"], upload.id)
    submit_upload(people["owner"], upload.id, confirms_secrecy=True)
    drain()
    assert [one.state for one in postings(upload.id)] == ["unit_ok"]


def test_taking_back_leaves_what_was_approved_or_published_and_names_it(people: People) -> None:
    clerk = people.browser("clerk")
    upload = submitted(clerk, [row(number) for number in range(4)])
    first, second, *_others = postings(upload.id)
    for posting in (first, second):
        approve(people["reviewer"], posting.id, confirms_secrecy=True)
    publish(people["bureau"], first.id)
    path = f"/uploads/{upload.id}"
    before = seen(clerk.get(f"{path}/undo")).replace("<wbr>", "")
    assert "撤回 2 条" in before
    assert "有 2 条已经审核通过或者公开，不会撤回" in before
    assert second.title in before
    assert clerk.post(f"{path}/undo").status_code == 302
    drain()
    assert [one.id for one in postings(upload.id)] == [first.id, second.id]
    after = seen(clerk.get(path)).replace("<wbr>", "")
    assert "留下审核通过的 2 条" in after
    assert second.title in after
    assert db.session.scalar(select(Result.id)) is not None


def test_a_preview_that_is_dropped_leaves_nothing(people: People) -> None:
    clerk = people.browser("clerk")
    upload = checked(clerk, [row(1)])
    undo_upload(people["clerk"], upload.id)
    drain()
    assert fresh(upload.id).state == "undone"
    submit_upload(people["clerk"], upload.id)
    drain()
    assert postings(upload.id) == []


def test_nothing_of_what_was_taken_back_is_found_under_a_later_posting(people: People) -> None:
    upload = submitted(people.browser("clerk"), [row(1), row(2)])
    gone = [one.id for one in postings(upload.id)]
    undo_upload(people["clerk"], upload.id)
    drain()
    later = [begin(people["clerk"]).id]
    later += [one.id for one in postings(submitted(people.browser("clerk"), [row(3)]).id)]
    assert min(later) > max(gone)


def test_taking_back_waits_until_everything_has_been_submitted(people: People) -> None:
    upload = checked(people.browser("clerk"), [row(1)])
    submit_upload(people["clerk"], upload.id)
    with pytest.raises(StateError, match="还在处理"):
        undo_upload(people["clerk"], upload.id)
    drain()
    assert len(postings(upload.id)) == 1


@pytest.mark.parametrize("name", sorted(ROLES.keys() - CLERKS))
def test_nobody_but_the_clerks_of_the_unit_sees_or_touches_an_upload(
    people: People, name: str
) -> None:
    upload = checked(people.browser("clerk"), [row(1)])
    browser = people.browser(name)
    for path in ("", "/undo", "/issues.csv"):
        answer = browser.get(f"/uploads/{upload.id}{path}")
        assert answer.status_code in (403, 404)
        assert row(1)["title_zh"] not in answer.text
    for work in (submit_upload, undo_upload):
        with pytest.raises((Forbidden, StateError)):
            work(people[name], upload.id)
    assert fresh(upload.id).state == "checked"


def test_a_clerk_of_another_unit_hears_that_there_is_no_such_upload(people: People) -> None:
    upload = checked(people.browser("clerk"), [row(1)])
    assert people.browser("rival").get(f"/uploads/{upload.id}").status_code == 404
    assert upload.name not in people.browser("rival").get("/uploads").text
    assert upload.name in people.browser("both").get("/uploads").text


def test_a_reviewer_pages_filters_and_approves_a_whole_upload(people: People) -> None:
    upload = submitted(people.browser("clerk"), [row(number) for number in range(60)])
    begin(people["clerk"])
    reviewer = people.browser("reviewer")
    page = seen(reviewer.get("/reviews"))
    assert "60 件等你审核" in page
    assert page.count('name="posting"') == 50
    assert seen(reviewer.get("/reviews?page=2")).count('name="posting"') == 10
    path = f"/reviews?upload={upload.id}"
    assert "通过这一批的全部 60 件" in seen(reviewer.get(path))

    work = f"/reviews/uploads/{upload.id}"
    assert reviewer.post(work).status_code == 302
    drain()
    assert "保密审查" in seen(reviewer.get(path))
    assert {one.state for one in postings(upload.id)} == {"submitted"}

    for _click in range(2):
        assert reviewer.post(work, secrecy="1").status_code == 302
    assert "data-refresh" in seen(reviewer.get(path))
    drain()
    assert {one.state for one in postings(upload.id)} == {"unit_ok"}
    assert {one.version for one in postings(upload.id)} == {3}
    assert "这一批 60 件已经通过" in seen(reviewer.get(path))


def test_the_bureau_publishes_a_whole_upload_and_hears_what_did_not_go(people: People) -> None:
    rows = [row(number, registration_number="") for number in range(3)]
    rows[1]["registration_number"] = "9902025Y0012"
    upload = submitted(people.browser("clerk"), rows)
    decide_upload(people["reviewer"], upload.id, confirms_secrecy=True)
    drain()
    publish_one(people, registration_number="9902025Y0012")
    decide_upload(people["bureau"], upload.id, confirms_secrecy=False)
    drain()
    assert [one.state for one in postings(upload.id)] == ["published", "unit_ok", "published"]
    page = seen(people.browser("bureau").get(f"/reviews?upload={upload.id}"))
    assert "这一批 2 件已经通过" in page
    assert "1 件没有通过" in page
    assert "已经在另一条记录上" in page


def test_who_has_nothing_of_an_upload_to_decide_decides_nothing(people: People) -> None:
    upload = submitted(people.browser("clerk"), [row(1)])
    with pytest.raises(StateError):
        decide_upload(people["clerk"], upload.id, confirms_secrecy=True)
    with pytest.raises(StateError):
        decide_upload(people["bureau"], upload.id, confirms_secrecy=True)
    assert postings(upload.id)[0].state == "submitted"
