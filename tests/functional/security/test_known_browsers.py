"""A browser that has signed in before isn't slowed down by strangers who guess."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace.accounts.attempts import KNOWN_BROWSER, SIGN_IN, TooSoon, count_attempt
from marketplace.core.db import now
from tests.functional.accounts.browsing import PASSWORD, Browser, letters, link_in, register

LIWEN = "liwen@yunxiu.example"
NEW_PASSWORD = "another heron 7 windows"
WRONG = "wrong heron 7 windows"


@pytest.fixture
def known(app: Flask) -> Browser:
    """A browser in which 李雯 has signed in, and out again."""
    browser = register(app, LIWEN)
    assert browser.sign_in(LIWEN).status_code == 302
    browser.post("/account/sign-out")
    return browser


def guess(app: Flask, times: int, address: str = "198.51.100.7") -> None:
    """A stranger guesses at the address until it has to wait."""
    for number in range(times):
        try:
            count_attempt("sign-in", SIGN_IN, LIWEN, f"{address}{number}")
        except TooSoon:
            return


def test_strangers_slow_each_other_down_but_not_a_known_browser(app: Flask, known: Browser) -> None:
    with time_machine.travel(now(), tick=False):
        guess(app, 40)
        assert Browser(app).sign_in(LIWEN).status_code == 429
        assert known.sign_in(LIWEN).status_code == 302


def test_a_known_browser_has_a_count_of_its_own_that_ends(app: Flask, known: Browser) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        answers = [known.sign_in(LIWEN, WRONG).status_code for _time in range(7)]
        assert answers == [422] * KNOWN_BROWSER["browser"].free + [429] * 2
        assert Browser(app, "192.0.2.99").sign_in(LIWEN, WRONG).status_code == 422
    with time_machine.travel(moment + KNOWN_BROWSER["browser"].longest, tick=False):
        assert known.sign_in(LIWEN).status_code == 302


def test_a_browser_is_known_to_its_own_account_alone(app: Flask, known: Browser) -> None:
    register(app, "wang@yunxiu.example", "王五")
    known.client.delete_cookie("session")
    with time_machine.travel(now(), tick=False):
        for _time in range(SIGN_IN["address from network"].free):
            known.sign_in("wang@yunxiu.example", WRONG)
        assert known.sign_in("wang@yunxiu.example").status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "WyJ4Il0.aaaa.bbbb"])
def test_a_forged_cookie_makes_no_browser_known(app: Flask, known: Browser, forged: str) -> None:
    stranger = Browser(app)
    stranger.client.set_cookie("known", forged)
    with time_machine.travel(now(), tick=False):
        guess(app, 40)
        assert stranger.sign_in(LIWEN).status_code == 429


def test_a_password_set_by_letter_makes_all_browsers_strangers(app: Flask, known: Browser) -> None:
    other = Browser(app)
    other.post("/account/forgotten", email=LIWEN)
    other.post(link_in(letters(app)[-1]), password=NEW_PASSWORD)
    with time_machine.travel(now(), tick=False):
        guess(app, 40)
        assert known.sign_in(LIWEN, NEW_PASSWORD).status_code == 429


def test_the_browser_in_which_the_password_is_changed_stays_known(
    app: Flask, known: Browser
) -> None:
    known.sign_in(LIWEN)
    before = known.client.get_cookie("known")
    known.post("/account/password", old=PASSWORD, new=NEW_PASSWORD)
    after = known.client.get_cookie("known")
    assert before
    assert after
    assert before.value != after.value
    known.post("/account/sign-out")
    with time_machine.travel(now(), tick=False):
        guess(app, 40)
        assert known.sign_in(LIWEN, NEW_PASSWORD).status_code == 302


def test_the_cookie_is_for_no_script_and_names_nobody(known: Browser) -> None:
    cookie = known.client.get_cookie("known")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert "liwen" not in cookie.decoded_value
    assert timedelta(days=180) == timedelta(seconds=cookie.max_age or 0)


def test_two_people_share_a_browser_and_both_are_known(app: Flask, known: Browser) -> None:
    register(app, "wang@yunxiu.example", "王五")
    known.sign_in("wang@yunxiu.example")
    known.post("/account/sign-out")
    with time_machine.travel(now(), tick=False):
        guess(app, 40)
        assert known.sign_in(LIWEN).status_code == 302


@pytest.mark.exhaustive
def test_ten_thousand_tries_are_few_that_count_and_lock_nobody_out(
    app: Flask, known: Browser
) -> None:
    moment, counted = now(), 0
    with time_machine.travel(moment, tick=False):
        for _try in range(10_000):
            try:
                count_attempt("sign-in", SIGN_IN, LIWEN, "198.51.100.7")
                counted += 1
            except TooSoon:
                pass
        assert counted == SIGN_IN["address from network"].free
        assert known.sign_in(LIWEN).status_code == 302
    with time_machine.travel(moment + SIGN_IN["address from network"].longest, tick=False):
        count_attempt("sign-in", SIGN_IN, LIWEN, "198.51.100.7")


def test_a_known_browser_asks_for_as_much_work_whether_or_not_the_address_is_known(
    app: Flask, known: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.accounts import signing_in

    done = []
    real = signing_in.is_password

    def counting(password: str, kept: str | None) -> bool:
        done.append(kept is None)
        return real(password, kept)

    monkeypatch.setattr(signing_in, "is_password", counting)
    answers = []
    for email in (LIWEN, "nobody@yunxiu.example"):
        answer = known.sign_in(email, WRONG)
        answers.append((answer.status_code, "邮箱或密码不对" in answer.text))
    assert answers == [(422, True)] * 2
    assert done == [False, True]
