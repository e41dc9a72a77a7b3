"""An organisation comes to the market, by keyboard: registered, verified, its people invited.

The steps are taken in ``test_posting``, on the way from the registration to the search.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from marketplace.demo.papers import LICENCE, paper
from tests.e2e.keyboard import tab_to
from tests.e2e.test_accounts import come_in
from tests.e2e.test_pages import axe_violations

CODE, NAME = "91410100MA5RT31X36", "清溪精密有限公司"
WIDTHS = (320, 1280)


def look(page: Page) -> None:
    """The page as it stands: accessible at both widths, and nothing wider than the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert axe_violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
            f"{page.url} at {width}"
        )


def press(page: Page, selector: str, key: str) -> None:
    """Go to a control with Tab and press a key on it."""
    tab_to(page, selector)
    page.keyboard.press(key)


def follow(page: Page, selector: str) -> None:
    """Go to a link or a button with Tab, press Enter, and wait for the page that comes."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field with Tab and type."""
    tab_to(page, f"#f-{name}")
    page.keyboard.type(text)


def choose(page: Page, name: str, value: str) -> None:
    """Go to a list with Tab and step down to a value."""
    tab_to(page, f"#f-{name}")
    for _step in range(60):
        if page.evaluate("() => document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} doesn't offer {value}")


def sign_out(page: Page) -> None:
    """Leave, as the next one comes to the same browser."""
    page.goto("/account")
    follow(page, "form[action='/account/sign-out'] button")


def fill_in(page: Page) -> None:
    """Say what the organisation is."""
    write(page, "uscc", CODE)
    write(page, "name", NAME)
    choose(page, "kind", "enterprise")
    choose(page, "nature", "150")
    press(page, "#f-is_state_founded-1", "ArrowDown")
    choose(page, "division", "990103")
    press(page, "#f-purposes-1", "Space")
    write(page, "position", "研发部经理")


def register_organisation(page: Page) -> None:
    """Fill in the form, once wrongly, add a certificate, and submit."""
    page.goto("/account")
    follow(page, "main a[href='/account/organisations/new']")
    look(page)
    follow(page, "main button.btn-primary")
    expect(page.get_by_role("alert")).to_contain_text("统一社会信用代码还是空的")
    look(page)
    fill_in(page)
    follow(page, "main button.btn-primary")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    look(page)
    file = {"name": "营业执照.pdf", "mimeType": "application/pdf", "buffer": paper(LICENCE)}
    page.locator("#f-evidence").set_input_files(files=[file])  # type: ignore[list-item]
    follow(page, "form[action$='/evidence'] button")
    expect(page.get_by_text("营业执照.pdf").first).to_be_visible()
    follow(page, "form[action$='/submit'] button")
    expect(page.get_by_text("等科技局核验").first).to_be_visible()
    look(page)


def verify_organisation(page: Page) -> None:
    """Open it from the queue, look, and approve."""
    page.goto("/account")
    follow(page, "main a[href='/staff/applications']")
    look(page)
    number = page.get_by_role("link", name=NAME).get_attribute("href")
    follow(page, f"a[href='{number}']")
    expect(page.get_by_text(CODE)).to_be_visible()
    look(page)
    follow(page, "form[action$='/approve'] button")
    expect(page.get_by_role("status").first).to_contain_text("核验通过了")


def invite_colleague(page: Page) -> None:
    """Go to the members and send an invitation."""
    page.goto("/account")
    follow(page, "main a[href$='/members']")
    look(page)
    write(page, "email", "wuxin@yunxiu.example")
    press(page, "#f-roles-1", "Space")
    follow(page, "form[action$='/invitations'] button")
    expect(page.get_by_role("status").first).to_contain_text("邀请信正在路上")
    expect(page.get_by_text("wuxin@yunxiu.example")).to_be_visible()
    look(page)
    follow(page, "main a[href*='/account/members/']")
    look(page)


def ask_to_join(page: Page) -> None:
    """Register the same organisation once more, and be told that its people are asked."""
    page.goto("/account/organisations/new")
    fill_in(page)
    follow(page, "main button.btn-primary")
    expect(page.get_by_role("status").first).to_contain_text("已替你申请加入")


def accept_colleague(page: Page, role: str) -> None:
    """Let who asked join, with a role."""
    page.goto("/account")
    follow(page, "main a[href$='/members']")
    look(page)
    press(page, f"form[action$='/accept'] input[value={role}]", "Space")
    follow(page, "form[action$='/accept'] button")
    expect(page.get_by_role("status").first).to_contain_text("他现在是成员了")


def test_the_pages_of_staff_bodies_are_accessible(page: Page) -> None:
    come_in(page, "唐越")
    for path in ("/staff/bodies", "/staff/applications", "/en/staff/applications"):
        page.goto(path)
        look(page)
    page.goto("/staff/bodies")
    follow(page, "main a[href$='/members']")
    look(page)
    follow(page, "main a[href*='/account/members/']")
    look(page)
