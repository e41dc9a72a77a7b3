"""From the first word to a page that can be found, and back for a change."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.core.attachments import Attachment
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from marketplace.core.states import StateChange, StateError
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import RecordVersion
from marketplace.posting.reviewing import approve, publish, return_posting
from marketplace.posting.writing import (
    Conflict,
    apply_change,
    begin_change,
    discard,
    save_cells,
    submit,
)
from tests.functional.posting.conftest import People
from tests.functional.posting.writing_down import RESULT, begin, fresh, submitted


def publish_one(people: People, **cells: object) -> int:
    """A published result of the university; returns its id."""
    posting = submitted(people["clerk"], **cells)
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    found = publish(people["bureau"], posting.id).record_id
    assert found is not None
    return found


def record(record_id: int) -> Result:
    db.session.rollback()
    return db.session.get_one(Result, record_id, populate_existing=True)


def test_what_a_clerk_wrote_is_public_and_found_once_three_people_have_done_their_part(
    app: Flask, people: People
) -> None:
    record_id = publish_one(people)
    drain()
    listed = record(record_id)
    assert (str(listed.title), listed.state, listed.version) == (RESULT["title_zh"], "published", 1)
    assert listed.owner_ids == (people["clerk"].organisation_id,)
    assert listed.confirmed_on is not None
    assert listed.source is None
    page = app.test_client().get("/search?q=碲化铋").text
    assert f"/results/{record_id}" in page


def test_each_step_says_who_took_it_and_for_whom(people: People) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    publish(people["bureau"], posting.id)
    steps = db.session.scalars(
        select(StateChange).where(StateChange.subject_kind == "posting").order_by(StateChange.id)
    ).all()
    assert [(one.action, one.actor_name) for one in steps] == [
        ("posting.submit", "clerk"),
        ("posting.approve", "reviewer"),
        ("posting.publish", "bureau"),
    ]
    assert [one.organisation_id for one in steps] == [
        people[name].organisation_id for name in ("clerk", "reviewer", "bureau")
    ]


def test_nothing_of_a_posting_is_public_before_it_is_published(app: Flask, people: People) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    drain()
    assert db.session.scalar(select(Result.id)) is None
    assert RESULT["title_zh"] not in app.test_client().get("/search?q=碲化铋").text
    assert app.test_client().get(f"/postings/{posting.id}").status_code == 302


def test_a_returned_posting_comes_back_with_the_remark_at_its_field(people: People) -> None:
    posting = submitted(people["clerk"])
    return_posting(people["reviewer"], posting.id, "先补数据", {"stage": "中试报告呢？"})
    browser = people.browser("clerk")
    page = browser.get(f"/postings/{posting.id}/steps/3").text
    assert "中试报告呢？" in page
    assert "先补数据" in browser.get(f"/postings/{posting.id}").text
    again = fresh(posting.id)
    save_cells(people["clerk"], posting.id, again.version, {**again.cells, "stage": "3"})
    submit(people["clerk"], posting.id)
    assert fresh(posting.id).state == "submitted"


def test_a_return_needs_a_reason(people: People) -> None:
    posting = submitted(people["clerk"])
    with pytest.raises(StateError, match="原因"):
        return_posting(people["reviewer"], posting.id, "  ")
    assert fresh(posting.id).state == "submitted"


def test_the_unit_has_to_confirm_its_secrecy_review(people: People) -> None:
    posting = submitted(people["clerk"])
    with pytest.raises(PostingProblem, match="保密审查"):
        approve(people["reviewer"], posting.id, confirms_secrecy=False)
    assert fresh(posting.id).state == "submitted"


def test_a_private_holder_with_one_member_goes_straight_to_the_bureau(people: People) -> None:
    posting = submitted(people["owner"])
    assert posting.state == "unit_ok"
    assert publish(people["bureau"], posting.id).record_id


def test_such_a_holder_confirms_the_secrecy_review_itself(people: People) -> None:
    posting = begin(people["owner"])
    with pytest.raises(PostingProblem, match="保密审查"):
        submit(people["owner"], posting.id, confirms_secrecy=False)


def test_what_lacks_a_needed_field_is_not_handed_in_and_says_which(people: People) -> None:
    posting = begin(people["clerk"], problem_zh="", stage="")
    with pytest.raises(PostingProblem) as refusal:
        submit(people["clerk"], posting.id)
    assert refusal.value.problems.keys() == {"problem_zh", "stage"}
    assert fresh(posting.id).state == "draft"


def test_the_owners_have_to_name_the_own_unit(people: People) -> None:
    posting = begin(people["clerk"], owners=[{"name": "别家研究院", "uscc": ""}])
    with pytest.raises(PostingProblem) as refusal:
        submit(people["clerk"], posting.id)
    assert "青峦大学" in refusal.value.problems["owners"]


def test_a_number_of_another_record_is_told_before_it_is_handed_in(people: People) -> None:
    publish_one(people, registration_number="9902025Y0012")
    posting = begin(people["clerk"], registration_number="9902025Y0012")
    with pytest.raises(PostingProblem) as refusal:
        submit(people["clerk"], posting.id)
    assert "另一条记录" in refusal.value.problems["registration_number"]


def test_a_number_taken_meanwhile_keeps_it_from_being_published_and_nothing_is_half_done(
    people: People,
) -> None:
    first = submitted(people["clerk"], registration_number="9902025Y0012")
    second = submitted(people["clerk"], registration_number="9902025Y0012")
    for posting in (first, second):
        approve(people["reviewer"], posting.id, confirms_secrecy=True)
    publish(people["bureau"], first.id)
    with pytest.raises(PostingProblem, match="另一条记录"):
        publish(people["bureau"], second.id)
    assert fresh(second.id).state == "unit_ok"
    assert len(db.session.scalars(select(Result)).all()) == 1


def test_an_unpublished_application_has_to_be_answered_for(people: People) -> None:
    posting = begin(people["clerk"], patents="202110318264.1")
    with pytest.raises(PostingProblem) as refusal:
        submit(people["clerk"], posting.id)
    assert "202110318264.1" in refusal.value.problems["novelty"]
    submit(people["clerk"], posting.id, novelty="上月已经公开")
    assert fresh(posting.id).novelty == "上月已经公开"


def test_a_change_leaves_the_old_version_public_until_it_is_published(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    save_cells(people["clerk"], change.id, change.version, {**change.cells, "title_zh": "新题"})
    submit(people["clerk"], change.id)
    assert (str(record(record_id).title), record(record_id).version) == (RESULT["title_zh"], 1)
    approve(people["reviewer"], change.id, confirms_secrecy=True)
    publish(people["bureau"], change.id)
    assert (str(record(record_id).title), record(record_id).version) == ("新题", 2)
    kept = db.session.scalars(select(RecordVersion).order_by(RecordVersion.version)).all()
    assert [(one.version, one.cells["title_zh"]) for one in kept] == [
        (1, RESULT["title_zh"]),
        (2, "新题"),
    ]


def test_a_change_of_search_words_alone_is_public_at_once(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    cells = {**change.cells, "keywords_zh": "热电；切割"}
    save_cells(people["clerk"], change.id, change.version, cells)
    apply_change(people["clerk"], change.id)
    assert record(record_id).keywords == {"zh": ["热电", "切割"]}
    assert record(record_id).version == 2


def test_a_change_of_what_is_promised_is_not_public_without_review(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    save_cells(people["clerk"], change.id, change.version, {**change.cells, "stage": "3"})
    with pytest.raises(StateError, match="审核"):
        apply_change(people["clerk"], change.id)
    assert record(record_id).stage == "2"


def test_a_change_without_a_difference_is_not_handed_in(people: People) -> None:
    change = begin_change(people["clerk"], "result", publish_one(people))
    with pytest.raises(PostingProblem, match="一样"):
        submit(people["clerk"], change)


def test_one_record_has_one_open_change(people: People) -> None:
    record_id = publish_one(people)
    first = begin_change(people["clerk"], "result", record_id)
    assert begin_change(people["both"], "result", record_id) == first


def test_a_change_of_an_outdated_version_is_not_published(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    save_cells(people["clerk"], change.id, change.version, {**change.cells, "title_zh": "新题"})
    submit(people["clerk"], change.id)
    approve(people["reviewer"], change.id, confirms_secrecy=True)
    with writing() as session:
        session.get_one(Result, record_id).version = 5
    with pytest.raises(StateError, match="第 5 版"):
        publish(people["bureau"], change.id)
    assert fresh(change.id).state == "unit_ok"


def test_of_two_who_save_the_second_is_told_and_nothing_is_lost(people: People) -> None:
    posting = begin(people["clerk"])
    version = posting.version
    save_cells(people["clerk"], posting.id, version, {**RESULT, "title_zh": "甲稿"})
    with pytest.raises(Conflict):
        save_cells(people["both"], posting.id, version, {**RESULT, "title_zh": "乙稿"})
    assert fresh(posting.id).title == "甲稿"


def test_what_has_been_handed_in_can_not_be_written_on(people: People) -> None:
    posting = submitted(people["clerk"])
    with pytest.raises(StateError, match="已经提交"):
        save_cells(people["clerk"], posting.id, posting.version, {})


def test_a_draft_can_be_given_up(people: People) -> None:
    posting = begin(people["clerk"])
    discard(people["clerk"], posting.id)
    assert fresh(posting.id).state == "discarded"


def test_a_change_that_brings_a_file_to_be_public_is_reviewed(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    save_cells(people["clerk"], change.id, change.version, {**change.cells, "keywords_zh": "切割"})
    with writing() as session:
        session.add(
            Attachment(
                subject_kind="posting",
                subject_id=change.id,
                purpose="open",
                name="a.pdf",
                media_type="application/pdf",
                size=1,
                sha256="0" * 64,
            )
        )
    with pytest.raises(StateError, match="审核"):
        apply_change(people["clerk"], change.id)
    assert submit(people["clerk"], change.id).state == "submitted"


def test_a_change_that_only_looks_different_is_told_and_makes_no_version(people: People) -> None:
    record_id = publish_one(people, keywords_zh="甲；乙")
    change = fresh(begin_change(people["clerk"], "result", record_id))
    save_cells(people["clerk"], change.id, change.version, {**change.cells, "keywords_zh": "甲;乙"})
    with pytest.raises(StateError, match="一样"):
        apply_change(people["clerk"], change.id)
    assert fresh(change.id).state == "draft"


def test_a_change_goes_on_from_the_new_version_once_it_has_been_looked_at(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    cells = {**change.cells, "title_zh": "新题"}
    save_cells(people["clerk"], change.id, change.version, cells)
    with writing() as session:
        session.get_one(Result, record_id).version = 5
    with pytest.raises(PostingProblem, match="新的一版"):
        submit(people["clerk"], change.id)
    save_cells(people["clerk"], change.id, fresh(change.id).version, cells)
    submit(people["clerk"], change.id)
    approve(people["reviewer"], change.id, confirms_secrecy=True)
    publish(people["bureau"], change.id)
    assert record(record_id).version == 6
