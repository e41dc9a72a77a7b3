"""A contract, from the seller's desk to the city's figures and down again; by keyboard alone.

The university hands it in, a registrar accepts it and passes it on, somebody else registers it;
then the price is lowered. Each of them tries once what isn't theirs.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import Page, expect

from marketplace.core.i18n import today
from marketplace.demo.papers import CONTRACT, paper
from tests.e2e.test_accounts import come_in
from tests.e2e.test_goals import number
from tests.e2e.test_organisations import choose, follow, look, press, sign_out, write

TITLE = "轧辊织构在线检测装置委托研制"
REGISTRATION_NUMBER = f"{today():%Y}990100800017"
MONTH_BEGINS = today().replace(day=1)
SUBMIT = "button[name=do][value=submit]"
REGISTER = "#decide-register button[value=register]"
AMEND = "#decide-amend button[value=amend]"


def test_a_contract_is_registered_by_two_people_counted_once_and_changed(page: Page) -> None:
    come_in(page, "孟昭")
    before = registered_this_year(page)
    sign_out(page)

    come_in(page, "李雯")
    address = hand_in(page)
    sign_out(page)

    come_in(page, "方可")
    accept(page, address)
    expect(page.locator("#decide-register")).to_have_count(0)
    sign_out(page)

    come_in(page, "陈思远")
    register(page, address)
    sign_out(page)

    come_in(page, "孟昭")
    assert registered_this_year(page) == (before[0] + 1, before[1] + 860_000)
    found_in_list(page, address, "860,000.00")
    sign_out(page)

    come_in(page, "李雯")
    ask_for_a_lower_price(page, address)
    sign_out(page)

    come_in(page, "陈思远")
    page.goto(address)
    look(page)
    follow(page, AMEND)
    expect(page.locator(".m-badge").first).to_have_text("已登记")
    sign_out(page)

    come_in(page, "孟昭")
    assert registered_this_year(page) == (before[0] + 1, before[1] + 800_000)


def hand_in(page: Page) -> str:
    """Fill in the form, once without the contract itself; returns the contract's address."""
    page.goto("/account")
    follow(page, "a[href='/contracts']")
    look(page)
    follow(page, "main a[href='/contracts/new']")
    look(page)
    follow(page, SUBMIT)
    expect(page.locator("[data-error-summary]")).to_contain_text("名称")
    look(page)
    write(page, "title", TITLE)
    choose(page, "subtype", "DEV-COM")
    signed_on = MONTH_BEGINS - timedelta(days=12)
    for name in ("signed_on", "effective_on"):
        write(page, name, f"{signed_on:%m%d%Y}")
    write(page, "buyer_name", "恒砺精密工具有限公司")
    write(page, "buyer_uscc", "91990105MA9R4T1641")
    choose(page, "buyer_nature", "150")
    write(page, "buyer_division", "990172")
    write(page, "turnover", "86 万")
    write(page, "equipment_cost", "120,000")
    choose(page, "payment_mode", "1")
    choose(page, "tech_field", "3")
    choose(page, "ip_type", "NONE")
    choose(page, "plan_source", "X")
    choose(page, "is_related", "否")
    follow(page, SUBMIT)
    expect(page.locator("[data-error-summary]")).to_contain_text("请附上合同文本")
    look(page)
    file = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": paper(CONTRACT)}
    page.locator("#f-file").set_input_files(files=[file])  # type: ignore[list-item]
    follow(page, SUBMIT)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".m-badge").first).to_have_text("待受理")
    look(page)
    return re.findall(r"/contracts/\d+", page.url)[0]


def accept(page: Page, address: str) -> None:
    """Find it in the queue, accept it, and pass it on."""
    page.goto("/account")
    follow(page, "a[href='/staff/contracts']")
    look(page)
    follow(page, f"a[href='{address}']")
    look(page)
    follow(page, "button[name=do][value=accept]")
    expect(page.locator(".m-badge").first).to_have_text("审查中")
    follow(page, "button[name=do][value=pass_on]")


def register(page: Page, address: str) -> None:
    """Register it, with a number that another contract has at first."""
    page.goto("/staff/contracts?queue=mine")
    follow(page, f"a[href='{address}']")
    taken = page.goto("/staff/contracts?queue=done")
    assert taken is not None
    other = page.locator("td.q-no").first.inner_text().strip()
    page.goto(address)
    look(page)
    write(page, "number", other)
    follow(page, REGISTER)
    expect(page.locator("[data-error-summary]")).to_contain_text("编号不能再用")
    look(page)
    page.locator("#f-number").fill("")
    write(page, "number", REGISTRATION_NUMBER)
    follow(page, REGISTER)
    expect(page.locator(".m-badge").first).to_have_text("已登记")
    expect(page.get_by_text(REGISTRATION_NUMBER).first).to_be_visible()
    look(page)


def ask_for_a_lower_price(page: Page, address: str) -> None:
    """Ask that six ten-thousands less be registered, at first with nothing changed."""
    page.goto(address)
    follow(page, "main a[href$='/change']")
    look(page)
    write(page, "reason", "验收时减了一项。")
    follow(page, SUBMIT)
    expect(page.locator("[data-error-summary]")).to_contain_text("没有要变更的")
    press(page, "#f-turnover", "Control+A")
    page.keyboard.type("800000")
    follow(page, SUBMIT)
    expect(page.locator(".m-badge").first).to_have_text("待变更")


def registered_this_year(page: Page) -> tuple[Decimal, Decimal]:
    """Contracts and 合同成交额 in 元 of the year so far, from the list's foot."""
    page.goto(f"/statistics/contracts?table=1&year={today().year}")
    cells = page.locator("main tfoot td").all_inner_texts()
    return number(cells[0]), number(cells[1])


def found_in_list(page: Page, address: str, amount: str) -> None:
    """The newest of the list leads to the contract and shows its amount."""
    row = page.locator("main tbody tr", has=page.locator(f"a[href='{address}']"))
    expect(row).to_contain_text(amount)
    follow(page, f"main a[href='{address}']")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
