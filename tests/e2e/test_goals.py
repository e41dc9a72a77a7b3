"""Every number on the goal board, opened, shows contracts that add up to it."""

from __future__ import annotations

import re
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


def added_up(page: Page) -> list[Decimal]:
    """Contracts, 合同成交额 and 技术交易额 of a whole list, as its foot says."""
    found = [Decimal(0)] * 3
    if page.locator("main .m-empty").count():
        return found
    while True:
        for place, column in enumerate((5, 6, 7)):
            cells = page.locator(f"main tbody tr td:nth-child({column})").all_inner_texts()
            assert cells
            found[place] += sum((number(one) for one in cells), Decimal(0))
        foot = [number(one) for one in page.locator("main tfoot td").all_inner_texts()[:3]]
        older = page.locator("main a[rel=next]")
        if not older.count():
            assert found == foot, page.url
            return found
        older.click()


COUNTED = re.compile("项数|成交额|累计（亿元）")
"""Heads of the columns whose numbers are made of contracts."""


def numbers_without_a_link(page: Page) -> list[str]:
    """Numbers of contracts and amounts of them that stand on the board and don't open."""
    found = []
    for table in page.locator("main table:not(:has(caption:text('回头检验')))").all():
        heads = table.locator("thead th").all_inner_texts()
        for place, head in enumerate(heads, 1):
            if not COUNTED.search(head):
                continue
            cells = table.locator(f"tr > :nth-child({place}):is(td)")
            for cell in cells.all():
                told = (cell.text_content() or "").strip()
                if told[-1:].isdigit() and not cell.locator("a.m-drill").count():
                    found.append(f"{head} {told}")
    for figure in page.locator("main .m-kpi > div").all():
        name = figure.locator("dt").inner_text()
        if name in ("已登记的合同成交额", "登记项数") and not figure.locator("a.m-drill").count():
            found.append(name)
    amounts = page.locator("main .m-kpi p", has_text="技术交易额").all()
    assert amounts
    return found + [one.inner_text() for one in amounts if not one.locator("a.m-drill").count()]


def opened_numbers(page: Page) -> dict[str, set[tuple[str, bool]]]:
    """The addresses to which numbers open: the numbers, and whether it is a technology amount."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for link in page.locator("main a.m-drill").all():
        beside = str(link.evaluate("one => one.closest('p, td, dd').textContent"))
        told = (link.text_content() or "").strip(), "技术交易额" in beside
        found.setdefault(link.get_attribute("href") or "", set()).add(told)
    return found


def test_every_number_of_the_board_opens_to_contracts_that_add_up_to_it(page: Page) -> None:
    come_in(page, "孟昭")
    page.goto("/goals")
    present = page.locator("select[name=year]").input_value()
    for year, least in ((str(YEAR), 30), (present, 20)):
        page.goto(f"/goals?year={year}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{year} 年")
        assert axe_violations(page) == []
        assert numbers_without_a_link(page) == []
        opened = opened_numbers(page)
        assert len(opened) > least
        if year == present:
            assert [one for one in opened if "/goals/not-counted" in one]
        for address, numbers in sorted(opened.items()):
            page.goto(address)
            contracts, turnover, tech = added_up(page)
            for text, is_tech in numbers:
                amount = tech if is_tech else turnover
                in_yi = (amount / YUAN_PER_YI).quantize(Decimal("0.01"), ROUND_HALF_UP)
                assert (in_yi if "." in text else contracts) == number(text), (address, text)
