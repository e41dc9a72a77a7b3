"""Using a page by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page


def tab_to(page: Page, selector: str, *, presses: int = 150) -> None:
    """Press Tab until what matches the selector has the focus, as a person without a mouse."""
    for _press in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{presses} times Tab did not reach {selector}")


def focus_ring_is_visible(page: Page) -> bool:
    """Whether the focused element shows an outline or a ring."""
    visible: bool = page.evaluate(
        """() => {
            const ringed = element => {
                const style = getComputedStyle(element);
                return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
                    || style.boxShadow !== "none";
            };
            const element = document.activeElement;
            return ringed(element) || (element.form !== undefined && element.form
                && ringed(element.form)) || ringed(element.parentElement);
        }"""
    )
    return visible
