"""Whose second step changes hears of it by letter and in the inbox, without any secret."""

from __future__ import annotations

import time_machine
from flask import Flask

from marketplace.core.db import now
from marketplace.core.i18n import format_moment
from tests.functional.accounts.browsing import PASSWORD, Browser, letters, link_in, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.test_own_account import turn_on


def told(app: Flask, liwen: Browser, what: str) -> str:
    """The text of the last letter, which the inbox tells of as well."""
    letter = letters(app)[-1]
    assert (letter["Subject"], letter["To"]) == (what, LIWEN)
    assert what in seen(liwen.get("/inbox"))
    assert link_in(letter) == "/account/forgotten"
    return str(letter.get_content())


def test_turning_it_on_is_told_with_the_moment_and_what_to_do(app: Flask, liwen: Browser) -> None:
    with time_machine.travel(now(), tick=False):
        generator, codes = turn_on(liwen)
        moment = format_moment(now())
    text = told(app, liwen, "你账号的两步验证打开了")
    assert moment in text
    assert "如果不是你打开的，请马上重设密码" in text
    assert generator.secret not in text
    assert not any(code in text for code in codes)


def test_turning_it_off_is_told(app: Flask, liwen: Browser) -> None:
    turn_on(liwen)
    liwen.post("/account/second-step/off", password="wrong")
    assert letters(app)[-1]["Subject"] == "你账号的两步验证打开了"
    liwen.post("/account/second-step/off", password=PASSWORD)
    assert "以后只凭密码就能登录" in told(app, liwen, "你账号的两步验证关掉了")


def test_new_recovery_codes_are_told_of_but_not_told(app: Flask, liwen: Browser) -> None:
    turn_on(liwen)
    page = liwen.post("/account/second-step/codes", password=PASSWORD).text
    text = told(app, liwen, "你账号的恢复码换了一套")
    shown = [part.partition("</code>")[0] for part in page.split("<code>")[1:]]
    assert len(shown) == 10
    assert not any(code in text for code in shown)


def test_only_signing_in_with_a_recovery_code_is_told(app: Flask, liwen: Browser) -> None:
    generator, codes = turn_on(liwen)
    with time_machine.travel(now().timestamp() + 60, tick=False):
        for code, subject in (
            (generator.now(), "你账号的两步验证打开了"),
            (codes[3], "有人用恢复码登录了你的账号"),
        ):
            browser = Browser(app)
            browser.sign_in(LIWEN)
            assert browser.post("/account/code", code=code).status_code == 302
            assert letters(app)[-1]["Subject"] == subject
    text = told(app, liwen, "有人用恢复码登录了你的账号")
    assert codes[3] not in text


def test_who_reads_english_gets_the_letter_in_english(app: Flask) -> None:
    browser = Browser(app)
    browser.post("/en/account/register", email=LIWEN, name="Li Wen")
    path = link_in(letters(app)[-1])
    browser.post(path, password=PASSWORD)
    browser.sign_in(LIWEN)
    turn_on(browser)
    letter = letters(app)[-1]
    assert letter["Subject"] == "Two-step verification of your account was turned on"
    assert "If you did not do this" in letter.get_content()
