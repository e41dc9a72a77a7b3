"""A clerk sends a spreadsheet by keyboard, looks at it, submits it and takes it back."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.keyboard import focus_ring_is_visible, tab_to
from tests.e2e.test_accounts import come_in
from tests.e2e.test_pages import axe_violations

WAIT = 60_000
GOOD = {
    "result_class": "Y",
    "problem_zh": "薄片一切就裂，成品率不到六成。",
    "abstract_zh": "用冷却的线切，裂纹少，成品率九成。",
    "tech_field": "5",
    "stage": "2",
}


def write_sheet(path: Path) -> None:
    rows = [{"title_zh": f"第{number}种薄片的低损切割", **GOOD} for number in range(30)]
    rows[7]["stage"] = "九"
    rows[9]["title_zh"] = ""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def is_in_order(page: Page) -> None:
    """Accessible, and no wider than a phone."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert axe_violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def press(page: Page, selector: str) -> None:
    tab_to(page, selector, presses=300)
    assert focus_ring_is_visible(page)
    page.keyboard.press("Enter")


def test_a_sheet_is_sent_looked_at_submitted_and_taken_back_by_keyboard(
    page: Page, tmp_path: Path
) -> None:
    sheet = tmp_path / "成果.csv"
    write_sheet(sheet)
    come_in(page, "李雯")
    page.goto("/uploads/new")
    is_in_order(page)
    tab_to(page, "#f-file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(sheet)
    press(page, "main form button[type=submit]")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("28 行可以提交，2 行有问题".replace(" ", "\u00a0"), timeout=WAIT)
    is_in_order(page)
    press(page, "main form button[type=submit]")
    expect(heading).to_contain_text("已提交", timeout=WAIT)
    is_in_order(page)
    press(page, "main a[href$='/undo']")
    expect(page).to_have_url(re.compile("/undo$"), timeout=WAIT)
    expect(page.locator("main form button[type=submit]")).to_be_visible(timeout=WAIT)
    is_in_order(page)
    press(page, "main form button[type=submit]")
    expect(heading).to_contain_text("已撤回，什么都没有留下", timeout=WAIT)
    is_in_order(page)


def test_a_file_that_is_none_is_told_at_the_field(page: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "a.xlsx"
    sheet.write_bytes(b"%PDF-1.7")
    come_in(page, "李雯")
    page.goto("/uploads/new")
    page.locator("#f-file").set_input_files(sheet)
    press(page, "main form button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("PDF")
    is_in_order(page)
