"""Writing to the holder's inbox from a record, and its answer."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Membership
from marketplace.catalogue.models import Result
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from marketplace.core.notifications import Notification, inbox
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.disclosure import letters as module
from marketplace.disclosure.letters import ANSWERED, RECEIVED, answer_letter, write_letter
from tests.functional.accounts.browsing import Browser, letters, seen
from tests.functional.accounts.test_long_lists import questions
from tests.functional.disclosure.conftest import Ladder

TEXT = "我们有十二台切管机，想问刀口能不能换。\n\n<b>急</b>"


def written(ladder: Ladder, name: str = "reader", text: str = TEXT) -> Notification:
    """The letter in the holder's inbox."""
    write_letter(ladder.people[name], "result", ladder.record_id, text)
    return received(ladder)[0]


def received(ladder: Ladder) -> list[Notification]:
    drain()
    db.session.rollback()
    clerk = ladder.people["clerk"]
    found = inbox(clerk.organisation_id, clerk.person_id)
    return [one for one in found if one.kind == RECEIVED]


def test_a_letter_goes_from_the_record_to_the_inbox_of_the_unit_and_the_answer_back(
    app: Flask, ladder: Ladder
) -> None:
    record = f"/results/{ladder.record_id}"
    reader = ladder.people.browser("reader")
    assert 'id="letter"' in reader.get(record).text
    sent = reader.post(f"/records/result/{ladder.record_id}/letter", text=TEXT)
    assert sent.location == "/inbox"
    assert "信已经送到持有单位的收件箱" in seen(reader.get("/inbox"))

    (letter,) = received(ladder)
    clerk = ladder.people.browser("clerk")
    page = clerk.get("/inbox").text
    assert "切管机" in page
    assert "<b>急</b>" not in page
    assert "澄溪装备公司（已核验）reader来信" in page.replace("\u00a0", " ").replace(" ", "")
    address = f"/letters/{letter.id}/answer"
    assert address in page
    assert "切管机" in clerk.get(address).text
    assert clerk.post(address, text="可以换，三天到货。").location == "/inbox"

    drain()
    page = seen(reader.get("/inbox"))
    assert "可以换，三天到货。" in page
    assert ladder.people["clerk"].name not in page
    first, second = letters(app)[-2:]
    assert "切管机" not in first.get_content()
    assert "三天到货" not in second.get_content()
    assert first["List-Unsubscribe"]


def test_visitors_are_led_to_sign_in(app: Flask, ladder: Ladder) -> None:
    visitor = Browser(app)
    page = visitor.get(f"/results/{ladder.record_id}").text
    assert "登录后给持有单位写信" in page
    answer = visitor.get(f"/records/result/{ladder.record_id}/letter")
    assert answer.status_code == 302
    assert "/account/sign-in" in answer.location


def test_nobody_writes_to_the_own_unit_and_none_but_the_receiver_answers(ladder: Ladder) -> None:
    clerk = ladder.people.browser("clerk")
    assert 'id="letter"' not in clerk.get(f"/results/{ladder.record_id}").text
    assert clerk.get(f"/records/result/{ladder.record_id}/letter").status_code == 403
    with pytest.raises(Forbidden):
        write_letter(ladder.people["clerk"], "result", ladder.record_id, TEXT)
    letter = written(ladder)
    for name in ("reader", "stranger"):
        assert ladder.people.browser(name).get(f"/letters/{letter.id}/answer").status_code == 403
        with pytest.raises(Forbidden):
            answer_letter(ladder.people[name], letter.id, "我来答")


def test_other_notices_are_no_letters(ladder: Ladder) -> None:
    ladder.accept("reader")
    ladder.ask("reader")
    drain()
    clerk = ladder.people.browser("clerk")
    for one in db.session.scalars(select(Notification.id)).all():
        assert clerk.get(f"/letters/{one}/answer").status_code == 404
    with pytest.raises(StateError):
        answer_letter(ladder.people["clerk"], 999_999, "答")


@pytest.mark.parametrize("text", ["", " \n ", "长" * 2001])
def test_what_cannot_be_sent_is_said_at_the_field_and_stays(ladder: Ladder, text: str) -> None:
    reader = ladder.people.browser("reader")
    page = reader.post(f"/records/result/{ladder.record_id}/letter", text=text)
    assert page.status_code == 422
    assert 'id="e-text"' in page.text
    assert text.strip() in page.text
    assert received(ladder) == []


def test_a_second_click_sends_nothing_twice(ladder: Ladder) -> None:
    written(ladder)
    written(ladder)
    assert len(received(ladder)) == 1
    letter = received(ladder)[0]
    for _click in range(2):
        answer_letter(ladder.people["clerk"], letter.id, "可以。")
    drain()
    answers = db.session.scalars(select(Notification).where(Notification.kind == ANSWERED)).all()
    assert len(answers) == 1


def test_so_many_letters_a_day_and_what_was_typed_is_kept(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_A_DAY", 2)
    for number in range(2):
        written(ladder, text=f"第 {number} 封")
    reader = ladder.people.browser("reader")
    page = reader.post(f"/records/result/{ladder.record_id}/letter", text="再一封")
    assert page.status_code == 409
    assert "再一封" in page.text
    assert "一天最多写 2 封信" in seen(page)
    assert len(received(ladder)) == 2
    # Others write as before.
    written(ladder, "stranger")


def test_where_nobody_reads_a_letter_is_not_taken(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "readers_of", lambda _organisation_id: [])
    with pytest.raises(StateError, match="还没有人在本站收信"):
        write_letter(ladder.people["reader"], "result", ladder.record_id, TEXT)


def test_whether_anybody_reads_costs_the_page_one_question(ladder: Ladder) -> None:
    record = db.session.get_one(Result, ladder.record_id)
    assert record.owner_ids
    found = []
    assert questions(lambda: found.append(module.is_read(db.session, record))) == 1
    with writing() as session:
        for membership in session.query(Membership).filter_by(organisation_id=record.owner_ids[0]):
            membership.ended_at = now()
    found.append(module.is_read(db.session, record))
    assert found == [True, True, False]
    page = ladder.people.browser("reader").get(f"/results/{ladder.record_id}")
    assert "持有单位还没有人在本站收信。" in page.text
    assert 'id="letter"' not in page.text


def test_the_audit_trail_says_who_wrote_about_what_and_not_the_text(ladder: Ladder) -> None:
    written(ladder)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "letter.write")).one()
    assert entry.person_id == ladder.people["reader"].person_id
    assert (entry.subject_kind, entry.subject_id) == ("result", ladder.record_id)
    assert "切管机" not in str(entry.detail)


def test_a_letter_waits_for_the_clerk_until_it_is_answered_or_read(ladder: Ladder) -> None:
    letter = written(ladder)
    clerk, reader = ladder.people.browser("clerk"), ladder.people.browser("reader")
    assert f"/letters/{letter.id}/answer" in clerk.get("/tasks").text
    assert "/answer" not in reader.get("/tasks").text
    answer_letter(ladder.people["clerk"], letter.id, "可以换。")
    assert "/answer" not in clerk.get("/tasks").text
    another = written(ladder, text="另外，交货多久？")
    assert f"/letters/{another.id}/answer" in clerk.get("/tasks").text
    clerk.post(f"/inbox/{another.id}/read")
    assert "/answer" not in clerk.get("/tasks").text
