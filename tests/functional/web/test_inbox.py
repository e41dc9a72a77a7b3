"""The inbox: who sees which notice, reading, pages, words in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation
from marketplace.accounts.own_data import kept_data
from marketplace.accounts.own_export import export_own_data
from marketplace.catalogue import taken_away
from marketplace.contracts import notices as contract_notices
from marketplace.core import notifications
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import (
    NoticeKind,
    Notification,
    declare_notices,
    notice_kind,
    notify,
)
from marketplace.core.outbox import drain
from marketplace.demands import notices as demand_notices
from marketplace.disclosure import answering
from marketplace.freshness import letters
from marketplace.matching import notices as match_notices
from marketplace.obligations import notices
from tests.conftest import PROJECT_ROOT
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.shelf.conftest import browser_of, person


@pytest.fixture(autouse=True)
def news(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of notice of the tests."""
    monkeypatch.setattr(notifications, "_kinds", dict(notifications._kinds))
    declare_notices(
        NoticeKind(
            "news", lambda params: f"消息 {params['what']}", lambda params: params.get("address")
        )
    )


def organisation(*people: int) -> int:
    """An organisation with these people in it."""
    with writing() as session:
        made = Organisation(name=Bilingual("某大学"), name_key="某大学", state="published")
        session.add(made)
        session.flush()
        for one in people:
            grant_roles(session, system("test"), one, made.id, [Role.HOLDER])
        return made.id


def tell(organisation_id: int | None, what: str, person_id: int | None = None, **more: Any) -> None:
    with writing() as session:
        notify(session, organisation_id, "news", person_id=person_id, what=what, **more)
    drain()


def test_a_person_without_an_organisation_has_an_inbox(reader: Browser, liwen: int) -> None:
    assert "还没有通知" in seen(reader.get("/inbox"))
    tell(None, "第一条", liwen, address="/results/1")
    tell(None, "<i>第二条</i>", liwen)
    page = seen(reader.get("/inbox"))
    assert "<h1>2 条通知没有读</h1>" in page
    assert 'href="/results/1"' in page
    assert "消息 &lt;i&gt;第二条&lt;/i&gt;" in page
    assert page.index("第二条") < page.index("第一条")


def test_who_sees_which_notice(app: Flask, liwen: int) -> None:
    colleague, stranger = person("colleague@a.example"), person("stranger@b.example")
    here = organisation(liwen, colleague)
    tell(here, "给单位")
    tell(here, "给李雯", liwen)
    tell(None, "只给李雯", liwen)
    seen_by = {
        one: seen(browser_of(app, one).get("/inbox")) for one in (liwen, colleague, stranger)
    }
    assert [what in seen_by[liwen] for what in ("给单位", "消息 给李雯", "只给李雯")] == [True] * 3
    assert "消息 给单位" in seen_by[colleague]
    assert "李雯" not in seen_by[colleague].partition("<main")[2]
    assert "消息" not in seen_by[stranger].partition("<main")[2]


def test_a_notice_is_for_somebody(app: Flask) -> None:
    with pytest.raises(ValueError, match="for somebody"), writing() as session:
        notify(session, None, "news")


def test_reading_one_and_reading_all(reader: Browser, liwen: int) -> None:
    for what in ("甲", "乙", "丙"):
        tell(None, what, liwen)
    first = db.session.query(Notification).order_by(Notification.id).first()
    assert first is not None
    assert reader.post(f"/inbox/{first.id}/read").location == "/inbox"
    assert "2 条通知没有读" in seen(reader.get("/inbox"))
    assert "2 条没有读" in seen(reader.get("/account"))
    reader.post("/inbox/read")
    assert "通知都读过了" in seen(reader.get("/inbox"))


def test_another_s_notice_can_not_be_read(app: Flask, reader: Browser, liwen: int) -> None:
    stranger = person("stranger@b.example")
    tell(None, "给别人", stranger)
    tell(None, "给李雯", liwen)
    notice = db.session.query(Notification).filter_by(person_id=stranger).one()
    assert reader.post(f"/inbox/{notice.id}/read").status_code == 404
    reader.post("/inbox/read")
    assert "1 条通知没有读" in seen(browser_of(app, stranger).get("/inbox"))


def test_fifty_stand_on_a_page(reader: Browser, liwen: int) -> None:
    with writing() as session:
        for number in range(51):
            notify(session, None, "news", person_id=liwen, what=f"第{number}号")
    drain()
    assert reader.get("/inbox").text.count(">标为已读<") == 50
    last = reader.get("/inbox?page=2")
    assert "第0号" in last.text
    assert last.text.count(">标为已读<") == 1
    for page in ("0", "x", "99999999", "7"):
        assert reader.get(f"/inbox?page={page}").status_code == 200


def test_a_notice_of_a_kind_that_is_gone_still_has_a_sentence(reader: Browser, liwen: int) -> None:
    with writing() as session:
        notify(session, None, "of_former_times", person_id=liwen)
    drain()
    assert "已经不再办理" in seen(reader.get("/inbox"))


def test_the_own_data_hold_the_own_notices_and_closing_forgets_them(liwen: int) -> None:
    here = organisation(liwen)
    tell(here, "给单位")
    tell(None, "给李雯", liwen)
    actor = Actor(ActorKind.PERSON, "李雯", liwen, here)
    assert [one["params"] for one in export_own_data(actor)["notices"]] == [{"what": "给李雯"}]
    with writing() as session:
        kept_data.forget(session, liwen)
    assert [one.params["what"] for one in db.session.query(Notification)] == ["给单位"]


CHOSEN = {
    "marketplace/catalogue/taken_away.py": tuple(taken_away.NOTICES.values()),
    "marketplace/contracts/notices.py": contract_notices.KINDS,
    "marketplace/demands/expiring.py": (demand_notices.EXPIRED_NOTICE,),
    "marketplace/demands/reminding.py": (demand_notices.DUE_SOON,),
    "marketplace/disclosure/answering.py": tuple(answering.NOTICES.values()),
    "marketplace/disclosure/reading.py": ("access_requested",),
    "marketplace/freshness/asking.py": (letters.ASKED, letters.HIDDEN),
    "marketplace/matching/notices.py": (
        *(match_notices.WANTED, match_notices.OFFERED, match_notices.BOTH_WANT),
        *(match_notices.CONSENTED, match_notices.CONTACTS, match_notices.REFUSED),
        *(match_notices.OFFER_REFUSED, match_notices.RETRACTED, match_notices.PROPOSED),
        *(match_notices.ASKED, match_notices.ANSWERED),
    ),
    "marketplace/matching/suggesting.py": (match_notices.FOUND,),
    "marketplace/obligations/clocks.py": (
        *(notices.DECIDED, notices.DECIDED_LATE, notices.CANCELLED),
    ),
    "marketplace/obligations/reminding.py": (notices.DUE_SOON,),
    "marketplace/obligations/services.py": (notices.RETURNED, notices.ACCEPTED, notices.WAIVED),
    "marketplace/obligations/setting_up.py": (notices.SET_UP,),
}
"""Where the kind is a variable or another module's, and what it can be."""


def sent_kinds() -> Iterator[tuple[str, str]]:
    """File and kind of every call of ``notify`` in the market's code."""
    for path in sorted((PROJECT_ROOT / "marketplace").rglob("*.py")):
        module = ast.parse(path.read_text("utf-8"))
        names = {
            target.id: node.value.value
            for node in module.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "notify":
                place = str(path.relative_to(PROJECT_ROOT))
                for kind in CHOSEN.get(place) or (_kind_of(node, names),):
                    yield place, kind


def _kind_of(call: ast.Call, names: dict[str, Any]) -> str:
    kind = call.args[2] if len(call.args) > 2 else None
    if isinstance(kind, ast.Constant):
        return str(kind.value)
    if isinstance(kind, ast.Name) and kind.id in names:
        return str(names[kind.id])
    return "not written as a name in the same module"


def test_every_kind_that_is_sent_has_words(app: Flask) -> None:
    sent = list(sent_kinds())
    assert sent
    assert [(place, kind) for place, kind in sent if notice_kind(kind) is None] == []
