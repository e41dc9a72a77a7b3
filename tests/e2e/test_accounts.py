"""Somebody of the demonstration comes in, by keyboard, and sees for whom they act."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_pages import axe_violations

OPEN = ("/account/sign-in", "/account/register", "/account/forgotten", "/permissions", "/privacy")
OWN = ("/account", "/account/second-step", "/account/password", "/account/close", "/search")
STAFF = ("/staff/second-steps", "/staff/audit", "/staff/audit?id=x&from=nonsense")


def come_in(page: Page, name: str) -> None:
    """Sign in as one of the demonstration's people, with the keyboard alone."""
    page.goto("/account/sign-in")
    # Somebody of two organisations stands there twice.
    button = page.get_by_role("button", name=name).first
    for _step in range(60):
        if button.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def look(page: Page, path: str) -> None:
    """Open a page at 320 pixels and wide, in both languages: accessible, and nothing too wide."""
    for prefix in ("", "/en"):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(prefix + path)
            assert axe_violations(page) == []
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
                f"{prefix}{path} at {width}"
            )


def test_every_page_says_for_whom_somebody_acts(page: Page) -> None:
    come_in(page, "李雯")
    for path in ("/", "/search?q=锂电池", "/about"):
        page.goto(path)
        expect(page.get_by_text("李雯，替 云岫理工大学 办事")).to_be_visible()


@pytest.mark.parametrize("path", OPEN)
def test_the_way_in_is_accessible(page: Page, path: str) -> None:
    look(page, path)


def test_the_own_account_is_accessible(page: Page) -> None:
    come_in(page, "唐越")
    for path in OWN + STAFF:
        look(page, path)


def test_a_wrong_password_is_told_and_the_address_stays(page: Page) -> None:
    page.goto("/account/sign-in")
    page.get_by_label("邮箱").fill("liwen@yunxiu.example")
    page.get_by_label("密码", exact=True).fill("not the password")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("邮箱或密码不对")
    expect(page.get_by_label("邮箱")).to_have_value("liwen@yunxiu.example")
    expect(page).to_have_title("错误：登录 – 科技成果转化市场")
