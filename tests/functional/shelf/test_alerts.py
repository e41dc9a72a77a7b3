"""Saved searches find changed records once, and tell of them once: at once, daily, weekly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from marketplace.accounts.models import Organisation, Person
from marketplace.catalogue.models import Result, ResultOwner
from marketplace.catalogue.search_page import read_search
from marketplace.catalogue.services import publish_listing, suspend_listing, withdraw_listing
from marketplace.core.actor import Actor, ActorKind, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.mail.refusals import refuse_topic
from marketplace.core.notifications import inbox
from marketplace.core.outbox import OutboxEvent, drain, record_event
from marketplace.shelf import announcing, matching
from marketplace.shelf.announcing import announce_all, last_letter_hour
from marketplace.shelf.models import Frequency, SavedSearch, SearchMatch
from marketplace.shelf.services import Telling, save_search
from search.engines.base import EngineUnavailable
from tests.functional.shelf.conftest import person

SYSTEM = system("test")
# A Thursday, 10:00 in Asia/Shanghai.
THURSDAY = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
MONDAY_EIGHT = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(THURSDAY, tick=False) as traveller:
        yield traveller


def keep(person_id: int, params: dict[str, list[str]], frequency: Frequency, **by: bool) -> int:
    """A search that somebody keeps."""
    actor = Actor(ActorKind.PERSON, "李雯", person_id)
    telling = Telling(frequency, by.get("by_mail", True), by.get("by_inbox", True))
    return save_search(actor, read_search(actor, params).query, "焊缝的新成果", telling)


def publish(title: str, **values: Any) -> int:
    """A new result that anybody may see."""
    with writing() as session:
        made = Result(title=Bilingual(title), abstract=Bilingual("新的。"), **values)
        session.add(made)
        session.flush()
        record_id = made.id
    publish_listing(SYSTEM, "result", record_id)
    return record_id


def letters(app: Flask) -> list[str]:
    """The texts of the letters that went out."""
    drain()
    return [one.get_content() for one in app.extensions["mail"].letters]


def notices(person_id: int) -> list[dict[str, Any]]:
    drain()
    db.session.rollback()
    return [one.params for one in inbox(None, person_id)]


def matches() -> list[tuple[int, int, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(SearchMatch).order_by(SearchMatch.id))
    return [(one.search_id, one.record_id, one.announced_at is not None) for one in rows]


@pytest.mark.usefixtures("clock")
def test_at_once_a_letter_and_a_notice_tell_of_a_new_record(shop: Flask, liwen: int) -> None:
    search_id = keep(liwen, {"q": ["焊缝"], "kind": ["result"]}, Frequency.AT_ONCE)
    record_id = publish("水下焊缝的修补")
    publish("与它无关的酿酒工艺")
    (letter,) = letters(shop)
    assert "水下焊缝的修补" in letter
    assert f"/results/{record_id}" in letter
    assert "酿酒" not in letter
    assert notices(liwen) == [{"search_id": search_id, "name": "焊缝的新成果", "count": 1}]


@pytest.mark.usefixtures("clock")
def test_a_letter_can_be_refused_by_one_press(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    publish("水下焊缝的修补")
    drain()
    (letter,) = shop.extensions["mail"].letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    refuse_topic(liwen, "saved_searches")
    with time_machine.travel(THURSDAY + timedelta(hours=1), tick=False):
        publish("另一条焊缝")
        assert len(letters(shop)) == 1
        assert len(notices(liwen)) == 2


@pytest.mark.usefixtures("clock")
def test_a_record_with_only_some_of_the_words_is_no_news(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝 机器人"]}, Frequency.AT_ONCE)
    publish("水下焊缝的修补")
    assert letters(shop) == []


@pytest.mark.usefixtures("clock")
def test_a_record_that_changes_again_is_told_of_once(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    record_id = publish("水下焊缝的修补")
    assert len(letters(shop)) == 1
    with time_machine.travel(THURSDAY + timedelta(hours=1), tick=False):
        with writing() as session:
            session.get_one(Result, record_id).version += 1
            record_event(session, "listing_changed", "result", record_id)
        drain()
        announce_all()
        assert len(letters(shop)) == 1


def test_at_once_speaks_up_four_times_an_hour_at_most(
    shop: Flask, liwen: int, clock: time_machine.Traveller
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    for number in range(3):
        publish(f"第{number}种焊缝")
        drain()
    assert len(letters(shop)) == 1
    clock.shift(timedelta(minutes=16))
    announce_all()
    assert len(letters(shop)) == 2
    assert "2 条" in letters(shop)[1]


def test_daily_is_told_at_eight_and_not_again(
    shop: Flask, liwen: int, clock: time_machine.Traveller
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.DAILY)
    publish("水下焊缝的修补")
    publish("管道焊缝的修补")
    announce_all()
    assert letters(shop) == []
    clock.shift(timedelta(hours=21, minutes=59))
    announce_all()
    assert letters(shop) == []
    clock.shift(timedelta(minutes=2))
    for _run in range(3):
        announce_all()
    (letter,) = letters(shop)
    assert "水下焊缝" in letter
    assert "管道焊缝" in letter
    assert len(notices(liwen)) == 1


def test_weekly_is_told_on_monday_also_where_the_hour_itself_was_missed(
    shop: Flask, liwen: int, clock: time_machine.Traveller
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.WEEKLY)
    publish("水下焊缝的修补")
    drain()
    clock.move_to(MONDAY_EIGHT - timedelta(minutes=1))
    announce_all()
    assert letters(shop) == []
    clock.move_to(MONDAY_EIGHT + timedelta(days=1))
    announce_all()
    assert len(letters(shop)) == 1


@pytest.mark.parametrize("step", [suspend_listing, withdraw_listing])
def test_what_is_gone_before_the_letter_goes_is_left_out(
    shop: Flask, liwen: int, clock: time_machine.Traveller, step: Any
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.DAILY)
    gone = publish("水下焊缝的修补")
    publish("管道焊缝的修补")
    drain()
    step(SYSTEM, "result", gone, "不转让了")
    drain()
    clock.shift(timedelta(days=1))
    announce_all()
    (letter,) = letters(shop)
    assert "水下焊缝" not in letter
    assert "1 条" in letter
    assert notices(liwen)[0]["count"] == 1


def test_what_is_gone_while_the_letter_waits_is_left_out_of_it(
    shop: Flask, liwen: int, clock: time_machine.Traveller
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.DAILY)
    gone = publish("水下焊缝的修补")
    drain()
    clock.shift(timedelta(days=1))
    announce_all()
    withdraw_listing(SYSTEM, "result", gone, "不转让了")
    assert letters(shop) == []


def test_what_no_longer_matches_is_left_out_and_told_when_it_does_again(
    shop: Flask, liwen: int, clock: time_machine.Traveller
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.DAILY)
    record_id = publish("水下焊缝的修补")
    drain()

    def rename(title: str) -> None:
        with writing() as session:
            record = session.get_one(Result, record_id)
            record.title, record.version = Bilingual(title), record.version + 1
            record_event(session, "listing_changed", "result", record_id)
        drain()

    rename("水下管道的修补")
    clock.shift(timedelta(days=1))
    announce_all()
    assert letters(shop) == []
    rename("水下焊缝的修补")
    clock.shift(timedelta(days=1))
    announce_all()
    assert len(letters(shop)) == 1


def test_a_run_that_dies_before_its_end_loses_nothing_and_tells_nothing_twice(
    shop: Flask, liwen: int, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.DAILY)
    publish("水下焊缝的修补")
    drain()
    clock.shift(timedelta(days=1))

    def die(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(announcing, "send_letter", die)
        with pytest.raises(RuntimeError, match="killed"):
            announce_all()
    assert letters(shop) == []
    assert notices(liwen) == []
    announce_all()
    announce_all()
    assert (len(letters(shop)), len(notices(liwen))) == (1, 1)


@pytest.mark.usefixtures("clock")
def test_events_that_come_twice_find_once(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    publish("水下焊缝的修补")
    drain()
    with writing() as session:
        again = OutboxEvent.consumer.in_([matching.CONSUMER, "index"])
        session.execute(update(OutboxEvent).where(again).values(done_at=None))
    assert len(letters(shop)) == 1
    assert len(matches()) == 1


@pytest.mark.usefixtures("clock")
def test_while_the_search_is_down_alerts_wait_and_are_made_up(
    shop: Flask, liwen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    publish("水下焊缝的修补")

    def down(*_args: Any) -> Any:
        raise EngineUnavailable("down")

    with monkeypatch.context() as broken:
        broken.setattr(matching, "indexed_among", down)
        assert letters(shop) == []
    assert len(letters(shop)) == 1


@pytest.mark.usefixtures("clock")
def test_the_index_comes_first_while_it_is_far_behind(
    shop: Flask, liwen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    publish("水下焊缝的修补")
    with monkeypatch.context() as busy:
        busy.setattr(matching, "INDEX_FAR_BEHIND", -1)
        assert letters(shop) == []
    assert len(letters(shop)) == 1


@pytest.mark.usefixtures("clock")
def test_alerts_that_are_off_find_nothing(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.OFF)
    publish("水下焊缝的修补")
    drain()
    assert matches() == []


@pytest.mark.usefixtures("clock")
def test_only_the_ways_that_were_chosen_are_used(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE, by_mail=False)
    other = person("other@yunxiu.example")
    keep(other, {"q": ["焊缝"]}, Frequency.AT_ONCE, by_inbox=False)
    publish("水下焊缝的修补")
    drain()
    assert [one["To"] for one in shop.extensions["mail"].letters] == ["other@yunxiu.example"]
    assert (len(notices(liwen)), len(notices(other))) == (1, 0)


@pytest.mark.usefixtures("clock")
def test_a_condition_that_is_gone_finds_nothing_instead_of_everything(
    shop: Flask, liwen: int
) -> None:
    keep(liwen, {"owner": ["1"]}, Frequency.AT_ONCE)
    with writing() as session:
        session.get_one(Organisation, 1).state = "withdrawn"
    shop.extensions["catalogue.holders"] = {}
    publish("水下焊缝的修补")
    assert letters(shop) == []


@pytest.mark.usefixtures("clock")
def test_a_holder_s_condition_finds_what_that_holder_publishes(shop: Flask, liwen: int) -> None:
    keep(liwen, {"owner": ["1"]}, Frequency.AT_ONCE)
    publish("别家的焊缝")
    publish("自家的炉衬", owner_links=[ResultOwner(organisation_id=1, rank=1)])
    (letter,) = letters(shop)
    assert "自家的炉衬" in letter
    assert "别家" not in letter


@pytest.mark.usefixtures("clock")
def test_a_letter_is_in_the_reader_s_language(shop: Flask) -> None:
    reader = person("reader@example.com", "Reader", language="en")
    keep(reader, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    record_id = publish("水下焊缝的修补")
    (letter,) = letters(shop)
    assert "Your saved searches have found" in letter
    assert f"/en/results/{record_id}" in letter


@pytest.mark.usefixtures("clock")
def test_who_has_left_hears_nothing(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    with writing() as session:
        session.get_one(Person, liwen).closed_at = THURSDAY
    publish("水下焊缝的修补")
    assert letters(shop) == []


@pytest.mark.usefixtures("clock")
def test_many_records_are_counted_and_twenty_named(shop: Flask, liwen: int) -> None:
    keep(liwen, {"q": ["焊缝"]}, Frequency.AT_ONCE)
    with writing() as session:
        made = [Result(title=Bilingual(f"第{number}种焊缝")) for number in range(23)]
        session.add_all(made)
        session.flush()
        ids = [one.id for one in made]
    for record_id in ids:
        publish_listing(SYSTEM, "result", record_id)
    (letter,) = letters(shop)
    assert "另外 3 条" in letter


def test_a_search_that_was_deleted_meanwhile_is_passed_over(shop: Flask, liwen: int) -> None:
    search_id = keep(liwen, {"q": ["焊缝"]}, Frequency.DAILY)
    with writing() as session:
        session.delete(session.get_one(SavedSearch, search_id))
    matching.keep_matches({search_id: {("result", 1)}})
    assert matches() == []


@pytest.mark.parametrize(
    ("frequency", "moment", "hour"),
    [
        (Frequency.DAILY, "2026-11-26T07:59", "2026-11-25T08:00"),
        (Frequency.DAILY, "2026-11-26T08:00", "2026-11-26T08:00"),
        (Frequency.DAILY, "2026-11-27T00:30", "2026-11-26T08:00"),
        (Frequency.WEEKLY, "2026-11-29T23:59", "2026-11-23T08:00"),
        (Frequency.WEEKLY, "2026-11-30T07:59", "2026-11-23T08:00"),
        (Frequency.WEEKLY, "2026-11-30T08:00", "2026-11-30T08:00"),
    ],
)
def test_letters_are_due_at_eight_in_shanghai(frequency: Frequency, moment: str, hour: str) -> None:
    there = datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC)
    assert last_letter_hour(frequency, there).isoformat(timespec="minutes") == f"{hour}+08:00"
