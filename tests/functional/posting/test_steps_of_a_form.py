"""The steps of a form: what its summary names, when a step is done, what is not answered yet."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace.core.db import db
from marketplace.posting.models import RecordVersion
from marketplace.posting.steps import STEPS as STEPS_OF
from marketplace.posting.steps import field_of
from marketplace.posting.versions import differences
from marketplace.posting.writing import begin_change
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People, writer_of
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.test_pages import STEPS, begin_in, send_step
from tests.functional.posting.writing_down import begin, fresh


def test_the_summary_names_the_field_of_each_mistake(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    answer = send_step(browser, path, **STEPS[0], started_on="十三月", ended_on="十三月")
    summary = re.search(r"data-error-summary>(.*?)</div>", seen(answer), re.S)
    assert summary
    for key in ("started_on", "ended_on"):
        assert f'#f-{key}">{field_of("result", key).label}：这里要年和月' in summary[1]


def test_a_sentence_that_names_its_field_does_not_get_the_name_twice(people: People) -> None:
    browser = people.browser("clerk")
    page = seen(send_step(browser, begin_in(browser), title_zh="题"))
    assert '#f-result_class">“成果类别”还没有填' in page


def test_a_step_is_done_once_something_is_filled_in_and_nothing_is_wrong(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    steps = path.removesuffix("1")
    fourth = re.compile(r'<li class="done"><span class="dot">.{0,200}?/steps/4"', re.S)
    assert not fourth.search(browser.get(path).text)
    assert "还没有填</small>" in browser.get(path).text
    assert send_step(browser, f"{steps}4", **STEPS[3]).status_code == 302
    assert fourth.search(browser.get(path).text)


def test_yes_or_no_is_not_answered_until_somebody_answers(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser).replace("/steps/1", "/steps/4")
    boxes = re.compile(r'name="(try_before_pay|open_licence)"[^>]*checked')
    assert not boxes.search(browser.get(path).text)
    send_step(browser, path, **STEPS[3], open_licence="否")
    assert boxes.findall(browser.get(path).text) == ["open_licence"]
    page = seen(browser.get(path.split("/steps")[0]))
    assert "先用后付" not in page
    assert "<dt>开放许可</dt>" in page


def test_what_was_not_answered_is_no_change_from_the_record_which_says_no(people: People) -> None:
    record_id = publish_one(people)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    assert change.cells["open_licence"] == "否"
    [version] = db.session.scalars(select(RecordVersion)).all()
    assert differences("result", version.cells, change.cells) == []


@pytest.mark.parametrize("kind", STEPS_OF)
def test_the_choice_of_forms_counts_the_steps_as_the_forms_do(people: People, kind: str) -> None:
    browser = people.browser(writer_of(kind))
    form = seen(browser.get(begin_in(browser, kind)))
    counted = re.search(r"第 1 步，共 (\d+) 步", form)
    assert counted
    page = seen(browser.get("/postings/new"))
    about = re.search(rf'action="/postings/new/{kind}">.*?</form>', page, re.S)
    assert about
    assert f"{counted[1]} 步" in about[0]


def test_an_english_page_says_yes_and_no_in_english(people: People) -> None:
    posting = begin(people["clerk"], open_licence="否", try_before_pay="是")
    page = people.browser("clerk").get(f"/en/postings/{posting.id}").text
    for answer in ("Yes", "No"):
        assert f'<dd class="m-lines">{answer}</dd>' in page
