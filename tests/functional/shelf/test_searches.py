"""Keeping searches: the way from the search page, the list, changing and deleting."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.services import suspend_listing
from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.mail.refusals import is_refused, refuse_topic, refused_topics
from marketplace.shelf import services
from marketplace.shelf.models import SavedRecord, SavedSearch, SearchMatch
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.shelf.conftest import browser_of, person

NEW = "/saved/searches/new?q=气孔&kind=result"
LIST = "/saved/searches"


def kept() -> list[SavedSearch]:
    db.session.rollback()
    return list(db.session.scalars(select(SavedSearch).order_by(SavedSearch.id)))


def keep(reader: Browser, page: str = NEW, **fields: str) -> object:
    given = {"name": "气孔", "frequency": "daily", "by_inbox": "1", **fields}
    search = page.partition("?")[2]
    return reader.post(LIST, search=search, **given)


def test_the_way_from_the_search_page_leads_to_a_form_with_a_name(reader: Browser) -> None:
    page = reader.get("/search?q=焊缝 气孔&kind=result&trl_min=5").text
    assert "/saved/searches/new?q=%E7%84%8A%E7%BC%9D" in page
    form = seen(reader.get("/saved/searches/new?q=焊缝 气孔&kind=result&trl_min=5"))
    assert 'value="成果：含焊缝、气孔，TRL 5 及以上"' in form
    english = seen(reader.get("/en/saved/searches/new?q=焊缝&kind=result"))
    assert 'value="成果' not in english


def test_a_visitor_comes_back_to_the_form_after_signing_in(shop: Flask) -> None:
    answer = Browser(shop).get("/saved/searches/new?q=气孔")
    assert answer.location.startswith("/account/sign-in?next=/saved/searches/new?q%3D")


def test_a_kept_search_can_be_opened_again(reader: Browser) -> None:
    assert keep(reader).location == LIST
    (search,) = kept()
    assert (search.name, search.frequency, search.by_mail, search.by_inbox) == (
        "气孔",
        "daily",
        False,
        True,
    )
    assert 'href="/search?q=%E6%B0%94%E5%AD%94&amp;kind=result"' in reader.get(LIST).text
    assert 'href="/en/search?q=' in reader.get(f"/en{LIST}").text


def test_order_and_page_are_no_part_of_it(reader: Browser) -> None:
    keep(reader, "/saved/searches/new?q=气孔&sort=date&page=3&all=1")
    assert kept()[0].params == [["q", "气孔"]]


def test_the_same_search_is_kept_once(reader: Browser) -> None:
    keep(reader)
    keep(reader, name="另一个名字")
    assert [one.name for one in kept()] == ["另一个名字"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "  "}, "给它起个名字"),
        ({"name": "长" * 201}, "名字最多 200 字，现在是 201 字"),
        ({"by_inbox": "", "frequency": "daily"}, ""),
    ],
)
def test_what_can_not_be_comes_back_with_a_sentence(
    reader: Browser, fields: dict[str, str], sentence: str
) -> None:
    answer = keep(reader, **fields)
    if not sentence:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert sentence in seen(answer)
    assert "错误：" in answer.text
    assert kept() == []


def test_an_alert_needs_a_way_to_be_told(reader: Browser) -> None:
    answer = reader.post(LIST, page=NEW, search="q=气孔", name="气孔", frequency="weekly")
    assert answer.status_code == 422
    assert "收件箱和邮件至少选一样" in seen(answer)
    assert kept() == []


def test_a_search_for_everything_is_not_kept(reader: Browser) -> None:
    assert "先搜些什么，再保存" in seen(reader.get("/saved/searches/new"))
    answer = reader.post(LIST, page=NEW, search="q=，。", name="x", frequency="off")
    assert answer.status_code == 422
    assert kept() == []


@pytest.mark.parametrize("search", ["&&&=", "trl_min=x&field=zzz", "q=%FF%00", "page=9"])
def test_nonsense_in_the_hidden_field_is_refused(reader: Browser, search: str) -> None:
    answer = reader.post(LIST, page=NEW, search=search, name="x", frequency="off")
    assert answer.status_code in (302, 422)


def test_name_and_alerts_can_be_changed(reader: Browser) -> None:
    keep(reader)
    path = f"{LIST}/{kept()[0].id}"
    reader.post(path, page=LIST, name="新名字", frequency="weekly", by_mail="1")
    (search,) = kept()
    assert (search.name, search.frequency, search.by_mail, search.by_inbox) == (
        "新名字",
        "weekly",
        True,
        False,
    )
    answer = reader.post(path, page=LIST, name="", frequency="off")
    assert answer.status_code == 422
    assert "给它起个名字" in seen(answer)


def test_turning_alerts_off_forgets_what_waited(reader: Browser) -> None:
    keep(reader)
    search_id = kept()[0].id
    with writing() as session:
        session.add(SearchMatch(search_id=search_id, kind="result", record_id=1))
    reader.post(f"{LIST}/{search_id}", page=LIST, name="气孔", frequency="off")
    assert db.session.scalars(select(SearchMatch)).all() == []


def test_what_it_found_is_listed_but_for_what_may_not_be_seen(reader: Browser) -> None:
    keep(reader)
    search_id = kept()[0].id
    with writing() as session:
        for record_id in (1, 3):
            session.add(SearchMatch(search_id=search_id, kind="result", record_id=record_id))
    assert "保存以后新找到 2 条" in seen(reader.get(LIST))
    suspend_listing(system("test"), "result", 3, "查处")
    page = seen(reader.get(f"{LIST}/{search_id}")).replace("<wbr>", "")
    assert "铝壳焊缝气孔闭环控制" in page
    assert "气孔形成机理" not in page
    assert "没有列出" in page


def test_a_search_is_deleted_with_what_it_found(reader: Browser) -> None:
    keep(reader)
    search_id = kept()[0].id
    with writing() as session:
        session.add(SearchMatch(search_id=search_id, kind="result", record_id=1))
    reader.post(f"{LIST}/{search_id}/delete", page=LIST)
    assert kept() == []
    assert db.session.scalars(select(SearchMatch)).all() == []


def test_another_s_search_is_not_there(shop: Flask, reader: Browser) -> None:
    keep(reader)
    path = f"{LIST}/{kept()[0].id}"
    other = browser_of(shop, person("other@yunxiu.example"))
    assert other.get(path).status_code == 404
    assert other.post(path, page=NEW, name="x", frequency="off").status_code == 404
    assert other.post(f"{path}/delete", page=NEW).status_code == 404
    assert [one.name for one in kept()] == ["气孔"]


def test_more_searches_than_can_be_watched_are_refused(
    reader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_SEARCHES", 1)
    keep(reader)
    answer = keep(reader, "/saved/searches/new?q=毛刺")
    assert answer.status_code == 422
    assert "最多保存" in seen(answer)


def test_the_list_says_that_letters_are_refused_and_accepts_them_again(
    reader: Browser, liwen: int
) -> None:
    keep(reader)
    refuse_topic(liwen, "saved_searches")
    refuse_topic(liwen, "listing")
    page = seen(reader.get(LIST))
    assert "你退订了这类邮件" in page
    assert f'action="{LIST}/letters"' in page
    assert is_refused(liwen, "saved_searches")
    assert reader.post(f"{LIST}/letters", page=LIST).location == LIST
    page = seen(reader.get(LIST))
    assert "你又会收到这类邮件" in page
    assert "你退订了这类邮件" not in page
    assert refused_topics(liwen) == {"listing"}


def test_the_own_data_hold_what_is_kept_and_closing_forgets_it(reader: Browser, liwen: int) -> None:
    from marketplace.accounts.own_data import kept_data

    keep(reader)
    reader.post("/saved/result/1")
    reader.post("/saved/result/1/note", note="问问价格")
    data = json.loads(reader.get("/account/data").text)
    assert data["shelf"]["records"][0]["record"] == "result-1"
    assert data["shelf"]["records"][0]["note"] == "问问价格"
    assert data["shelf"]["searches"][0]["name"] == "气孔"
    with writing() as session:
        kept_data.forget(session, liwen)
    assert kept() == []
    assert db.session.scalars(select(SavedRecord)).all() == []
