"""Keeping records: what is listed of them, notes, limits, and whose they are."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.catalogue.models import Result
from marketplace.catalogue.services import suspend_listing, take_listing_step, withdraw_listing
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, writing
from marketplace.shelf import services
from marketplace.shelf.models import SavedRecord
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.catalogue.conftest import GONE, PAUSED
from tests.functional.shelf.conftest import browser_of, person

TITLE = "铝壳焊缝气孔闭环控制"
SAVE = "/saved/result/1"


def kept() -> list[tuple[str, int, str]]:
    db.session.rollback()
    return [(one.kind, one.record_id, one.note) for one in db.session.query(SavedRecord)]


def text_of(reader: Browser, path: str = "/saved") -> str:
    return re.sub(r"<wbr>|\s+", "", seen(reader.get(path)))


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/results/1", "/saved/result/1"),
        ("/patents/1", "/saved/patent/1"),
        ("/projects/1", "/saved/project/1"),
        ("/organisations/1", "/saved/organisation/1"),
    ],
)
def test_every_kind_of_record_has_a_button_that_keeps_it_and_lets_it_go(
    reader: Browser, page: str, address: str
) -> None:
    answer = reader.post(address, next=f"{page}#keep")
    assert (answer.status_code, answer.location) == (302, f"{page}#keep")
    assert len(kept()) == 1
    assert "已收藏，移除" in reader.get(page).text
    assert reader.post(f"{address}/remove", next=page).status_code == 302
    assert kept() == []


def test_keeping_twice_keeps_once(reader: Browser) -> None:
    for _time in range(2):
        assert reader.post(SAVE).status_code == 302
    assert kept() == [("result", 1, "")]


@pytest.mark.parametrize("record_id", [GONE, PAUSED, 999])
def test_what_may_not_be_seen_can_not_be_kept(reader: Browser, record_id: int) -> None:
    assert reader.post(f"/saved/result/{record_id}").status_code == 404
    assert kept() == []


def test_a_hit_has_a_button_and_says_that_it_is_kept(reader: Browser) -> None:
    page = "/search?q=气孔"
    reader.post(SAVE, next=page)
    assert reader.get(page).text.count("已收藏，移除") == 1


def test_a_visitor_is_led_to_the_way_in_and_sees_no_form(shop: Flask) -> None:
    visitor = Browser(shop)
    page = visitor.get("/results/1").text
    assert "登录后收藏" in page
    assert "csrf_token" not in page
    assert "csrf_token" not in visitor.get("/search?q=气孔").text
    assert visitor.get("/saved").location.startswith("/account/sign-in")


def test_a_redirect_leads_nowhere_else(reader: Browser) -> None:
    answer = reader.post(SAVE, next="//evil.example/")
    assert answer.location == "/saved"


def test_a_record_that_changed_says_so(reader: Browser) -> None:
    reader.post(SAVE)
    assert "收藏后有改动" not in text_of(reader)
    with writing() as session:
        session.get_one(Result, 1).version += 1
    assert "收藏后有改动" in text_of(reader)


def test_of_a_withdrawn_record_only_the_number_is_left(reader: Browser) -> None:
    reader.post(SAVE)
    assert TITLE in text_of(reader)
    withdraw_listing(system("test"), "result", 1, "转让了")
    page = text_of(reader)
    assert "已撤下" in page
    assert "编号result-1" in page
    assert TITLE not in page


def test_of_a_withheld_record_only_the_number_is_left(reader: Browser) -> None:
    reader.post(SAVE)
    bureau = Actor(ActorKind.PERSON, "许宁", 1, 1, frozenset({Role.BUREAU}))
    take_listing_step(bureau, "result", 1, "listing.withhold", "涉密")
    page = text_of(reader)
    assert "不予公开" in page
    assert TITLE not in page
    assert "涉密" not in page


def test_of_a_suspended_record_not_even_the_reason_is_told(reader: Browser) -> None:
    reader.post(SAVE)
    suspend_listing(system("test"), "result", 1, "查处")
    page = text_of(reader)
    assert "暂不展示" in page
    assert TITLE not in page
    assert "查处" not in page


def test_a_note_is_written_shown_and_emptied(reader: Browser) -> None:
    reader.post(SAVE)
    reader.post(f"{SAVE}/note", note="问问 <b>价格</b>")
    assert kept() == [("result", 1, "问问 <b>价格</b>")]
    assert "问问 &lt;b&gt;价格&lt;/b&gt;" in seen(reader.get("/saved"))
    reader.post(f"{SAVE}/note", note=" ")
    assert kept() == [("result", 1, "")]


def test_a_note_that_is_too_long_comes_back_with_what_was_written(reader: Browser) -> None:
    reader.post(SAVE)
    answer = reader.post(f"{SAVE}/note", note="长" * 501)
    assert answer.status_code == 422
    assert "备注最多 500 字，现在是 501 字" in seen(answer)
    assert "长" * 501 in answer.text
    assert kept() == [("result", 1, "")]


def test_nobody_sees_or_touches_what_another_keeps(shop: Flask, reader: Browser) -> None:
    reader.post(SAVE)
    other = browser_of(shop, person("other@yunxiu.example"))
    assert "还没有收藏" in seen(other.get("/saved"))
    assert other.post(f"{SAVE}/note", note="x").status_code == 404
    other.post(f"{SAVE}/remove")
    assert kept() == [("result", 1, "")]


def test_a_full_list_says_so(reader: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_RECORDS", 1)
    reader.post(SAVE)
    answer = reader.post("/saved/patent/1")
    assert answer.status_code == 422
    assert "收藏已满" in seen(answer)
    assert len(kept()) == 1


def test_without_the_token_of_a_form_nothing_is_kept(reader: Browser) -> None:
    assert reader.post_without_token(SAVE).status_code == 400
    assert kept() == []
