"""Work on an upload that fails or is killed: never half done, never for ever under way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from marketplace.core.db import db, now, writing
from marketplace.core.outbox import OutboxEvent, drain
from marketplace.core.progress import Job
from marketplace.core.states import StateError
from marketplace.posting.uploads import checking, deciding, submitting, undoing
from marketplace.posting.uploads.deciding import decide_upload
from marketplace.posting.uploads.stopping import TRIES
from marketplace.posting.uploads.submitting import submit_upload
from marketplace.posting.uploads.undoing import undo_upload
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import checked, fresh, row, send, sheet, submitted
from tests.functional.posting.uploads.test_course import postings


def drain_to_the_end() -> None:
    """Hand over as often as work is tried, without the waits between."""
    for _turn in range(TRIES + 1):
        drain()
        with writing() as session:
            for event in session.scalars(select(OutboxEvent)):
                event.due_at = now()


def failing(when: int) -> Callable[..., object]:
    """Work that fails from the call of this number on."""
    calls = []

    def instead(real: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            calls.append(given)
            if len(calls) >= when:
                raise RuntimeError("broken")
            return real(*given, **named)

        return run

    return instead


def page_of(browser: Browser, upload_id: int) -> str:
    return seen(browser.get(f"/uploads/{upload_id}"))


def resume(browser: Browser, upload_id: int) -> None:
    path = f"/uploads/{upload_id}"
    assert browser.post(f"{path}/resume").status_code == 302
    drain_to_the_end()


def job_state(kind: str) -> str:
    db.session.rollback()
    return db.session.scalars(select(Job.state).where(Job.kind == kind)).one()


def test_a_check_that_fails_stops_with_a_sentence_and_goes_on_where_it_was(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = people.browser("clerk")
    with monkeypatch.context() as broken:
        broken.setattr(checking, "_keep", failing(2)(checking._keep))
        send(browser, sheet([row(number) for number in range(700)]))
        drain_to_the_end()
    assert (fresh(1).state, fresh(1).rows, job_state("upload-check")) == ("checking", 500, "failed")
    page = page_of(browser, 1)
    assert "处理到一半停下了" in page
    assert "查过的 500 行留着" in page
    assert "data-refresh" not in page
    for text in (page, seen(browser.get("/uploads"))):
        assert '<span class="m-badge m-badge--no">处理到一半停下了</span>' in text
        assert "正在检查" not in text
    resume(browser, 1)
    assert (fresh(1).state, fresh(1).good, job_state("upload-check")) == (
        "checked",
        700,
        "finished",
    )


def test_what_fails_only_once_is_not_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = people.browser("clerk")
    with monkeypatch.context() as broken:
        broken.setattr(checking, "_keep", failing(1)(checking._keep))
        send(browser, sheet([row(1)]))
        drain()
    assert job_state("upload-check") == "running"
    drain_to_the_end()
    assert fresh(1).state == "checked"


def test_a_submission_that_fails_keeps_whole_batches_and_can_go_on_or_be_taken_back(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = people.browser("clerk")
    monkeypatch.setattr(submitting, "CHUNK", 2)
    uploads = []
    for start in (0, 10):
        upload = checked(browser, [row(start + number) for number in range(5)])
        with monkeypatch.context() as broken:
            broken.setattr(submitting, "_insert", failing(2)(submitting._insert))
            submit_upload(people["clerk"], upload.id)
            drain_to_the_end()
        assert len(postings(upload.id)) == 2
        assert "已经提交的 2 条都完整" in page_of(browser, upload.id)
        uploads.append(upload.id)
    resume(browser, uploads[0])
    assert (fresh(uploads[0]).state, len(postings(uploads[0]))) == ("submitted", 5)
    path = f"/uploads/{uploads[1]}/undo"
    assert "撤回 2 条" in seen(browser.get(path))
    assert browser.post(path).status_code == 302
    drain()
    assert (fresh(uploads[1]).state, len(postings(uploads[1]))) == ("undone", 0)


def test_taking_back_that_fails_can_go_on_and_nothing_else(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = people.browser("clerk")
    upload = submitted(browser, [row(number) for number in range(4)])
    monkeypatch.setattr(undoing, "CHUNK", 2)
    with monkeypatch.context() as broken:
        broken.setattr(undoing, "_remove", failing(2)(undoing._remove))
        undo_upload(people["clerk"], upload.id)
        drain_to_the_end()
    assert len(postings(upload.id)) == 2
    assert "还有 2 条没有撤回" in page_of(browser, upload.id)
    resume(browser, upload.id)
    assert (fresh(upload.id).state, postings(upload.id)) == ("undone", [])


def test_deciding_that_fails_says_so_and_can_be_begun_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = submitted(people.browser("clerk"), [row(number) for number in range(3)])
    monkeypatch.setattr(deciding, "CHUNK", 2)
    with monkeypatch.context() as broken:
        broken.setattr(deciding, "decide_many", failing(2)(deciding.decide_many))
        decide_upload(people["reviewer"], upload.id, confirms_secrecy=True)
        drain_to_the_end()
    assert job_state("upload-review") == "failed"
    browser = people.browser("reviewer")
    page = seen(browser.get(f"/reviews?upload={upload.id}"))
    assert "这一批办了 2 件" in page
    assert "通过这一批的全部 1 件" in page
    decide_upload(people["reviewer"], upload.id, confirms_secrecy=True)
    drain()
    assert {one.state for one in postings(upload.id)} == {"unit_ok"}


def test_work_whose_process_was_killed_is_taken_up_by_the_next(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = checked(people.browser("clerk"), [row(number) for number in range(4)])
    monkeypatch.setattr(submitting, "CHUNK", 2)
    real, calls = submitting._insert, []

    def killed(*given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(submitting, "_insert", killed)
    submit_upload(people["clerk"], upload.id)
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert (fresh(upload.id).state, len(postings(upload.id))) == ("submitting", 2)
    drain()
    assert (fresh(upload.id).state, len(postings(upload.id))) == ("submitted", 4)


def test_work_that_goes_on_is_not_resumed_and_not_taken_back(people: People) -> None:
    browser = people.browser("clerk")
    upload = checked(browser, [row(1)])
    submit_upload(people["clerk"], upload.id)
    with pytest.raises(StateError):
        undo_upload(people["clerk"], upload.id)
    assert browser.post(f"/uploads/{upload.id}/resume").status_code == 302
    drain()
    assert len(postings(upload.id)) == 1
