"""What is said where a spreadsheet, or a row of it, has come before."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.catalogue.services import withdraw_listing
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.posting.models import Posting
from marketplace.posting.uploads.repeats import repeats_of
from marketplace.posting.uploads.undoing import undo_upload
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.uploads.sheets import checked, row, send, sheet, submitted
from tests.functional.posting.writing_down import RESULT, begin
from tests.functional.statements import statements

NUMBER = "9902025Y0012"
SPELLED = "９９０２０２５y００１２"


def page_of(people: People, upload_id: int) -> str:
    return seen(people.browser("clerk").get(f"/uploads/{upload_id}")).replace("<wbr>", "")


def test_rows_that_are_being_written_or_reviewed_are_named_with_the_way_there(
    people: People,
) -> None:
    clerk = people.browser("clerk")
    rows = [row(number, registration_number="") for number in range(1, 5)]
    rows[2]["registration_number"] = NUMBER
    submitted(clerk, rows[:3])
    upload = checked(clerk, rows)
    assert (upload.good, upload.bad) == (3, 1), "the same title is only a warning"
    page = page_of(people, upload.id)
    assert "正在填写或审核，号码相同" in page
    assert "有 3 行你们单位好像已经有了" in page
    first = db.session.scalar(select(Posting.id).where(Posting.title == row(1)["title_zh"]))
    assert f'href="/postings/{first}"' in page
    assert "正在填写或审核，名称相同" in page


def test_a_number_that_was_typed_in_another_spelling_is_named_with_its_posting(
    people: People,
) -> None:
    posting = begin(people["clerk"], title_zh="手写的薄片", registration_number=f" {SPELLED} ")
    upload = checked(people.browser("clerk"), [row(1, registration_number=NUMBER)])
    assert upload.bad == 1
    repeats = repeats_of(db.session, people["clerk"], upload)
    assert [(one.row, one.id, one.title) for one in repeats] == [(2, posting.id, "手写的薄片")]


def test_whoever_may_not_see_the_unit_s_work_is_named_nothing_of_it(people: People) -> None:
    begin(people["clerk"], registration_number=NUMBER)
    upload = checked(people.browser("clerk"), [row(1, registration_number=NUMBER)])
    assert repeats_of(db.session, people["rival"], upload) == []


def test_a_public_record_of_the_same_title_or_number_is_named(people: People) -> None:
    by_title = publish_one(people)
    by_number = publish_one(people, title_zh="另一种薄片", registration_number=NUMBER)
    rows = [row(1, title_zh=RESULT["title_zh"]), row(2, registration_number=NUMBER), row(3)]
    rows[0]["registration_number"] = rows[2]["registration_number"] = ""
    upload = checked(people.browser("clerk"), rows)
    repeats = repeats_of(db.session, people["clerk"], upload)
    assert [(one.row, one.id, one.has_same_number) for one in repeats] == [
        (2, by_title, False),
        (3, by_number, True),
    ]
    page = page_of(people, upload.id)
    assert f'href="/records/result/{by_number}/versions"' in page
    assert "已经发布，号码相同" in page


def test_what_others_hold_or_write_and_what_was_withdrawn_is_not_named(people: People) -> None:
    begin(people["rival"])
    gone = publish_one(people, title_zh="撤下的薄片")
    withdraw_listing(people["clerk"], "result", gone, "不再合作")
    rows = [row(1, title_zh=RESULT["title_zh"]), row(2, title_zh="撤下的薄片")]
    upload = checked(people.browser("clerk"), rows)
    assert repeats_of(db.session, people["clerk"], upload) == []
    assert "好像已经有了" not in page_of(people, upload.id)


def test_however_many_rows_there_are_it_takes_a_few_statements(people: People) -> None:
    clerk = people.browser("clerk")
    rows = [row(number) for number in range(300)]
    submitted(clerk, rows)
    upload = checked(clerk, rows)
    with statements() as told:
        assert len(repeats_of(db.session, people["clerk"], upload)) == 300
    assert len(told) <= 5


def test_the_same_bytes_again_are_told_at_once_with_day_person_and_link(people: People) -> None:
    clerk, other = people.browser("clerk"), people.browser("both")
    first = checked(clerk, [row(1)])
    answer = send(other, sheet([row(1)]))
    page = seen(other.get(answer.headers["Location"]))
    assert "正在逐行检查" in page, "before anything was read"
    assert "clerk 在" in page
    assert "上传过一份内容完全一样的表格，现在是“等你们提交”" in page
    assert f'href="/uploads/{first.id}"' in page


def test_bytes_that_were_dropped_or_are_another_unit_s_are_not_told(people: People) -> None:
    clerk = people.browser("clerk")
    dropped = checked(clerk, [row(1)])
    undo_upload(people["clerk"], dropped.id)
    drain()
    checked(people.browser("rival"), [row(1)])
    assert "完全一样" not in page_of(people, checked(clerk, [row(1)]).id)
    assert db.session.scalar(select(Result.id)) is None
