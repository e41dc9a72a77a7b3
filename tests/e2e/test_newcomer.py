"""A newcomer finds a real record, by keyboard alone, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.keyboard import focus_ring_is_visible, tab_to


def test_a_newcomer_searches_filters_opens_and_switches_the_language_by_keyboard(
    page: Page,
) -> None:
    page.goto("/")
    tab_to(page, "input[name=q]")
    assert focus_ring_is_visible(page)
    page.keyboard.type("锂电池")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("锂电池")

    tab_to(page, "input[type=checkbox][name=field]")
    page.keyboard.press("Space")
    tab_to(page, ".m-filter button[type=submit]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"field=\d+"))
    expect(page.locator(".m-chip").first).to_be_visible()

    tab_to(page, ".m-hit h2 a")
    assert focus_ring_is_visible(page)
    title = page.evaluate("() => document.activeElement.textContent.trim()")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    tab_to(page, "a[hreflang=en]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/en/\w+/\d+$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="中文")).to_be_visible()


def test_suggestions_come_while_typing_pinyin_and_are_chosen_with_the_arrows(page: Page) -> None:
    page.goto("/")
    # What comes for a shorter word would be drawn anew, and the choice with it.
    with page.expect_response(lambda answer: "q=lidianchi" in answer.url):
        page.get_by_role("combobox", name="搜索词").press_sequentially("lidianchi", delay=20)
    option = page.get_by_role("listbox").get_by_role("option").first
    expect(option).to_contain_text("锂电池")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("锂电池")


def test_what_is_typed_while_suggestions_come_is_asked_as_well(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="搜索词")
    box.evaluate(
        """box => {
          const ask = window.fetch;
          window.fetch = async (...request) => {
            window.fetch = ask;
            const answer = await ask(...request);
            box.value = "shukong";
            box.dispatchEvent(new Event("input"));
            return answer;
          };
        }"""
    )
    with page.expect_response(lambda answer: "q=shukong" in answer.url):
        box.fill("shu")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("数控")


def test_escape_closes_the_suggestions_and_keeps_the_words(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="搜索词")
    box.press_sequentially("锂电", delay=20)
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_value("锂电")


@pytest.mark.parametrize("words", ["锂电池", "shukong", "鋰電池", "lithium battery"])
def test_the_address_of_a_search_gives_the_same_page_to_another_person(
    page: Page, words: str
) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="搜索词").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator(".m-hit").first).to_be_visible()
    titles = page.locator(".m-hit h2").all_text_contents()
    browser = page.context.browser
    assert browser is not None
    other = browser.new_page()
    other.goto(page.url)
    assert other.locator(".m-hit h2").all_text_contents() == titles
    other.close()


def test_a_search_without_a_hit_says_which_condition_to_drop(page: Page) -> None:
    page.goto("/search?q=锂电池&year=1901")
    expect(page.locator(".m-hit")).to_have_count(0)
    relaxed = page.get_by_role("link", name=re.compile("^不限")).first
    relaxed.click()
    expect(page.locator(".m-hit").first).to_be_visible()


def test_the_filters_of_a_phone_open_and_lead_to_the_narrower_list(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search?q=锂电池")
    page.get_by_role("button", name=re.compile("筛选")).first.click()
    panel = page.get_by_role("dialog")
    panel.locator("input[type=checkbox][name=field]").first.check()
    panel.locator("button[type=submit]:visible").click()
    expect(page).to_have_url(re.compile(r"field=\d+"))


@pytest.mark.parametrize(
    ("address", "one", "several"),
    [
        ("/search?q=金刚石", "看 1 项结果", "看 {n} 项结果"),
        ("/en/search?q=金刚石", "Show 1 record", "Show {n} records"),
    ],
)
def test_the_button_of_a_phone_counts_what_its_conditions_leave_before_they_apply(
    page: Page, address: str, one: str, several: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for total, wording in (("1", one), ("[2-9]", several)):
        page.goto(address)
        page.locator("a[aria-controls=filters]").click()
        panel = page.get_by_role("dialog")
        count = page.locator(".m-num").get_by_text(re.compile(f"^{total}$"))
        value = panel.locator("label.m-opt:visible").filter(has=count).first
        left = value.locator(".m-num").text_content() or ""
        value.locator("input").check()
        button = panel.locator("button[type=submit]:visible")
        expect(button).to_have_text(wording.format(n=left))
        button.click()
        expect(page.locator("#sum")).to_have_attribute("data-total", left)


def test_everything_works_without_script(browser: object, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=q]").fill("金刚石")
    page.locator("form[role=search] button[type=submit]").click()
    page.locator("input[type=checkbox][name=field]").first.check()
    page.locator(".m-filter button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"field=\d+"))
    page.locator(".m-hit h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()
