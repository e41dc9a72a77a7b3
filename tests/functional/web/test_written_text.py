"""What somebody wrote into a form that isn't taken stands on the page that says so."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from structlog.testing import capture_logs

from marketplace.accounts.models import SignIn
from marketplace.core.db import now, writing
from marketplace.core.web.written_text import LONGEST_PAGE, LONGEST_TEXT, MOST_FIELDS
from tests.functional.accounts.browsing import PASSWORD, Browser, seen
from tests.functional.posting.conftest import People, people
from tests.functional.posting.test_pages import begin_in
from tests.functional.security.test_forms import HOSTILE, RAW

__all__ = ["people"]

LONG = "一切就裂，因为硬而脆。\n所以先冷却，再用线切割。"
STEP = {
    "problem_zh": LONG,
    "owners-name": "青峦大学",
    "result_class": "Y",
    "version": "3",
    "next": "1",
}


def end_all_sign_ins() -> None:
    """What happens when the time is over, or somebody signs out elsewhere."""
    with writing() as session:
        session.query(SignIn).update({"ended_at": now()})


def blocks(text: str) -> dict[str, str]:
    """The texts on the page that can be copied, by their labels."""
    found = re.findall(
        r'for="w-(\d+)">([^<]*)</label>.*?<textarea[^>]* readonly[^>]*>\n(.*?)</textarea>',
        text,
        re.DOTALL,
    )
    return {label: value for _number, label, value in found}


def test_when_the_token_is_over_all_that_was_written_stands_there_to_be_copied(
    people: People,
) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    answer = browser.post_without_token(path, csrf_token="old", **STEP)
    assert answer.status_code == 400
    assert list(blocks(seen(answer)).values()) == [LONG, "青峦大学"]
    assert any("：单位全称" in label for label in blocks(seen(answer)))
    assert "problem_zh" not in answer.text
    assert f'href="{path}">重新打开那张表单' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_was_signed_out_meanwhile_is_told_so_and_loses_nothing(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    token = browser.token()
    end_all_sign_ins()
    answer = browser.post_without_token(path, csrf_token=token, **STEP)
    assert answer.status_code == 403
    assert "你没有登录，这次没有收下" in seen(answer)
    assert LONG in blocks(seen(answer)).values()
    assert f'href="{path}">重新打开那张表单' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "/account/sign-in?next=" in browser.get(path).location


def test_the_reason_for_a_decision_is_kept_too_and_its_form_can_be_reached(app: Flask) -> None:
    address = "/staff/applications/7/refuse"
    reason = "证照和名称对不上。"
    answer = Browser(app).post_without_token(address, csrf_token="old", reason=reason)
    assert blocks(answer.text) == {"原因": reason}
    assert f'href="{address}">重新打开那张表单' in answer.text


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/account/sign-in", {"password": PASSWORD, "next": "/account/data and more"}),
        ("/account/password", {"old": PASSWORD, "new": f"{PASSWORD} again"}),
        ("/account/code", {"code": "123 456"}),
        ("/account/second-step", {"code": "1234 5678", "sealed": "gAAA = sealed"}),
        ("/account/demo", {"person": "7"}),
        ("/reviews", {"posting": "7", "upload": "3", "secrecy": "on"}),
        ("/confirm", {"items": "result-7", "api_token": "a secret of 4 words"}),
    ],
)
def test_passwords_codes_and_what_is_only_chosen_are_not_repeated(
    app: Flask, address: str, fields: dict[str, str]
) -> None:
    answer = Browser(app).post_without_token(address, csrf_token="a token of before", **fields)
    assert answer.status_code == 400
    assert blocks(answer.text) == {}
    for value in (PASSWORD, "a token of before", "and more", "secret of", "123 456", "sealed"):
        assert value not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_no_other_site_has_its_words_shown_here(app: Flask, headers: dict[str, str]) -> None:
    sent = {"text": "请给我们打电话"}
    client = app.test_client()
    answer = client.post("/records/result/7/letter", data=sent, headers=headers)
    assert "打电话" not in answer.text
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/records/result/7/letter", data=sent, headers=own)
    assert blocks(answer.text) == {"内容": "请给我们打电话"}


def test_a_field_of_a_name_nobody_knows_is_no_fault(app: Flask) -> None:
    browser = Browser(app)
    for address in ("/staff/applications/7/return", "/postings/7/decision", "/obligations/7"):
        sent = {"comment-x": "a b", "remark-y": "c d", "owners-z": "e f", "-": "g h"}
        answer = browser.post_without_token(address, **sent)
        assert {"a b", "c d", "e f", "g h"} == set(blocks(answer.text).values())


def test_what_was_written_never_becomes_part_of_the_page_nor_of_the_log(app: Flask) -> None:
    with capture_logs() as lines:
        answer = Browser(app).post_without_token(
            "/account/register", name=HOSTILE, **{HOSTILE: HOSTILE}
        )
    assert not RAW.search(answer.text)
    assert answer.text.count("&lt;script&gt;") >= 2
    assert "alert" not in str(lines)


def test_very_much_text_is_cut_and_the_page_says_so(app: Flask) -> None:
    fields = {f"f{number}": "a b" * (LONGEST_TEXT // 30) for number in range(MOST_FIELDS + 5)}
    text = Browser(app).post_without_token("/account/register", **fields).text
    assert len(blocks(text)) == MOST_FIELDS
    fields = {f"f{number}": "a b" * (LONGEST_TEXT // 3 + 9) for number in range(12)}
    text = Browser(app).post_without_token("/account/register", **fields).text
    assert sum(len(one) for one in blocks(text).values()) == LONGEST_PAGE
    assert text.count("太长，这里只有开头。") == LONGEST_PAGE // LONGEST_TEXT


def test_a_large_file_of_somebody_signed_out_is_refused_for_that_reason(people: People) -> None:
    browser = people.browser("clerk")
    end_all_sign_ins()
    for address in ("/uploads/new", "/postings/1/files"):
        file = (BytesIO(b"x" * (2 << 20)), "a.pdf")
        answer = browser.client.post(address, data={"file": file})
        assert answer.status_code == 413
        assert "文件要登录以后才能传" in answer.text
