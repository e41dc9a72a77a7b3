"""The link of a letter: once, for one listing, and never by opening it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Membership
from marketplace.accounts.secrets import sign
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from tests.functional.accounts.browsing import Browser, link_in, seen
from tests.functional.freshness.conftest import (
    FIRST_DAY,
    Calendar,
    Publish,
    Town,
    askings,
    stored,
)


@pytest.fixture
def reader(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app)


def buttons(page: TestResponse) -> list[str]:
    """What can be pressed in the page's own part."""
    main = seen(page).partition("<main")[2].partition("</main>")[0]
    return re.findall(r"<button[^>]*>([^<]+)</button>", main)


def state_of(record_id: int) -> tuple:
    record = stored(record_id)
    return record.state, record.version, record.confirmed_on


def test_opening_the_link_shows_what_and_since_when_and_confirms_nothing(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish(title="铝壳焊缝气孔控制")
    before = state_of(record)
    link = link_in(calendar.round(91)[0])
    for _again in range(3):
        page = reader.get(link)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
    assert reader.client.head(link).status_code == 200
    text = re.sub("<wbr>|<[^>]+>", "", seen(page))
    assert "铝壳焊缝气孔控制" in text
    assert "上次确认：2026-03-02" in text
    assert buttons(page) == ["仍然有效"]
    assert f'action="{link}"' in page.text
    assert state_of(record) == before
    assert askings()[0].is_open


def test_the_button_confirms_once_and_a_second_click_says_when_and_by_what(
    calendar: Calendar, town: Town, publish: Publish, reader: Browser
) -> None:
    record = publish()
    link = link_in(calendar.round(91)[0])
    assert reader.post(link).status_code == 302
    assert stored(record).confirmed_on == FIRST_DAY + timedelta(days=91)
    page = seen(reader.get(link))
    assert "2026-06-01 10:0" in page
    assert "用这个链接确认的" in page
    assert buttons(reader.get(link)) == []
    calendar.go_to(95)
    answer = reader.post(link)
    assert answer.status_code == 302
    assert stored(record).confirmed_on == FIRST_DAY + timedelta(days=91)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "listing.confirm"))
    (entry,) = entries.all()
    assert (entry.person_id, entry.organisation_id) == (town.liwen, town.university)
    assert entry.detail["by"] == "letter"


def test_the_day_of_a_confirmation_is_the_one_in_shanghai(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish()
    link = link_in(calendar.round(91)[0])
    calendar.traveller.shift(timedelta(hours=15))  # 01:00 of the next day there, not yet in UTC
    reader.post(link)
    assert stored(record).confirmed_on == FIRST_DAY + timedelta(days=92)


def test_two_letters_that_cross_confirm_once(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish()
    first, second = (link_in(one).removeprefix("/en") for one in calendar.round(91))
    assert first != second
    reader.post(first)
    assert "另一封信里的链接确认的" in seen(reader.get(second))
    reader.post(second)
    assert [one.outcome for one in askings()] == ["confirmed"]
    assert stored(record).confirmed_on == FIRST_DAY + timedelta(days=91)


def test_the_next_asking_ends_the_link_before_it(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish()
    old = link_in(calendar.round(91)[0])
    new = link_in(calendar.round(121)[0])
    page = reader.get(old)
    assert page.status_code == 410
    assert "过时" in seen(page)
    assert 'href="/confirm"' in seen(page)
    reader.post(old)
    assert stored(record).confirmed_on == FIRST_DAY
    reader.post(new)
    assert stored(record).confirmed_on == FIRST_DAY + timedelta(days=121)
    assert "另一封信" in seen(reader.get(old))


def test_a_link_of_another_market_or_cut_short_is_told_with_the_way_on(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish()
    link = link_in(calendar.round(91)[0])
    for wrong in (
        link[:-3],
        "/confirm/letter/" + sign("something else", [1, 1]),
        "/confirm/letter/" + sign("freshness", [999, 1]),
        "/confirm/letter/x",
    ):
        page = reader.get(wrong)
        assert page.status_code == 404
        assert 'href="/confirm"' in seen(page)
        reader.post(wrong)
    assert stored(record).confirmed_on == FIRST_DAY


def test_a_post_without_the_form_confirms_nothing(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish()
    link = link_in(calendar.round(91)[0])
    assert reader.post_without_token(link).status_code == 400
    assert stored(record).confirmed_on == FIRST_DAY


def test_who_left_the_holder_confirms_nothing_more(
    calendar: Calendar, town: Town, publish: Publish, reader: Browser
) -> None:
    record = publish()
    link = link_in(calendar.round(91)[0])
    with writing() as session:
        session.scalars(
            select(Membership).where(Membership.person_id == town.liwen)
        ).one().ended_at = now()
    assert reader.get(link).status_code == 410
    reader.post(link)
    assert stored(record).confirmed_on == FIRST_DAY


def test_the_link_of_a_hidden_listing_leads_to_where_it_is_shown_again(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    record = publish(title="不再展示的成果")
    links = [link_in(calendar.round(day)[0]) for day in (91, 121, 151)]
    calendar.round(181)
    page = reader.get(links[-1])
    assert "不再展示" in seen(page)
    assert 'href="/confirm"' in seen(page)
    assert "不再展示的成果" not in re.sub("<wbr>", "", page.text)
    reader.post(links[-1])
    assert stored(record).state == "suspended"


def test_the_page_is_there_in_english(
    calendar: Calendar, publish: Publish, reader: Browser
) -> None:
    publish()
    english = calendar.round(91)[1]
    assert "still stand" in english["Subject"]
    assert link_in(english).startswith("/en/confirm/letter/")
    assert reader.get(link_in(english)).status_code == 200
