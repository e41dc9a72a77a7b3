"""The whole course: asked, reminded, lowered, hidden, confirmed, back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import Deputy, Membership, MembershipRole
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.services import resume_listing, suspend_listing
from marketplace.core.actor import ANONYMOUS, Role, system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from marketplace.core.mail.refusals import refuse_topic
from marketplace.core.notifications import Notification
from marketplace.core.outbox import OutboxEvent, drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateChange
from marketplace.freshness import asking as module
from marketplace.freshness import queries
from marketplace.freshness.asking import run_round
from marketplace.freshness.confirming import confirm_listings
from marketplace.freshness.holders import holder
from search.query import Query
from tests.functional.freshness.conftest import (
    FIRST_DAY,
    Calendar,
    Publish,
    Town,
    askings,
    notices,
    stored,
)


def found(words: str = "焊缝") -> list[str]:
    drain()
    return [hit.id for hit in search_service().search(Query(words)).hits]


def to(letters: list) -> set[str]:
    return {one["To"].split("@")[0] for one in letters}


def test_silence_is_asked_about_reminded_of_lowered_and_hidden(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    silent = publish(title="焊缝气孔控制")
    assert calendar.round(90) == []
    publish(title="焊缝气孔控制", confirmed_on=FIRST_DAY + timedelta(days=90))
    from_the_start = calendar.round(91)
    assert to(from_the_start) == {"liwen", "zhouqing"}
    assert notices(town.university) == ["listing_asked"]
    assert calendar.round(91) == calendar.round(120) == []
    assert stored(silent).silent_since is None

    assert to(calendar.round(121)) == {"liwen", "zhouqing"}
    assert stored(silent).silent_since == FIRST_DAY + timedelta(days=121)
    assert to(calendar.round(151)) == {"liwen", "zhouqing"}
    assert calendar.round(180) == []
    assert stored(silent).state == "published"

    subjects = [str(one["Subject"]) for one in calendar.round(181)]
    assert stored(silent).state == "suspended"
    assert sum("已不再展示" in one for one in subjects) == 1
    assert notices(town.university)[3:] == ["listing_hidden", "listing_asked"]
    assert [one.outcome for one in askings() if one.subject_id == silent] == [
        "repeated",
        "repeated",
        "hidden",
    ]
    step = db.session.scalars(select(StateChange)).one()
    assert (step.action, step.actor_kind) == ("listing.hide", "system")
    assert "问过 3 次" in (step.reason or "")


def test_a_round_takes_portions_and_tells_of_all_at_once(
    calendar: Calendar, town: Town, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (module, queries):
        monkeypatch.setattr(place, "CHUNK", 2)
    records = [publish() for _number in range(5)]
    calendar.round(91)
    assert len(askings()) == 5
    calendar.round(121)
    assert {stored(one).silent_since for one in records} == {FIRST_DAY + timedelta(days=121)}
    calendar.round(151)
    calendar.round(181)
    assert {stored(one).state for one in records} == {"suspended"}
    assert notices(town.university) == ["listing_asked"] * 3 + ["listing_hidden"]
    told = db.session.scalars(select(Notification.params).order_by(Notification.id)).all()
    assert [one["listings"] for one in told] == [5, 5, 5, 5]


def test_what_is_silent_is_found_behind_its_like_and_first_again_when_confirmed(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    from marketplace.catalogue.indexing import rebuild_index

    publish(title="焊缝气孔控制 铝")
    calendar.go_to(60)
    other = publish(
        title="焊缝气孔控制 钢板与其他许多材料", confirmed_on=FIRST_DAY + timedelta(days=60)
    )
    rebuild_index(system("test"))
    before = found()
    assert before == ["result-1", f"result-{other}"]
    calendar.round(91)
    assert found() == before
    calendar.round(121)
    assert found() == [*reversed(before)]
    rebuild_index(system("test"))
    assert found() == [*reversed(before)]
    liwen = holder(db.session, town.liwen, town.university)
    confirm_listings(liwen, [("result", 1)])
    assert found() == before


def test_hidden_listings_are_gone_from_the_search_and_come_back_in_one_act(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    record = publish()
    for day in (91, 121, 151, 181):
        calendar.round(day)
    assert found() == []
    done = confirm_listings(holder(db.session, town.liwen, town.university), [("result", record)])
    assert (done.confirmed, done.shown_again, done.left_out) == (1, 1, 0)
    assert found() == ["result-1"]
    back = stored(record)
    assert (back.state, back.silent_since) == ("published", None)
    assert back.confirmed_on == FIRST_DAY + timedelta(days=181)
    assert calendar.round(182) == []


def test_what_the_bureau_suspended_nobody_resumes_by_confirming(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    record = publish()
    for day in (91, 121, 151, 181):
        calendar.round(day)
    resume_listing(system("test"), "result", record)
    suspend_listing(system("test"), "result", record, "权属有争议")
    done = confirm_listings(holder(db.session, town.liwen, town.university), [("result", record)])
    assert (done.confirmed, done.left_out) == (0, 1)
    assert stored(record).state == "suspended"


def test_a_thousand_listings_make_one_letter_to_each_and_one_notice(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    for number in range(120):
        publish("patent" if number % 2 else "result", f"第 {number} 项")
    first, second = calendar.round(91)
    assert first.get_content().count("/confirm/letter/") == 50
    assert "另有 70 条" in first.get_content()
    assert "There are 70 more" in second.get_content()
    assert len(notices(town.university)) == 1
    calendar.round(121)
    calendar.round(151)
    assert len(calendar.round(181)) == 2
    assert len(notices(town.university)) == 4


def test_after_an_outage_one_letter_comes_and_nothing_is_hidden_unasked(
    calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    assert len(calendar.round(400)) == 2
    assert stored(record).state == "published"
    assert len(calendar.round(700)) == 2
    assert stored(record).state == "published", "the second letter has only just gone out"
    assert stored(record).silent_since is not None
    assert calendar.round(706) == []
    calendar.round(707)
    assert stored(record).state == "suspended"


def test_old_records_are_not_hidden_on_the_first_day(calendar: Calendar, publish: Publish) -> None:
    record = publish(
        published_at=now() - timedelta(days=900), confirmed_on=FIRST_DAY - timedelta(days=800)
    )
    never_confirmed = publish(published_at=now() - timedelta(days=900), confirmed_on=None)
    assert len(calendar.round(0)) == 2
    for one in (record, never_confirmed):
        assert (stored(one).state, stored(one).silent_since) == ("published", None)
    calendar.round(30)
    assert stored(never_confirmed).silent_since is not None
    calendar.round(60)
    calendar.round(89)
    assert stored(record).state == "published"
    calendar.round(90)
    assert stored(record).state == stored(never_confirmed).state == "suspended"


def test_the_clock_runs_from_the_later_of_confirmation_and_publication(
    calendar: Calendar, publish: Publish
) -> None:
    calendar.go_to(50)
    publish(confirmed_on=FIRST_DAY - timedelta(days=300))
    assert calendar.round(140) == []
    assert len(calendar.round(141)) == 2


def test_an_import_that_confirms_is_an_answer(calendar: Calendar, publish: Publish) -> None:
    record = publish()
    calendar.round(91)
    calendar.round(121)
    with writing():
        stored_record = db.session.get_one(type(stored(record)), record)
        stored_record.confirmed_on = FIRST_DAY + timedelta(days=122)
    assert calendar.round(151) == []
    assert stored(record).silent_since is None
    assert [one.outcome for one in askings()] == ["repeated", "renewed"]
    assert len(calendar.round(122 + 91)) == 2


def test_a_holder_without_anybody_to_ask_loses_nothing(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    with writing() as session:
        for membership in session.scalars(select(Membership)):
            membership.ended_at = now()
    record = publish()
    for day in (91, 121, 151, 181, 400):
        assert calendar.round(day) == []
    assert (stored(record).state, stored(record).silent_since) == ("published", None)


def test_the_first_holder_that_has_anybody_is_asked(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    publish(owners=(town.firm, town.university))
    assert to(calendar.round(91)) == {"zhaoyiming"}
    with writing() as session:
        session.scalars(
            select(Membership).where(Membership.organisation_id == town.firm)
        ).one().ended_at = now()
    assert to(calendar.round(121)) == {"liwen", "zhouqing"}


def test_whoever_stands_in_is_asked_too_and_answers_as_long_as_that_lasts(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    with writing() as session:
        roles = select(MembershipRole).join(Membership).where(Membership.person_id == town.zhouqing)
        session.scalars(roles).one().role = Role.DEMANDER.value
        clerk, deputy = (
            session.query(Membership).filter_by(person_id=one).one().id
            for one in (town.liwen, town.zhouqing)
        )
        begins, ends = FIRST_DAY + timedelta(days=90), FIRST_DAY + timedelta(days=92)
        session.add(Deputy(membership_id=clerk, deputy_id=deputy, from_on=begins, until_on=ends))
    record = publish()
    assert to(calendar.round(91)) == {"liwen", "zhouqing"}
    standing_in = holder(db.session, town.zhouqing, town.university)
    assert standing_in
    assert standing_in.roles == {Role.HOLDER}
    calendar.go_to(93)
    assert holder(db.session, town.zhouqing, town.university) is None
    assert to(calendar.round(121)) == {"liwen"}
    assert stored(record).state == "published"


def test_who_refuses_these_letters_still_finds_the_notice(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    refuse_topic(town.liwen, "confirm")
    publish()
    (only,) = calendar.round(91)
    assert only["To"].startswith("zhouqing@")
    assert "List-Unsubscribe-Post" in only
    assert notices(town.university) == ["listing_asked"]


def test_a_round_that_breaks_off_leaves_no_letter_without_its_asking_and_none_twice(
    calendar: Calendar, publish: Publish, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    publish(owners=(town.firm,))
    real = module.send_letter

    def broken(session, kind, subject, organisation_id, **params):
        if organisation_id == town.firm:
            raise RuntimeError("the process ends here")
        real(session, kind, subject, organisation_id, **params)

    monkeypatch.setattr(module, "send_letter", broken)
    calendar.go_to(91)
    with pytest.raises(RuntimeError):
        run_round(system("freshness"))
    assert [one.organisation_id for one in askings()] == [town.university]
    assert notices(town.firm) == []
    monkeypatch.setattr(module, "send_letter", real)
    assert to(calendar.round(91)) == {"liwen", "zhouqing", "zhaoyiming"}
    assert calendar.round(91) == []
    assert len(askings()) == 2
    assert notices(town.firm) == notices(town.university) == ["listing_asked"]


def test_a_letter_that_comes_late_asks_nothing_that_was_answered(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    record = publish()
    calendar.go_to(91)
    run_round(system("freshness"))
    confirm_listings(holder(db.session, town.liwen, town.university), [("result", record)])
    assert calendar.new_letters() == []


def test_two_rounds_at_once_are_one(app: Flask, calendar: Calendar, publish: Publish) -> None:
    from marketplace.core.locks import exclusive

    publish()
    calendar.go_to(91)
    with exclusive("freshness") as is_held:
        assert is_held
        run_round(system("freshness"))
        assert askings() == []
    assert len(calendar.round(91)) == 2


def test_only_the_system_asks(calendar: Calendar, town: Town) -> None:
    for actor in (ANONYMOUS, holder(db.session, town.liwen, town.university)):
        with pytest.raises(Forbidden):
            run_round(actor)


def test_what_was_withdrawn_is_not_asked_about_any_more(
    calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    calendar.round(91)
    suspend_listing(system("test"), "result", record, "权属有争议")
    assert calendar.round(121) == []
    assert [one.outcome for one in askings()] == ["stopped"]


def test_a_confirmation_is_audited_and_makes_no_new_version(
    calendar: Calendar, town: Town, publish: Publish
) -> None:
    record = publish()
    calendar.round(91)
    version = stored(record).version
    confirm_listings(holder(db.session, town.liwen, town.university), [("result", record)])
    assert stored(record).version == version
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "listing.confirm")
    ).one()
    assert (entry.person_id, entry.organisation_id) == (town.liwen, town.university)
    assert entry.detail == {"by": "site", "asking": 1}
    events = select(func.count()).where(OutboxEvent.kind == "listing_freshness_changed")
    assert db.session.scalar(events) == 1
