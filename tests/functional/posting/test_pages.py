"""The pages of posting as people use them: forms, reviews, versions."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.posting.models import Posting
from marketplace.posting.reviewing import approve, decide_many, publish
from marketplace.posting.steps import STEPS as STEPS_OF
from marketplace.posting.writing import begin_change, submit
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.posting.conftest import UNIVERSITY, People, writer_of
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.writing_down import RESULT, begin, fresh, submitted
from tests.unit.core.attachments.contents import PDF

STEPS = (
    {"title_zh": "低损切割", "result_class": "Y", "owners-name": UNIVERSITY, "owners-uscc": ""},
    {"problem_zh": "一切就裂", "abstract_zh": "冷却的线切割", "tech_field": "5"},
    {"stage": "2"},
    {"price_kind": "negotiable"},
)


def begin_in(browser: Browser, kind: str = "result") -> str:
    """Begin a posting; the path of its first step."""
    answer = browser.post(f"/postings/new/{kind}")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def version_on(browser: Browser, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.get(path).text)
    assert found
    return found[1]


def send_step(browser: Browser, path: str, **fields: str):  # type: ignore[no-untyped-def]
    return browser.post(path, version=version_on(browser, path), next="1", **fields)


def test_a_clerk_fills_in_the_form_and_hands_it_in(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    for number, fields in enumerate(STEPS, 1):
        answer = send_step(browser, path, **fields)
        assert answer.status_code == 302, seen(answer)
        path = str(answer.headers["Location"])
        assert path.endswith(f"/steps/{number + 1}") or number == len(STEPS)
    assert browser.post(f"{path}/hand-in", work="submit").status_code == 302
    posting = db.session.scalars(select(Posting)).one()
    assert (posting.state, posting.title) == ("submitted", "低损切割")


def test_a_wrong_value_stands_on_the_page_again_with_its_sentence_and_is_kept(
    people: People,
) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    answer = send_step(browser, path, title_zh="题", registration_number="12", result_class="Y")
    assert answer.status_code == 422
    page = seen(answer)
    assert 'value="12"' in page
    assert "<title>错误：" in page
    assert "data-error-summary" in page
    assert fresh(1).cells["registration_number"] == "12"


def test_the_title_of_a_step_has_no_chinese_comma_in_english(people: People) -> None:
    browser = people.browser("clerk")
    page = browser.get(f"/en{begin_in(browser)}").text
    title = re.search("<title>(.+?)</title>", page)
    assert title
    assert " · " in title[1]
    assert "，" not in title[1]


def test_a_draft_can_be_put_aside_half_filled(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    version = version_on(browser, path)
    answer = browser.post(path, version=version, later="1", title_zh="", doi="x")
    assert answer.headers["Location"] == "/postings"
    assert "没有名称的草稿" in seen(browser.get("/postings")).replace("<wbr>", "")
    assert fresh(1).cells["doi"] == "x"


def test_more_rows_come_without_script_and_keep_what_was_typed(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    before = browser.get(path).text.count('name="contributors-name"')
    answer = browser.post(
        path, version=version_on(browser, path), more="contributors", **{"contributors-name": "林"}
    )
    assert answer.text.count('name="contributors-name"') > before
    assert 'value="林"' in answer.text


def test_two_at_the_same_draft_are_told_and_the_typed_text_stays(people: People) -> None:
    one, other = people.browser("clerk"), people.browser("both")
    path = begin_in(one)
    version = version_on(other, path)
    assert send_step(one, path, title_zh="甲稿", result_class="Y").status_code in (302, 422)
    answer = other.post(path, version=version, next="1", title_zh="乙稿")
    assert answer.status_code == 409
    assert "乙稿" in answer.text
    assert fresh(1).title == "甲稿"


def test_a_reviewer_approves_several_at_once_and_hears_what_did_not_go(people: People) -> None:
    ids = [submitted(people["clerk"], title_zh=f"第{n}项").id for n in range(3)]
    browser = people.browser("reviewer")
    page = seen(browser.get("/reviews"))
    assert "3 件等你审核" in page
    answer = browser.client  # ticked boxes are sent under one name
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/reviews").text)
    assert token
    sent = browser._ask(
        answer.post,
        "/reviews",
        data={"csrf_token": token[1], "posting": [str(one) for one in [*ids, 999]], "secrecy": "1"},
    )
    assert "3 件已经通过" in seen(sent)
    assert "<p>这一件已经办过了" in seen(sent), "what can't be seen is called by no number"
    assert {fresh(one).state for one in ids} == {"unit_ok"}


def test_what_a_colleague_published_meanwhile_is_named_by_its_title(people: People) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    publish(people["bureau"], posting.id)
    [decided] = decide_many(people["admin"], [posting.id], confirms_secrecy=False)
    assert decided.title == RESULT["title_zh"]
    assert "已经办过了" in decided.refusal


def test_only_who_reviews_opens_the_list_of_what_waits(people: People) -> None:
    for name in ("clerk", "demander"):
        for answer in (
            people.browser(name).get("/reviews"),
            people.browser(name).post("/reviews"),
        ):
            assert answer.status_code == 403
            assert "审核由持有单位的审核人和科技局进行" in seen(answer)
    crumbs = {"reviewer": "我的发布", "bureau": "待办", "admin": "待办"}
    for name, crumb in crumbs.items():
        page = seen(people.browser(name).get("/reviews"))
        shown = re.search(r'm-crumb">(.*?)</ol>', page)
        assert shown
        assert crumb in shown[1]


def test_the_bureau_goes_back_from_a_posting_to_what_waits(people: People) -> None:
    posting = submitted(people["clerk"])
    page = seen(people.browser("bureau").get(f"/postings/{posting.id}"))
    shown = re.search(r'm-crumb">(.*?)</ol>', page)
    assert shown
    assert 'href="/reviews"' in shown[1]


def test_without_the_secrecy_review_a_batch_changes_nothing_and_what_was_chosen_stays(
    people: People,
) -> None:
    chosen, left = (submitted(people["clerk"], title_zh=name).id for name in ("甲项", "乙项"))
    answer = people.browser("reviewer").post("/reviews", posting=str(chosen))
    assert answer.status_code == 422
    assert "请确认内容已经过保密审查" in seen(answer)
    assert f'value="{chosen}" checked' in answer.text
    assert f'value="{left}" checked' not in answer.text
    assert fresh(chosen).state == "submitted"


def test_the_bureau_publishes_several_without_a_secrecy_review_of_its_own(people: People) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    answer = people.browser("bureau").post("/reviews", posting=str(posting.id))
    assert answer.status_code == 200
    assert fresh(posting.id).state == "published"


def test_the_bureau_publishes_from_the_page_and_it_is_found(app: Flask, people: People) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    browser = people.browser("bureau")
    path = f"/postings/{posting.id}"
    assert browser.post(f"{path}/decision", work="publish").status_code == 302
    drain()
    found = app.test_client().get("/search?q=碲化铋").text
    assert f"/results/{db.session.scalars(select(Result.id)).one()}" in found


def test_a_change_shows_word_by_word_what_is_different(people: People) -> None:
    record_id = publish_one(people)
    change = begin_change(people["clerk"], "result", record_id)
    browser = people.browser("clerk")
    path = f"/postings/{change}/steps/1"
    send_step(
        browser,
        path,
        title_zh="碲化铋薄片的无损切割",
        result_class="Y",
        **{"owners-name": UNIVERSITY, "owners-uscc": ""},
    )
    page = browser.get(f"/postings/{change}").text
    assert re.search(r"<del>[^<]*低[^<]*</del><ins>[^<]*无[^<]*</ins>", page)


def attach(browser: Browser, posting_id: int, content: bytes, name: str, purpose: str) -> int:
    page = f"/postings/{posting_id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert token
    fields = {"csrf_token": token[1], "purpose": purpose, "files": (BytesIO(content), name)}
    sent = browser._ask(browser.client.post, f"{page}/files", data=fields)
    return int(sent.status_code)


def test_a_file_goes_with_the_record_and_one_for_reviewers_does_not(
    app: Flask, people: People
) -> None:
    browser = people.browser("clerk")
    posting = begin(people["clerk"])
    assert attach(browser, posting.id, PDF, "检测报告.pdf", "open") == 302
    assert attach(browser, posting.id, PDF, "内部意见.pdf", "review") == 302
    assert people.browser("rival").get("/files/1").status_code == 404
    submit(people["clerk"], posting.id)
    assert "内部意见.pdf" in people.browser("reviewer").get(f"/postings/{posting.id}").text
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    record_id = publish(people["bureau"], posting.id).record_id
    visitor = app.test_client()
    page = visitor.get(f"/results/{record_id}").text
    assert "检测报告.pdf" in page
    assert "内部意见" not in page
    assert visitor.get("/files/1").status_code == 200
    assert visitor.get("/files/2").status_code in (302, 404)


def test_a_disguised_file_is_refused_with_a_sentence(people: People) -> None:
    browser = people.browser("clerk")
    posting = begin(people["clerk"])
    assert attach(browser, posting.id, b"MZ\x90\x00" + b"\0" * 200, "报告.pdf", "open") == 422
    assert "报告.pdf" not in browser.get(f"/postings/{posting.id}").text


def test_nothing_is_added_to_what_has_been_handed_in(people: People) -> None:
    posting = submitted(people["clerk"])
    page_of = people.browser("clerk")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page_of.get("/postings/new").text)
    assert token
    fields = {"csrf_token": token[1], "purpose": "open", "files": (BytesIO(PDF), "a.pdf")}
    sent = page_of._ask(page_of.client.post, f"/postings/{posting.id}/files", data=fields)
    assert sent.status_code == 403


def test_passing_nothing_says_that_nothing_was_chosen(people: People) -> None:
    submitted(people["clerk"])
    answer = people.browser("reviewer").post("/reviews")
    assert answer.status_code == 422
    assert "一件都没有选" in answer.text


def test_who_writes_for_no_unit_is_told_why_the_list_is_empty(people: People) -> None:
    page = people.browser("broker").get("/postings").text
    assert "还没有发布过" in page
    assert "填写和审核要替单位进行" in page


@pytest.mark.parametrize("kind", STEPS_OF)
def test_a_form_speaks_of_no_columns_and_no_import(people: People, kind: str) -> None:
    browser = people.browser(writer_of(kind))
    path = begin_in(browser, kind).removesuffix("1")
    for number in range(1, len(STEPS_OF[kind]) + 1):
        page = seen(browser.get(f"{path}{number}"))
        for word in ("列名", "写代码", "导入"):
            assert word not in page, (number, word)
