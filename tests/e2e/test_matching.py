"""A demand that has just been opened: what might serve it, why, and what a refusal does."""

from __future__ import annotations

import re
import time
from datetime import timedelta

from playwright.sync_api import Page, expect

from marketplace.core.i18n import today
from tests.e2e.keyboard import tab_to
from tests.e2e.test_accounts import come_in, look
from tests.e2e.test_demands import hand_in_as_it_is, review
from tests.e2e.test_organisations import follow, sign_out

TITLE = "退役储能电池模组要五分钟分选完"
PROBLEM = "拆下来的退役锂电池模组逐个充放一遍太慢，想几分钟分选出还能用的，不要原厂的通信协议。"
RECORD = "退役锂电池模组的五分钟分选"
FOUND_WITHIN_SECONDS = 60


def test_a_demand_has_its_matches_within_a_minute_each_with_its_table_and_a_refusal_changes_them(
    page: Page,
) -> None:
    come_in(page, "赵一鸣")
    address = write_demand(page)
    sign_out(page)
    come_in(page, "许宁")
    review(page, address, "形式审查通过")
    sign_out(page)
    come_in(page, "唐越")
    review(page, address, "部门审核通过，开始征集")
    opened = time.monotonic()
    sign_out(page)

    come_in(page, "赵一鸣")
    page.goto(f"/search?q={TITLE}&kind=demand")
    while not page.locator(".m-hit a.m-words", has_text="退役").count():
        assert time.monotonic() - opened < FOUND_WITHIN_SECONDS
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".m-hit a.m-words", has_text="退役").first.click()
    number = re.findall(r"\d+$", page.url)[0]
    matches = f"/matches/of/{number}"
    page.goto(matches)
    while not page.locator(".m-matrix").count():
        assert time.monotonic() - opened < FOUND_WITHIN_SECONDS, "no match within a minute"
        page.wait_for_timeout(1000)
        page.reload()
    look(page, matches)
    page.goto(matches)
    while not page.locator(".m-matrix a", has_text=RECORD).count():
        assert time.monotonic() - opened < FOUND_WITHIN_SECONDS, "its record is not found"
        page.wait_for_timeout(1000)
        page.reload()
    page.locator(".m-matrix a", has_text=RECORD).click()
    expect(page.locator("#match table.m-req tbody tr").first).to_be_visible()
    expect(page.get_by_text("语义匹配已关闭，现在只按字词匹配。")).to_be_visible()
    assert page.locator("#match blockquote").count()

    before = page.locator(".m-matrix tbody tr").count()
    tab_to(page, "#match button[value=too_early]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".m-matrix", has_text=RECORD)).to_have_count(0)
    assert page.locator(".m-matrix tbody tr").count() >= min(before - 1, 1)
    expect(page.get_by_text("成熟度不比它高的排后").first).to_be_visible()

    page.goto("/matches")
    look(page, "/matches")


def test_a_broker_chooses_what_to_propose_with_the_keyboard(page: Page) -> None:
    come_in(page, "何嘉树")
    look(page, "/matches/propose")
    look(page, "/matches/propose?choice=demand&q=毛刺")
    page.goto("/matches/propose")
    for box, text, chosen in (
        ("#f-demand", "毛刺", r"demand=\d+"),
        ("#f-record", "毛刺", r"record=\d+"),
    ):
        tab_to(page, box)
        page.keyboard.type(text)
        expect(page.locator(".m-suggest li").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(chosen))
    tab_to(page, "#f-why")
    look(page, page.url.removeprefix(page.url.split("/matches")[0]))


def write_demand(page: Page) -> str:
    """From the words of a search to a demand that is handed in; its address."""
    page.goto(f"/demands/new?q={TITLE}")
    follow(page, "form[action^='/demands/new'] button")
    following = "button[name=next].btn-primary"
    page.locator("#f-demand_type").select_option("problem")
    page.locator("#f-problem_zh").fill(PROBLEM)
    follow(page, following)
    page.locator("[name=requirements-name]").first.fill("容量误差")
    page.locator("[name=requirements-operator]").first.select_option(index=2)
    page.locator("[name=requirements-value]").first.fill("3")
    page.locator("[name=requirements-unit]").first.fill("%")
    follow(page, following)
    page.locator("#f-deadline").fill((today() + timedelta(days=90)).isoformat())
    page.locator("#f-budget_kind").select_option("negotiable")
    page.locator("#c-cooperation_modes-4").check()
    follow(page, following)
    page.locator("#f-tech_field").select_option("3")
    follow(page, following)
    follow(page, following)
    return hand_in_as_it_is(page)
