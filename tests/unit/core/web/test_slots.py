"""Slots: places on a page that others fill."""

from __future__ import annotations

from markupsafe import Markup, escape

from marketplace.core.web.slots import Slots


def test_an_empty_slot_shows_nothing() -> None:
    assert Slots().render("home.counts") == ""


def test_fragments_stand_in_their_order_and_equal_ones_as_they_came() -> None:
    slots = Slots()
    slots.fill("home", lambda: "c", order=1)
    slots.fill("home", lambda: "a")
    slots.fill("home", lambda: "b")
    slots.fill("elsewhere", lambda: "x")
    assert slots.render("home") == "abc"


def test_a_fragment_gets_what_the_page_knows() -> None:
    slots = Slots()
    slots.fill("result", lambda *, title: f"<p>{escape(title)}</p>")
    assert slots.render("result", title="1 < 2") == "<p>1 &lt; 2</p>"


def test_a_filled_slot_is_html_that_a_page_does_not_escape_again() -> None:
    slots = Slots()
    slots.fill("home", lambda: "<b>1</b>")
    slots.fill("home", lambda: Markup("<i>2</i>"))
    rendered = slots.render("home")
    assert isinstance(rendered, Markup)
    assert rendered == "<b>1</b><i>2</i>"


def test_slots_of_two_applications_do_not_mix() -> None:
    one, other = Slots(), Slots()
    one.fill("home", lambda: "one")
    assert other.render("home") == ""
