"""How a holder writes further parts and terms."""

from __future__ import annotations

import pytest

from marketplace.catalogue.services import suspend_listing
from marketplace.core.db import db
from marketplace.core.policy import Level
from marketplace.disclosure.models import FurtherPart, PartVersion, Terms
from marketplace.disclosure.reading import open_part
from tests.functional.accounts.browsing import seen
from tests.functional.disclosure.conftest import HEADINGS, TERMS, TEXTS, Ladder, content
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one

FORM = {"level": "1", "heading_zh": "工艺窗口", "text_zh": "第一行\n第二行"}


def test_a_clerk_adds_changes_and_orders_parts(ladder: Ladder) -> None:
    clerk = ladder.people.browser("clerk")
    record = f"/records/result/{ladder.record_id}/parts"
    assert f"{record}/manage" in clerk.get(f"/results/{ladder.record_id}").text
    assert clerk.post(f"{record}/new", **FORM).status_code == 302
    part = db.session.query(FurtherPart).order_by(FurtherPart.id.desc()).first()
    assert (part.rank, part.level, part.is_heading_public) == (4, Level.VERIFIED, False)
    edit = f"/parts/{part.id}/edit"
    assert "第二行" in clerk.get(edit).text
    changed = {**FORM, "text_zh": "改过的", "is_heading_public": "1", "version": "1"}
    assert clerk.post(edit, **changed).status_code == 302
    old = clerk.post(edit, **{**changed, "text_zh": "旧稿"})
    assert (old.status_code, "旧稿" in old.text) == (409, True)
    assert "第二行" in clerk.get(edit).text
    clerk.post(f"/parts/{part.id}/arrange", page=f"{record}/manage")
    db.session.rollback()
    ordered = db.session.query(FurtherPart.id).order_by(FurtherPart.rank).all()
    assert [one.id for one in ordered].index(part.id) == 2
    assert db.session.query(PartVersion).filter_by(part_id=part.id).count() == 2


def test_saving_what_is_the_same_says_so_and_asks_nobody_to_accept_anew(ladder: Ladder) -> None:
    clerk = ladder.people.browser("clerk")
    terms, manage = (
        f"/records/result/{ladder.record_id}/{one}" for one in ("terms", "parts/manage")
    )
    clerk.post(terms, version="1", text_zh=TERMS)
    page = seen(clerk.get(manage))
    assert "没有改动。" in page
    assert "重新接受" not in page
    clerk.post(terms, version="1", text_zh="新的条款")
    assert "接受过旧条款的人要重新接受" in seen(clerk.get(manage))
    edit = f"/parts/{ladder.parts[Level.VERIFIED]}/edit"
    same = content(Level.VERIFIED)
    form = {
        "version": "1",
        "level": str(int(Level.VERIFIED)),
        "heading_zh": same.heading.zh,
        "text_zh": same.text.zh,
        "text_en": same.text.en,
    }
    clerk.post(edit, **form)
    page = seen(clerk.get(manage))
    assert "没有改动。" in page
    assert "已经改好" not in page
    clerk.post(edit, **{**form, "text_zh": "改过的"})
    assert "已经改好" in seen(clerk.get(manage))


def test_the_first_terms_were_accepted_by_nobody_before(people: People) -> None:
    record = f"/records/result/{publish_one(people)}"
    clerk = people.browser("clerk")
    clerk.post(f"{record}/terms", version="0", text_zh=TERMS)
    page = seen(clerk.get(f"{record}/parts/manage"))
    assert "条款已经存好。" in page
    assert "重新接受" not in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"heading_zh": ""}, "请写一个标题"),
        ({"text_zh": " "}, "请写中文内容"),
        ({"level": "0"}, "请选择谁可以打开"),
        ({"level": "4"}, "请选择谁可以打开"),
        ({"level": "x"}, "请选择谁可以打开"),
        ({"text_zh": "长" * 20_001}, "最多 20000 个"),
        ({"heading_en": "h" * 201}, "最多 200 个"),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_nothing_is_lost(
    ladder: Ladder, wrong: dict[str, str], told: str
) -> None:
    clerk = ladder.people.browser("clerk")
    path = f"/records/result/{ladder.record_id}/parts/new"
    answer = clerk.post(path, **{"text_en": "kept words", **FORM, **wrong})
    assert answer.status_code == 422
    assert told in answer.text.replace("\u00a0", " ")
    assert "kept words" in answer.text
    assert db.session.query(FurtherPart).count() == 3


def test_the_step_of_terms_needs_terms_first(people: People) -> None:
    record_id = publish_one(people)
    clerk = people.browser("clerk")
    record = f"/records/result/{record_id}"
    answer = clerk.post(f"{record}/parts/new", **{**FORM, "level": "2"})
    assert (answer.status_code, "还没有条款" in answer.text) == (422, True)
    assert clerk.post(f"{record}/terms", text_zh="条款一", version="0").status_code == 302
    assert clerk.post(f"{record}/terms", text_zh="条款二", version="0").status_code == 409
    assert clerk.post(f"{record}/terms", text_zh="", version="1").status_code == 422
    assert clerk.post(f"{record}/parts/new", **{**FORM, "level": "2"}).status_code == 302
    assert db.session.query(Terms).count() == 1


def test_the_holder_reads_its_own_parts_without_opening_them(ladder: Ladder) -> None:
    for name in ("clerk", "reviewer"):
        browser = ladder.people.browser(name)
        for level, part_id in ladder.parts.items():
            page = browser.get(f"/parts/{part_id}").text
            assert HEADINGS[level] in page
            assert TEXTS[level] in page
        for path in ("parts", "parts/manage", "openings", "terms"):
            address = f"/en/records/result/{ladder.record_id}/{path}"
            assert browser.get(address).status_code == 200


def test_only_a_public_record_gets_parts(ladder: Ladder) -> None:
    suspend_listing(ladder.people["clerk"], "result", ladder.record_id, "整理")
    clerk = ladder.people.browser("clerk")
    answer = clerk.post(f"/records/result/{ladder.record_id}/parts/new", **FORM)
    assert (answer.status_code, "只有公开着的记录" in answer.text) == (409, True)
    terms = f"/records/result/{ladder.record_id}/terms"
    assert clerk.post(terms, text_zh="新条款", version="1").status_code == 409


@pytest.mark.parametrize("path", ["/parts/999", "/parts/999/edit", "/records/patent/999/parts"])
def test_what_is_not_there_is_not_found(people: People, path: str) -> None:
    assert people.browser("clerk").get(path).status_code == 404


def test_a_second_click_on_removing_says_that_the_part_is_gone(ladder: Ladder) -> None:
    clerk = ladder.people.browser("clerk")
    manage = f"/records/result/{ladder.record_id}/parts/manage"
    address = f"/parts/{ladder.parts[Level.NAMED]}/remove"
    for _click in range(2):
        answer = clerk.post(address)
        assert answer.location == manage
    assert "已经删去" in clerk.get(manage).text
    # To everybody else it is as if it had never been.
    reader = ladder.people.browser("reader")
    assert reader.post(address).status_code in (403, 404)
    assert clerk.get(address).location == manage


def test_removing_asks_first_and_says_what_stands_on_the_part(ladder: Ladder) -> None:
    clerk = ladder.people.browser("clerk")
    opened, part_id = ladder.parts[Level.VERIFIED], ladder.parts[Level.NAMED]
    ladder.reach("reader", Level.NAMED)
    ladder.accept("colleague")
    ladder.ask("colleague")
    for _time in range(2):
        open_part(ladder.people["reader"], opened)
    open_part(ladder.people["reader"], part_id)
    address = f"/parts/{part_id}/remove"
    assert address in clerk.get(f"/records/result/{ladder.record_id}/parts/manage").text
    page = seen(clerk.get(address))
    assert HEADINGS[Level.NAMED] in page
    assert "它被打开过 1 次" in page
    assert "有 1 个申请还没有答复" in page
    assert "同意过 1 个申请" in page
    page = seen(clerk.get(f"/parts/{opened}/remove"))
    assert "它被打开过 2 次" in page
    assert "申请" not in page[page.index("<ul>") : page.index("</ul>", page.index("<ul>"))]
    assert "还没有人打开过它" in seen(clerk.get(f"/parts/{ladder.parts[Level.TERMS]}/remove"))
    # Nothing is removed until the question is answered.
    assert clerk.get(f"/parts/{part_id}").status_code == 200
    assert clerk.post(address).status_code == 302
    assert clerk.get(f"/parts/{part_id}").status_code == 404
