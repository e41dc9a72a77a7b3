"""From an organisation that nobody knew to a result that everybody finds; by keyboard alone.

A person registers an organisation, staff verify it, a colleague joins; one writes, the other
approves, a third publishes. Each of them tries once what isn't theirs.
"""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.e2e.test_accounts import come_in
from tests.e2e.test_organisations import (
    NAME,
    accept_colleague,
    ask_to_join,
    choose,
    follow,
    invite_colleague,
    look,
    press,
    register_organisation,
    sign_out,
    verify_organisation,
    write,
)

TITLE = "轧辊表面激光织构的在线检测"
NEXT = "button[name=next].btn-primary"
REFUSED = "这一页现在不对你开放"
FOUND_WITHIN_SECONDS = 10


def test_four_people_bring_an_unknown_organisation_s_result_into_the_search(page: Page) -> None:
    come_in(page, "孙婉")
    register_organisation(page)
    refuse(page, "/staff/applications")
    sign_out(page)

    come_in(page, "许宁")
    verify_organisation(page)
    refuse(page, "/postings/new")
    sign_out(page)

    come_in(page, "何嘉树")
    refuse(page, "/postings/new")
    ask_to_join(page)
    sign_out(page)

    come_in(page, "孙婉")
    expect(page.get_by_text(f"孙婉，替 {NAME} 办事")).to_be_visible()
    invite_colleague(page)
    accept_colleague(page, "HOLDER_MGR")
    address = write_and_submit(page)
    expect(page.locator("button[name=work][value=approve]")).to_have_count(0)
    sign_out(page)

    come_in(page, "何嘉树")
    page.goto("/account")
    follow(page, "form[action='/account/act-for'] button")
    approve(page, address)
    expect(page.get_by_role("status")).to_contain_text("接下来由科技局")
    page.goto(address)
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    sign_out(page)

    come_in(page, "许宁")
    publish(page, address)
    expect(page.get_by_role("status")).to_contain_text("已经发布")
    published = time.monotonic()
    sign_out(page)
    find(page, published)


def refuse(page: Page, address: str) -> None:
    """Try a page that isn't theirs."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(REFUSED)


def find(page: Page, published: float) -> None:
    """Look for it until it is found, ten seconds at most."""
    page.goto("/search?q=轧辊 织构")
    while not page.locator(".m-hit", has_text="轧辊").count():
        assert time.monotonic() - published < FOUND_WITHIN_SECONDS, "not found in time"
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator(".m-hit h2, .m-hit h3").first).to_contain_text("轧辊")


def write_and_submit(page: Page) -> str:
    """Fill in the four steps, one of them wrongly at first; returns the posting's address."""
    page.goto("/postings")
    look(page)
    follow(page, "main a[href='/postings/new']")
    look(page)
    follow(page, "main button.btn-primary")
    look(page)
    write(page, "title_zh", TITLE)
    follow(page, NEXT)
    expect(page.locator("[data-error-summary]")).to_contain_text("成果类别")
    look(page)
    choose(page, "result_class", "Y")
    follow(page, NEXT)
    look(page)
    write(page, "problem_zh", "轧辊表面的织构要停机才能看，一停就是半天。")
    write(page, "abstract_zh", "在轧机上边转边看轧辊表面的织构，不停机。")
    choose(page, "tech_field", "3")
    follow(page, NEXT)
    look(page)
    choose(page, "stage", "2")
    follow(page, NEXT)
    look(page)
    choose(page, "price_kind", "negotiable")
    follow(page, NEXT)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    look(page)
    address = page.url
    follow(page, "button[name=work][value=submit]")
    expect(page.locator(".m-badge").first).to_have_text("等单位审核")
    return address


def approve(page: Page, address: str) -> None:
    """Find it among what waits, and approve it after the question about secrecy."""
    page.goto("/reviews")
    look(page)
    number = re.findall(r"\d+$", address)[0]
    follow(page, f"a[href='/postings/{number}']")
    look(page)
    follow(page, "button[name=work][value=approve]")
    expect(page.locator("[data-error-summary]")).to_contain_text("保密审查")
    press(page, "#f-secrecy", "Space")
    follow(page, "button[name=work][value=approve]")


def publish(page: Page, address: str) -> None:
    """Open it from the bureau's list and publish it."""
    page.goto("/reviews")
    number = re.findall(r"\d+$", address)[0]
    follow(page, f"a[href='/postings/{number}']")
    follow(page, "button[name=work][value=publish]")
