"""A holder answers a letter by keyboard without signing in, and then the list of what is due."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PROJECT_ROOT, Market
from tests.e2e.test_accounts import come_in, look

ASK = """
from sqlalchemy import select
from marketplace.accounts.models import Person
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.mail.links import path_to
from marketplace.factory import create_app
from marketplace.freshness.asking import run_round
from marketplace.freshness.links import make_link
from marketplace.freshness.models import Asking
with create_app().app_context():
    run_round(system("freshness"))
    person = db.session.scalar(select(Person.id).where(Person.name == "李雯"))
    opened = select(Asking.id).where(Asking.closed_at.is_(None)).order_by(Asking.id)
    for asking in db.session.scalars(opened.limit(9)):
        print("LINK", path_to("freshness.letter", "zh", token=make_link(asking, person)))
"""


@pytest.fixture(scope="module")
def links(market: Market) -> list[str]:
    """The links of letters that a round of the worker would send."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DATA_DIR": str(market.folder), "MARKET_CONFIRM_DAYS": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("LINK ")]


def press(page: Page, name: str) -> None:
    """Reach a button with the Tab key, and press it."""
    button = page.get_by_role("button", name=name, exact=True).first
    for _step in range(60):
        if button.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def test_the_page_of_a_letter_is_accessible_in_each_state(page: Page, links: list[str]) -> None:
    look(page, links[0])
    look(page, "/confirm/letter/not-ours")
    page.goto(links[1])
    press(page, "仍然有效")
    expect(page.get_by_role("heading", level=1)).to_have_text("这条已经确认过")
    look(page, links[1])


def test_somebody_confirms_by_a_letter_with_the_keyboard_and_without_signing_in(
    page: Page, links: list[str]
) -> None:
    page.goto(links[2])
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("这条是否仍然有效？")
    press(page, "仍然有效")
    expect(page.get_by_role("status")).to_contain_text("记下了")
    expect(page.get_by_text("用这个链接确认的")).to_be_visible()
    expect(page.get_by_role("button", name="仍然有效", exact=True)).to_have_count(0)


def test_a_clerk_confirms_what_was_chosen_from_the_list(page: Page, links: list[str]) -> None:
    come_in(page, "李雯")
    page.goto("/confirm")
    boxes = page.get_by_role("checkbox")
    before = boxes.count()
    if not before:
        pytest.skip("the demonstration's listings are all fresh today")
    # The first ones are those of the letters.
    boxes.last.focus()
    page.keyboard.press("Space")
    press(page, "选中的仍然有效")
    expect(page.get_by_role("status")).to_contain_text("1 条确认好了")
    look(page, "/confirm")
