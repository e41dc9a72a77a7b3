"""A workshop manager's demand on a phone, by keyboard alone: from a search that found nothing.

The search becomes a draft with one press, five steps are filled in, two people of the bureau
review it, and it is found by whoever searches; then its deadline is moved.
"""

from __future__ import annotations

import re
import time
from datetime import timedelta

from playwright.sync_api import Page, expect

from marketplace.core.i18n import today
from tests.e2e.keyboard import focus_ring_is_visible, tab_to
from tests.e2e.test_accounts import come_in
from tests.e2e.test_organisations import choose, follow, press, sign_out, write
from tests.e2e.test_pages import axe_violations

PHONE = {"width": 390, "height": 844}
WORDS = "古筝琴弦走音"
PROBLEM = "车间里温差大，琴弦装上两天就走音，一批要返修三成。"
NEXT = "button[name=next].btn-primary"
FOUND_WITHIN_SECONDS = 10


def look(page: Page) -> None:
    """The page as it stands on the phone: accessible, and nothing wider than the screen."""
    assert axe_violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_search_without_a_hit_becomes_a_demand_that_is_reviewed_twice_open_and_found(
    page: Page,
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    come_in(page, "赵一鸣")
    begin_from_search(page)
    fill_in(page)
    address = hand_in(page)
    sign_out(page)

    come_in(page, "许宁")
    review(page, address, "形式审查通过")
    page.goto(address)
    expect(page.get_by_role("button", name="部门审核通过")).to_have_count(0)
    sign_out(page)

    come_in(page, "唐越")
    review(page, address, "部门审核通过，开始征集")
    opened = time.monotonic()
    sign_out(page)
    find(page, opened)
    number = re.findall(r"\d+$", page.url)[0]

    come_in(page, "赵一鸣")
    move_deadline(page, number)


def begin_from_search(page: Page) -> None:
    """Search for what nobody has, and press the one button that is offered."""
    page.goto("/")
    tab_to(page, "input[name=q]")
    page.keyboard.type(WORDS)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".m-hit")).to_have_count(0)
    look(page)
    follow(page, "form[action^='/demands/new'] button")
    expect(page).to_have_url(re.compile(r"/postings/\d+/steps/1$"))
    expect(page.locator("#f-title_zh")).to_have_value(WORDS)


def fill_in(page: Page) -> None:
    """The five steps, the first of them once without what is needed."""
    follow(page, NEXT)
    expect(page.locator("[data-error-summary]")).to_contain_text("主要问题")
    look(page)
    choose(page, "demand_type", "problem")
    write(page, "problem_zh", PROBLEM)
    assert focus_ring_is_visible(page)
    follow(page, NEXT)

    expect(page.get_by_text("第 2 步，共 6 步")).to_be_visible()
    look(page)
    for part, text in (("name", "走音"), ("value", "5"), ("unit", "音分")):
        tab_to(page, f"[name=requirements-{part}]")
        page.keyboard.type(text)
        if part == "name":
            tab_to(page, "[name=requirements-operator]")
            page.keyboard.press("ArrowDown")
    follow(page, NEXT)

    look(page)
    write(page, "deadline", (today() + timedelta(days=10)).isoformat())
    choose(page, "budget_kind", "negotiable")
    press(page, "#c-cooperation_modes-4", "Space")
    follow(page, NEXT)

    look(page)
    choose(page, "tech_field", "3")
    assert page.locator("#f-keywords_zh").input_value()
    follow(page, NEXT)

    look(page)
    expect(page.locator("#f-visibility")).to_have_value("public")
    follow(page, NEXT)


def hand_in(page: Page) -> str:
    """Confirm that it holds no secrets, and hand it in; returns its address."""
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS)
    look(page)
    follow(page, "button[name=work][value=submit]")
    expect(page.locator("[data-error-summary]")).to_contain_text("保密审查")
    return hand_in_as_it_is(page)


def hand_in_as_it_is(page: Page) -> str:
    """Confirm that the demand on the last step holds no secrets, and hand it in; its address."""
    press(page, "#f-secrecy", "Space")
    follow(page, "button[name=work][value=submit]")
    expect(page.locator(".m-badge").first).to_have_text("等形式审查")
    return page.url


def review(page: Page, address: str, button: str) -> None:
    """Open it from the list of what waits, write an opinion, and pass it."""
    page.goto("/reviews")
    number = re.findall(r"/postings/(\d+)", address)[0]
    follow(page, f"a[href='/postings/{number}']")
    look(page)
    expect(page.get_by_role("button", name=button)).to_be_visible()
    write(page, "opinion", "写得清楚，可以征集。")
    follow(page, "button[name=work].btn-primary")
    expect(page.get_by_role("status").first).to_be_visible()


def find(page: Page, opened: float) -> None:
    """Search as a visitor until it is found, ten seconds at most, and open it."""
    page.goto(f"/search?q={WORDS}")
    while not page.locator(".m-hit", has_text=WORDS).count():
        assert time.monotonic() - opened < FOUND_WITHIN_SECONDS, "not found in time"
        page.wait_for_timeout(500)
        page.reload()
    look(page)
    follow(page, ".m-hit a.m-words")
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS)
    expect(page.locator(".m-badge").first).to_have_text("征集中")
    look(page)


def move_deadline(page: Page, number: str) -> None:
    """From the list of tasks to the form, once with a day that can't be taken."""
    page.goto("/tasks")
    look(page)
    follow(page, f"a[href='/deadlines/{number}']")
    look(page)
    follow(page, "main form button.btn-primary")
    expect(page.locator("[data-error-summary]")).to_contain_text("这里要一个日期")
    look(page)
    tab_to(page, "#f-deadline")
    day = today() + timedelta(days=60)
    page.locator("#f-deadline").fill(day.isoformat())
    follow(page, "main form button.btn-primary")
    expect(page.get_by_role("status").first).to_contain_text(day.isoformat())
    look(page)
    page.goto("/tasks")
    expect(page.locator(f"a[href='/deadlines/{number}']")).to_have_count(0)
