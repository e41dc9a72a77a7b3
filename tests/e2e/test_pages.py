"""Every public page in a real browser: accessible, quiet, and no wider than the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

PAGES = {
    "home": "/",
    "search": "/search?q=锂电池",
    "filtered": "/search?q=传感器&kind=result&trl_min=5&band=50&sort=price",
    "widened": "/search?q=锂电池 毛刺 气孔 金刚石",
    "nothing": "/search?q=锂电池&year=1901",
    "result": "/results/1",
    "patent": "/patents/1",
    "project": "/projects/1",
    "organisation": "/organisations/1",
    "about": "/about",
    "missing": "/results/999999",
}
WIDTHS = {"wide": 1280, "phone": 390}


@pytest.fixture
def quiet_page(page: Page) -> Page:
    """A page that notes what the browser complains of."""
    page.complaints = []  # type: ignore[attr-defined]

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 404" not in message.text:
            page.complaints.append(message.text)  # type: ignore[attr-defined]

    page.on("console", note)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    return page


def axe_violations(page: Page) -> list[str]:
    """What axe finds, one line a rule with the first place."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_accessible_and_quiet_in_both_appearances_and_languages(
    quiet_page: Page, path: str, width: int
) -> None:
    quiet_page.set_viewport_size({"width": width, "height": 844})
    for prefix, appearance in (("", "light"), ("/en", "dark")):
        quiet_page.goto(prefix + path)
        quiet_page.evaluate(
            "theme => document.documentElement.setAttribute('data-bs-theme', theme)", appearance
        )
        assert axe_violations(quiet_page) == []
        assert quiet_page.locator("h1").count() == 1
        assert quiet_page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    assert quiet_page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_fits_a_screen_of_320_pixels(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(path)
    assert page.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_says_that_the_data_are_a_demonstration_also_in_print(page: Page, path: str) -> None:
    page.goto(path)
    assert page.get_by_text("演示数据", exact=True).first.is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("演示数据", exact=True).first.is_visible()
    assert not page.locator(".m-nav").is_visible()
