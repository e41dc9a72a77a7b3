"""Notices reach an inbox once, through the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from marketplace.core.db import db, now, writing
from marketplace.core.notifications import inbox, notify, subscribe_notifications
from marketplace.core.outbox import OutboxEvent, drain, record_event
from marketplace.core.outbox_upkeep import KEPT_FOR, backlog, forget_done


@pytest.fixture(autouse=True)
def notices(core_app: Flask, no_consumers: None) -> None:
    subscribe_notifications()


def tell(organisation_id: int, kind: str, person_id: int | None = None, **params: object) -> None:
    with writing() as session:
        notify(session, organisation_id, kind, person_id=person_id, **params)


def test_a_notice_lies_in_the_inbox_after_the_drain() -> None:
    tell(3, "result_published", person_id=7, title="锂电池")
    assert inbox(3, 7) == []
    drain()
    (notice,) = inbox(3, 7)
    assert (notice.kind, notice.params) == ("result_published", {"title": "锂电池"})
    assert (notice.organisation_id, notice.person_id, notice.read_at) == (3, 7, None)


def test_a_notice_to_a_person_alone_lies_in_no_organisation_s_inbox() -> None:
    with writing() as session:
        notify(session, None, "identity_verified", person_id=3)
        notify(session, 3, "to_another", person_id=4)
    drain()
    assert [notice.kind for notice in inbox(None, 3)] == ["identity_verified"]
    assert [notice.kind for notice in inbox(5, 3)] == ["identity_verified"]
    assert inbox(3) == []


def test_a_notice_to_nobody_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="somebody"), writing() as session:
        notify(session, None, "identity_verified")


def test_a_notice_of_a_change_that_was_taken_back_is_never_sent() -> None:
    def tell_and_fail() -> None:
        with writing():
            tell(3, "result_published")
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        tell_and_fail()
    drain()
    assert inbox(3) == []


def test_a_notice_is_delivered_once_even_if_its_event_comes_twice() -> None:
    tell(3, "result_published")
    drain()
    with writing() as session:
        session.execute(update(OutboxEvent).values(done_at=None))
    tell(3, "result_withdrawn")
    assert drain() == 2
    assert [notice.kind for notice in inbox(3)] == ["result_withdrawn", "result_published"]


def test_a_notice_is_delivered_after_all_older_events_have_been_forgotten() -> None:
    tell(3, "first")
    drain()
    with time_machine.travel(now() + KEPT_FOR + timedelta(days=1)):
        forget_done()
        tell(3, "second")
        drain()
        assert [notice.kind for notice in inbox(3)] == ["second", "first"]


def test_a_notice_that_makes_no_sense_holds_up_no_other() -> None:
    with writing() as session:
        record_event(session, "notice_due", "organisation", 3)
        notify(session, 3, "result_published")
    with time_machine.travel(now(), tick=False) as clock:
        drain()
        clock.shift(timedelta(minutes=1))
        drain()
    assert [notice.kind for notice in inbox(3)] == ["result_published"]
    assert backlog().waiting == 1


def test_an_inbox_shows_the_newest_notices_of_its_organisation_alone() -> None:
    for number in range(4):
        tell(3, f"kind_{number}")
    tell(4, "of another")
    drain()
    assert [notice.kind for notice in inbox(3, limit=2)] == ["kind_3", "kind_2"]
    assert db.session.scalars(select(OutboxEvent).where(OutboxEvent.done_at.is_(None))).all() == []
