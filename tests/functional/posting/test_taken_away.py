"""Who hears that a record was withdrawn or withheld for good, and what they hear."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.services import take_listing_step, withdraw_listing
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.notifications import Notification
from tests.functional.accounts.browsing import letters, seen
from tests.functional.posting.conftest import RIVAL, UNIVERSITY, People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.writing_down import RESULT

OWNERS = [{"name": UNIVERSITY, "uscc": ""}, {"name": RIVAL, "uscc": ""}]
TITLE = RESULT["title_zh"]


def inbox(people: People, name: str) -> str:
    return seen(people.browser(name).get("/inbox")).replace("<wbr>", "")


def letters_about(app: Flask, subject: str) -> dict[str, Any]:
    return {one["To"]: one for one in letters(app) if subject in one["Subject"]}


def test_the_first_holder_hears_that_another_one_withdrew_their_record(
    app: Flask, people: People
) -> None:
    record_id = publish_one(people, owners=OWNERS)
    withdraw_listing(people["rival"], "result", record_id, "合作结束")
    sent = letters_about(app, "已撤下")
    assert sent.keys() == {f"{name}@x.example" for name in ("clerk", "reviewer", "both")}
    text = sent["clerk@x.example"].get_content()
    assert TITLE in text
    assert f"{RIVAL}撤下了" in text
    assert "合作结束" in text
    said = inbox(people, "clerk")
    assert f"{RIVAL}撤下了你们共有的《{TITLE}》" in said
    assert "合作结束" in said
    assert "撤下了你们共有的" not in inbox(people, "rival")


def test_who_withdraws_what_nobody_else_holds_tells_nobody(app: Flask, people: People) -> None:
    record_id = publish_one(people)
    withdraw_listing(people["clerk"], "result", record_id, "转让了")
    assert letters_about(app, "已撤下") == {}


def test_what_the_market_s_own_command_withdraws_is_told_to_every_holder(
    app: Flask, people: People
) -> None:
    record_id = publish_one(people, owners=OWNERS)
    withdraw_listing(system("test"), "result", record_id, "法院判决")
    assert {"clerk@x.example", "rival@x.example"} <= letters_about(app, "已撤下").keys()
    assert f"《{TITLE}》由本站撤下" in inbox(people, "rival")


def test_every_holder_hears_by_notice_and_letter_what_the_bureau_withholds_and_why(
    app: Flask, people: People
) -> None:
    record_id = publish_one(people, owners=OWNERS)
    take_listing_step(people["bureau"], "result", record_id, "listing.withhold", "涉及秘密")
    sent = letters_about(app, "不予公开")
    assert {"clerk@x.example", "rival@x.example"} <= sent.keys()
    assert "bureau@x.example" not in sent
    assert "涉及秘密" in sent["rival@x.example"].get_content()
    assert TITLE in sent["rival@x.example"].get_content()
    assert f"《{TITLE}》不予公开：涉及秘密" in inbox(people, "clerk")
    withheld = select(Notification).where(Notification.kind == "listing_withheld")
    keys = {"record_kind", "record_id", "title", "reason"}
    assert [one.params.keys() for one in db.session.scalars(withheld)] == [keys, keys]
