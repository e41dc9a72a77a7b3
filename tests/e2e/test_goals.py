"""Every number on the goal board, opened, shows contracts that add up to it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from playwright.sync_api import Page, expect

from tests.e2e.test_accounts import come_in
from tests.e2e.test_pages import axe_violations

YEAR = 2020
YUAN_PER_YI = 10**8


def number(text: str) -> Decimal:
    """A number as it stands on a page: grouped, with the minus of typesetters, maybe a unit."""
    figure = text.split()[0].replace(",", "").replace("−", "-").replace("\u00a0", "")
    return Decimal("".join(one for one in figure if one in "-.0123456789"))


def added_up(page: Page) -> tuple[Decimal, Decimal]:
    """Contracts and 合同成交额 in 元 of all rows of a list, page by page, as its foot says."""
    found = [Decimal(0), Decimal(0)]
    while True:
        for place, column in enumerate((5, 6)):
            cells = page.locator(f"main tbody tr td:nth-child({column})").all_inner_texts()
            assert cells
            found[place] += sum((number(one) for one in cells), Decimal(0))
        foot = [number(one) for one in page.locator("main tfoot td").all_inner_texts()[:2]]
        older = page.locator("main a[rel=next]")
        if not older.count():
            assert found == foot, page.url
            return found[0], found[1]
        older.click()


def test_every_number_of_the_board_opens_to_contracts_that_add_up_to_it(page: Page) -> None:
    come_in(page, "孟昭")
    page.goto(f"/goals?year={YEAR}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{YEAR} 年")
    assert axe_violations(page) == []
    opened = {
        ((link.text_content() or "").strip(), link.get_attribute("href") or "")
        for link in page.locator("main a.m-drill").all()
    }
    assert len(opened) > 10
    for text, address in sorted(opened):
        page.goto(address)
        contracts, turnover = added_up(page)
        in_yi = (turnover / YUAN_PER_YI).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert (in_yi if "." in text else contracts) == number(text), (address, text)
