"""From knowing that a part exists to reading it, and what the holder sees of that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.services import suspend_listing
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.my_tasks import my_tasks
from marketplace.core.notifications import inbox
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden, Level
from marketplace.core.states import StateError
from marketplace.disclosure.models import AccessRequest, DisclosureOpening, TermsAcceptance
from marketplace.disclosure.reading import admit, open_part, refuse, request_access, revoke
from marketplace.disclosure.writing import Conflict, change_part, remove_part, set_terms
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.disclosure.conftest import HEADINGS, TERMS, TEXTS, Ladder, content

LEVELS = [Level.VERIFIED, Level.TERMS, Level.NAMED]


def list_of(ladder: Ladder) -> str:
    return f"/records/result/{ladder.record_id}/parts"


def openings() -> list[DisclosureOpening]:
    db.session.rollback()
    return list(db.session.scalars(select(DisclosureOpening).order_by(DisclosureOpening.id)))


def test_everybody_learns_that_parts_exist_and_what_they_need_and_nothing_else(
    app: Flask, ladder: Ladder
) -> None:
    browser = Browser(app)
    for path in (f"/results/{ladder.record_id}", list_of(ladder)):
        for prefix in ("", "/en"):
            page = seen(browser.get(prefix + path))
            assert HEADINGS[Level.TERMS] in page
            assert HEADINGS[Level.VERIFIED] not in page
            assert HEADINGS[Level.NAMED] not in page
            assert not any(text in page for text in (*TEXTS.values(), TERMS))
    page = seen(browser.get(list_of(ladder)))
    assert "已核验单位可看" in page
    assert "接受条款后可看" in page
    assert "持有单位同意后可看" in page


@pytest.mark.parametrize("level", LEVELS)
def test_who_reached_the_step_opens_the_part_with_a_button(ladder: Ladder, level: Level) -> None:
    ladder.reach("reader", level)
    browser = ladder.people.browser("reader")
    part_id = ladder.parts[level]
    led = browser.get(f"/parts/{part_id}")
    assert led.status_code == 302
    assert led.location == f"{list_of(ladder)}#part-{part_id}"
    assert TEXTS[level] not in browser.get(list_of(ladder)).text
    opened = browser.post(f"/parts/{part_id}/open", page=list_of(ladder))
    assert opened.location == f"/parts/{part_id}"
    page = browser.get(opened.location)
    assert TEXTS[level] in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert "English words of the part" in browser.get(f"/en/parts/{part_id}").text
    (one,) = openings()
    assert (one.part_id, one.part_version, one.level) == (part_id, 1, level)
    assert (one.person_id, one.person_name) == (ladder.people["reader"].person_id, "reader")
    assert one.organisation_id == ladder.people["reader"].organisation_id
    audit = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "part.open")).one()
    assert (audit.person_id, audit.subject_id, audit.subject_version) == (
        ladder.people["reader"].person_id,
        part_id,
        1,
    )
    assert audit.detail == {"level": level}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "name", ["stranger", "demander", "rival", "bureau", "admin", "owner", "reader"]
)
def test_below_the_step_an_address_says_what_is_lacking_and_opens_nothing(
    ladder: Ladder, name: str, level: Level
) -> None:
    if name == "reader":
        if level is Level.VERIFIED:
            return
        ladder.reach("reader", Level(level - 1))
    browser = ladder.people.browser(name)
    part_id = ladder.parts[level]
    for answer in (
        browser.get(f"/parts/{part_id}"),
        browser.post(f"/parts/{part_id}/open"),
    ):
        assert answer.status_code == 403
        assert "要打开这一部分" in answer.text
        assert not any(text in answer.text for text in TEXTS.values())
    assert openings() == []


@pytest.mark.parametrize("level", LEVELS)
def test_a_visitor_is_led_to_sign_in_and_opens_nothing(
    app: Flask, ladder: Ladder, level: Level
) -> None:
    browser = Browser(app)
    part_id = ladder.parts[level]
    led = browser.get(f"/parts/{part_id}")
    assert (led.status_code, "/account/sign-in" in led.location) == (302, True)
    assert browser.post(f"/parts/{part_id}/open").status_code == 403
    assert openings() == []


def test_the_opening_of_one_person_is_nobody_else_s(ladder: Ladder) -> None:
    open_part(ladder.people["reader"], ladder.parts[Level.VERIFIED])
    path = f"/parts/{ladder.parts[Level.VERIFIED]}"
    assert ladder.people.browser("reader").get(path).status_code == 200
    assert ladder.people.browser("colleague").get(path).status_code == 302


def test_the_page_says_when_it_was_opened_not_that_each_look_at_it_is_recorded(
    ladder: Ladder,
) -> None:
    part_id = ladder.parts[Level.VERIFIED]
    open_part(ladder.people["reader"], part_id)
    with writing() as session:
        (made,) = session.query(DisclosureOpening).all()
        made.at = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
    browser = ladder.people.browser("reader")
    for _look in range(2):
        page = seen(browser.get(f"/parts/{part_id}"))
        assert "你在 2026-11-23 12:05 打开了这一版" in page
        assert "打开了这一版，持有单位看得到这次打开" in page
        assert "这次打开已经记下" not in page
    assert len(openings()) == 1
    assert "打开了这一版" not in seen(ladder.people.browser("clerk").get(f"/parts/{part_id}"))


def test_a_new_version_has_to_be_opened_anew(ladder: Ladder) -> None:
    part_id = ladder.parts[Level.VERIFIED]
    open_part(ladder.people["reader"], part_id)
    change_part(ladder.people["clerk"], part_id, 1, content(Level.VERIFIED, "线速十一米每秒"))
    browser = ladder.people.browser("reader")
    assert browser.get(f"/parts/{part_id}").status_code == 302
    open_part(ladder.people["reader"], part_id)
    assert "线速十一米每秒" in browser.get(f"/parts/{part_id}").text
    assert [one.part_version for one in openings()] == [1, 2]


def test_terms_are_accepted_as_shown_and_again_when_they_change(ladder: Ladder) -> None:
    browser = ladder.people.browser("reader")
    part_id = ladder.parts[Level.TERMS]
    assert TERMS in browser.get(list_of(ladder)).text
    answer = browser.post(f"{list_of(ladder)}/terms", page=list_of(ladder), version="1")
    assert answer.status_code == 302
    open_part(ladder.people["reader"], part_id)
    assert browser.get(f"/parts/{part_id}").status_code == 200
    set_terms(ladder.people["reviewer"], "result", ladder.record_id, 1, Bilingual("新的条款"))
    assert browser.get(f"/parts/{part_id}").status_code == 403
    old = browser.post(f"{list_of(ladder)}/terms", page=list_of(ladder), version="1")
    assert (old.status_code, "条款刚刚改了" in old.text) == (409, True)
    browser.post(f"{list_of(ladder)}/terms", page=list_of(ladder), version="2")
    assert browser.get(f"/parts/{part_id}").status_code == 200
    assert db.session.query(TermsAcceptance).count() == 2


def test_terms_are_not_for_who_could_not_accept_them(ladder: Ladder) -> None:
    for name in ("stranger", "rival", "bureau"):
        browser = ladder.people.browser(name)
        assert TERMS not in browser.get(list_of(ladder)).text
        answer = browser.post(f"{list_of(ladder)}/terms", page="/account/password", version="1")
        assert answer.status_code == 403
    assert db.session.query(TermsAcceptance).count() == 0


def test_a_request_goes_to_the_holder_who_admits_the_person(ladder: Ladder) -> None:
    ladder.reach("reader", Level.TERMS)
    browser = ladder.people.browser("reader")
    part_id = ladder.parts[Level.NAMED]
    answer = browser.post(f"/parts/{part_id}/requests", page=list_of(ladder), purpose="评估选型")
    assert answer.status_code == 302
    assert "申请已经交给持有单位" in seen(browser.get(list_of(ladder)))
    with ladder.people.app.test_request_context():
        waiting = my_tasks.waiting_for(db.session, ladder.people["clerk"])
    assert "disclosure.request" in [task.kind for task in waiting]
    drain()
    (notice,) = [
        one
        for one in inbox(ladder.people["clerk"].organisation_id or 0)
        if one.kind == "access_requested"
    ]
    assert "评估选型" not in str(notice.params)
    clerk = ladder.people.browser("clerk")
    manage = f"{list_of(ladder)}/manage"
    assert "评估选型" in clerk.get(manage).text
    request_id = notice.params["request_id"]
    decision = f"/access-requests/{request_id}/decision"
    assert clerk.post(decision, work="admit").status_code == 302
    assert browser.post(f"/parts/{part_id}/open", page=list_of(ladder)).status_code == 302
    assert TEXTS[Level.NAMED] in browser.get(f"/parts/{part_id}").text
    with pytest.raises(Forbidden):
        open_part(ladder.people["colleague"], part_id)
    db.session.rollback()
    with ladder.people.app.test_request_context():
        assert my_tasks.waiting_for(db.session, ladder.people["clerk"]) == []
    listed = clerk.get(f"/records/result/{ladder.record_id}/openings").text
    assert "reader" in listed
    assert "澄溪装备公司" in listed
    assert HEADINGS[Level.NAMED] in listed


def test_a_whole_organisation_may_be_admitted(ladder: Ladder) -> None:
    ladder.accept("reader")
    ladder.accept("colleague")
    admit(ladder.people["clerk"], ladder.ask("reader"), covers_organisation=True)
    open_part(ladder.people["colleague"], ladder.parts[Level.NAMED])
    assert [one.person_name for one in openings()] == ["colleague"]


def test_a_refusal_says_why_and_another_request_may_follow(ladder: Ladder) -> None:
    ladder.accept("reader")
    request_id = ladder.ask("reader")
    clerk = ladder.people.browser("clerk")
    decision = f"/access-requests/{request_id}/decision"
    lacking = clerk.post(decision, work="refuse", reason=" ")
    assert (lacking.status_code, "请写明原因" in lacking.text) == (422, True)
    assert clerk.post(decision, work="refuse", reason="用途不清").status_code == 302
    page = ladder.people.browser("reader").get(list_of(ladder)).text
    assert "用途不清" in page
    assert "用途不清" not in ladder.people.browser("colleague").get(list_of(ladder)).text
    with pytest.raises(StateError):
        admit(ladder.people["clerk"], request_id, covers_organisation=False)
    assert ladder.ask("reader") != request_id


def test_what_was_admitted_may_be_revoked_at_once(ladder: Ladder) -> None:
    ladder.reach("reader", Level.NAMED)
    part_id = ladder.parts[Level.NAMED]
    open_part(ladder.people["reader"], part_id)
    browser = ladder.people.browser("reader")
    assert browser.get(f"/parts/{part_id}").status_code == 200
    revoke(ladder.people["reviewer"], 1, "合作结束")
    assert browser.get(f"/parts/{part_id}").status_code == 403
    with pytest.raises(Forbidden):
        open_part(ladder.people["reader"], part_id)


@pytest.mark.parametrize("name", ["bureau", "admin"])
def test_staff_are_told_that_they_do_not_read_parts_in_that_role(ladder: Ladder, name: str) -> None:
    browser = ladder.people.browser(name)
    part_id = ladder.parts[Level.NAMED]
    for answer in (browser.get(f"/parts/{part_id}"), browser.get(list_of(ladder))):
        assert "工作人员用现在的身份看不到这一部分" in seen(answer)
    answer = browser.post(f"{list_of(ladder)}/terms", page="/account/password", version="1")
    assert "工作人员用现在的身份看不到这一部分" in seen(answer)


def test_nobody_asks_twice_or_for_what_is_open_already(ladder: Ladder) -> None:
    ladder.accept("reader")
    ladder.ask("reader")
    with pytest.raises(StateError, match="申请已经交给"):
        ladder.ask("reader")
    with pytest.raises(StateError, match="不用申请"):
        request_access(ladder.people["reader"], ladder.parts[Level.VERIFIED], "看看")


@pytest.mark.parametrize("purpose", ["", "  \n", "长" * 501])
def test_a_purpose_is_needed_and_short_and_what_was_typed_stays(
    ladder: Ladder, purpose: str
) -> None:
    ladder.accept("reader")
    browser = ladder.people.browser("reader")
    path = f"/parts/{ladder.parts[Level.NAMED]}/requests"
    answer = browser.post(path, page=list_of(ladder), purpose=purpose)
    assert answer.status_code == 422
    assert purpose.strip() in answer.text


@pytest.mark.parametrize("name", ["stranger", "rival", "owner", "bureau", "admin"])
def test_nobody_asks_from_below_the_steps_before(ladder: Ladder, name: str) -> None:
    with pytest.raises(Forbidden):
        ladder.ask(name)


@pytest.mark.parametrize(
    "name", ["rival", "owner", "demander", "bureau", "admin", "reader", "stranger"]
)
def test_nobody_but_the_holder_decides_or_manages(ladder: Ladder, name: str) -> None:
    ladder.accept("reader")
    request_id = ladder.ask("reader")
    for work in (
        lambda actor: admit(actor, request_id, covers_organisation=False),
        lambda actor: refuse(actor, request_id, "不行"),
        lambda actor: remove_part(actor, ladder.parts[Level.VERIFIED]),
        lambda actor: change_part(actor, ladder.parts[Level.NAMED], 1, content(Level.VERIFIED)),
        lambda actor: set_terms(actor, "result", ladder.record_id, 1, Bilingual("随便看")),
    ):
        with pytest.raises((Forbidden, StateError)):
            work(ladder.people[name])
    browser = ladder.people.browser(name)
    record = f"/records/result/{ladder.record_id}"
    for path in (
        f"{record}/parts/manage",
        f"{record}/parts/new",
        f"{record}/terms",
        f"{record}/openings",
        f"/parts/{ladder.parts[Level.VERIFIED]}/edit",
        f"/parts/{ladder.parts[Level.VERIFIED]}/remove",
    ):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert not any(text in answer.text for text in TEXTS.values())
    for path, expected in (
        (f"/access-requests/{request_id}/decision", (403, 404)),
        (f"/parts/{ladder.parts[Level.VERIFIED]}/arrange", (403,)),
        (f"/parts/{ladder.parts[Level.VERIFIED]}/remove", (403,)),
        (f"/parts/{ladder.parts[Level.VERIFIED]}/edit", (403,)),
        (f"{record}/parts/new", (403,)),
        (f"{record}/terms", (403,)),
    ):
        assert browser.post(path, work="admit").status_code in expected, path
    assert ladder.part(Level.NAMED).version == 1


def test_parts_of_a_record_that_may_not_be_seen_are_not_there(app: Flask, ladder: Ladder) -> None:
    suspend_listing(ladder.people["clerk"], "result", ladder.record_id, "整理")
    part_id = ladder.parts[Level.VERIFIED]
    for browser in (Browser(app), ladder.people.browser("reader")):
        assert browser.get(list_of(ladder)).status_code == 404
    browser = ladder.people.browser("reader")
    assert browser.get(f"/parts/{part_id}").status_code == 404
    assert browser.post(f"/parts/{part_id}/open").status_code == 404
    with pytest.raises(StateError):
        open_part(ladder.people["reader"], part_id)
    assert ladder.people.browser("clerk").get(f"/parts/{part_id}").status_code == 200


def test_a_removed_part_is_gone_for_everybody(ladder: Ladder) -> None:
    part_id = ladder.parts[Level.VERIFIED]
    open_part(ladder.people["reader"], part_id)
    clerk = ladder.people.browser("clerk")
    answer = clerk.post(f"/parts/{part_id}/remove")
    assert answer.status_code == 302
    assert ladder.people.browser("reader").get(f"/parts/{part_id}").status_code == 404
    with pytest.raises(StateError):
        remove_part(ladder.people["clerk"], part_id)
    listed = clerk.get(f"/records/result/{ladder.record_id}/openings").text
    assert HEADINGS[Level.VERIFIED] in listed


def test_requests_that_wait_end_with_the_part_and_who_asked_is_told(ladder: Ladder) -> None:
    clerk, part_id = ladder.people["clerk"], ladder.parts[Level.NAMED]
    ladder.accept("reader")
    ladder.accept("colleague")
    admitted, waiting = ladder.ask("colleague"), ladder.ask("reader")
    admit(clerk, admitted, covers_organisation=False)
    remove_part(clerk, part_id)
    drain()
    db.session.rollback()
    states = db.session.execute(select(AccessRequest.id, AccessRequest.state))
    assert {row.id: row.state for row in states} == {admitted: "admitted", waiting: "ended"}
    told = "你申请查看的内容已经由持有单位删去，申请结束"
    assert told in seen(ladder.people.browser("reader").get("/inbox"))
    assert told not in seen(ladder.people.browser("colleague").get("/inbox"))
    with pytest.raises(StateError):
        admit(clerk, waiting, covers_organisation=False)


def test_who_saves_over_another_s_change_is_told(ladder: Ladder) -> None:
    part_id = ladder.parts[Level.VERIFIED]
    change_part(ladder.people["clerk"], part_id, 1, content(Level.VERIFIED, "先存的"))
    with pytest.raises(Conflict):
        change_part(ladder.people["reviewer"], part_id, 1, content(Level.VERIFIED, "后存的"))
    assert ladder.part(Level.VERIFIED).text.zh == "先存的"
