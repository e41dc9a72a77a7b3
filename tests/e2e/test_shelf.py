"""Somebody keeps records and a search, and compares, by keyboard; every page is accessible."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.keyboard import tab_to
from tests.e2e.test_accounts import come_in, look


def press(page: Page, selector: str) -> None:
    """Go to a link or button with the keyboard and press it."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def test_a_search_and_a_record_are_kept_and_records_compared_by_keyboard(page: Page) -> None:
    come_in(page, "孙婉")
    page.goto("/search?q=锂电池&kind=result")
    press(page, "a[href*='/saved/searches/new']")
    expect(page.get_by_label("名字")).to_have_value("成果：含锂电池")
    press(page, "main form[action='/saved/searches'] button[type=submit]")
    expect(page.get_by_role("heading", level=1)).to_have_text("保存了 1 个检索")
    expect(page.get_by_role("link", name="成果：含锂电池")).to_be_visible()

    page.goto("/results/1")
    press(page, "#keep")
    expect(page.locator("#keep")).to_contain_text("已收藏，移除")
    page.goto("/saved")
    expect(page.get_by_role("heading", level=1)).to_have_text("收藏了 1 条记录")

    page.goto("/search?q=锂电池&kind=result")
    boxes = page.locator("main input[name=item]")
    for number in range(2):
        tab_to(page, f"input[value='{boxes.nth(number).get_attribute('value')}']")
        page.keyboard.press("Space")
    press(page, "#compare button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 条记录里有")
    expect(page.get_by_role("table")).to_contain_text("不同")
    assert "/compare?kind=result&id=" in page.url
    for path in (
        "/tasks",
        "/inbox",
        "/saved",
        "/saved/searches",
        page.url.partition("/compare")[2],
    ):
        look(page, path if path.startswith("/") else f"/compare{path}")
    for path in ("/saved/searches/new?q=锂电池", "/account", "/search?q=锂电池&kind=result"):
        look(page, path)


def test_a_comparison_of_four_scrolls_inside_its_own_region(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/compare?kind=result&id=1&id=2&id=3&id=4")
    region = page.get_by_role("region", name="逐项对比")
    assert region.evaluate("one => one.scrollWidth > one.clientWidth")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    tab_to(page, ".m-scroll")
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    assert not page.locator(".m-nav").is_visible()
