"""A holder who is signed in: the record's page, the list of all that is due, the end of one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.core.actor import Actor, Role
from marketplace.core.db import db
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.freshness import routes
from marketplace.freshness.holders import holder
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.freshness.conftest import (
    FIRST_DAY,
    Calendar,
    Publish,
    Town,
    askings,
    signed_in,
    stored,
)


def plain(response) -> str:
    return re.sub("<wbr>", "", seen(response))


def test_all_that_is_due_is_confirmed_in_one_go(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    ids = [publish(title=f"第 {number} 项") for number in range(3)]
    patent = publish("patent", "一种夹具")
    calendar.round(91)
    liwen = signed_in(app, "liwen")
    page = liwen.get("/confirm")
    assert plain(page).count('type="checkbox"') == 4
    assert "checked" not in plain(page)
    assert plain(liwen.get("/confirm?all=1")).count(" checked") == 4
    items = [f"result-{ids[0]}", f"patent-{patent}"]
    answer = liwen.post("/confirm", items=items)
    assert answer.status_code == 302
    assert "2 条确认好了" in plain(liwen.get("/confirm"))
    day = FIRST_DAY + timedelta(days=91)
    assert [stored(one).confirmed_on for one in ids] == [day, FIRST_DAY, FIRST_DAY]
    assert stored(patent, "patent").confirmed_on == day
    assert plain(liwen.get("/confirm")).count('type="checkbox"') == 2


def test_choosing_nothing_is_told_at_the_form(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    publish()
    calendar.go_to(91)
    liwen = signed_in(app, "liwen")
    answer = liwen.post("/confirm")
    assert answer.status_code == 422
    assert "先在下面选出" in plain(answer)


@pytest.mark.parametrize(
    "item",
    ["", "result", "result-", "result-x", "result-9999999999", "person-1", "project-1", "１"],
)
def test_what_names_no_listing_is_a_sentence(
    app: Flask, calendar: Calendar, publish: Publish, item: str
) -> None:
    publish()
    calendar.go_to(91)
    liwen = signed_in(app, "liwen")
    answer = liwen.post("/confirm", items=item)
    assert answer.status_code == 422
    assert "找不到" in plain(answer)


def test_somebody_elses_listing_is_refused_and_with_it_all_that_was_chosen(
    app: Flask, calendar: Calendar, town: Town, publish: Publish
) -> None:
    own, foreign = publish(), publish(owners=(town.firm,))
    calendar.round(91)
    liwen = signed_in(app, "liwen")
    answer = liwen.post("/confirm", items=[f"result-{own}", f"result-{foreign}"])
    assert answer.status_code == 403
    assert stored(own).confirmed_on == stored(foreign).confirmed_on == FIRST_DAY
    assert f'value="result-{foreign}"' not in liwen.get("/confirm").text
    assert liwen.get(f"/confirm/stop/result-{foreign}").status_code == 403
    assert liwen.post(f"/confirm/stop/result-{foreign}", reason="x").status_code == 403


def test_a_listing_that_nobody_may_see_is_not_there(
    app: Flask, calendar: Calendar, town: Town, publish: Publish
) -> None:
    hidden = publish(owners=(town.firm,), state="suspended")
    publish()
    calendar.go_to(91)
    liwen = signed_in(app, "liwen")
    assert liwen.get(f"/confirm/stop/result-{hidden}").status_code == 404
    liwen.post("/confirm", items=f"result-{hidden}")
    assert "1 条没有确认" in plain(liwen.get("/confirm"))
    assert stored(hidden).confirmed_on == FIRST_DAY


def test_the_record_page_offers_its_holder_alone_to_confirm(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    calendar.round(91)
    assert "仍然有效" not in plain(Browser(app).get(f"/results/{record}"))
    assert "仍然有效" not in plain(signed_in(app, "zhaoyiming").get(f"/results/{record}"))
    liwen = signed_in(app, "liwen")
    page = plain(liwen.get(f"/results/{record}"))
    assert "这条是否仍然有效" in page
    path = f"/results/{record}"
    answer = liwen.post("/confirm", items=f"result-{record}", next=path)
    assert answer.headers["Location"].endswith(path)
    page = plain(liwen.get(path))
    assert "这条是否仍然有效" not in page
    assert "2026-06-01 持有人确认有效" in page


def test_the_mark_and_the_letters_go_by_the_same_days(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    app.extensions["settings"].confirm_days = 20
    app.extensions["settings"].confirm_lower_days = 10
    visitor = Browser(app)
    assert calendar.round(20) == []
    assert "m-fresh--ok" in visitor.get(f"/results/{record}").text
    assert calendar.round(21) != []
    assert "m-fresh--old" in visitor.get(f"/results/{record}").text
    calendar.round(30)
    assert stored(record).silent_since is None
    assert "m-fresh--old" in visitor.get(f"/results/{record}").text
    calendar.round(31)
    assert stored(record).silent_since is not None
    assert "m-fresh--none" in visitor.get(f"/results/{record}").text
    assert "超过 30 天未确认" in seen(visitor.get(f"/results/{record}"))


def test_a_hidden_listing_is_shown_again_from_its_own_page(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    for day in (91, 121, 151, 181):
        calendar.round(day)
    path = f"/results/{record}"
    assert Browser(app).get(path).status_code == 404
    liwen = signed_in(app, "liwen")
    assert "恢复展示" in plain(liwen.get(path))
    assert "因为没有确认不再展示，1 条" in plain(liwen.get("/confirm"))
    liwen.post("/confirm", items=f"result-{record}", next=path)
    assert Browser(app).get(path).status_code == 200


def test_a_listing_that_no_longer_stands_goes_off_the_pages_with_a_reason(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    calendar.round(91)
    liwen = signed_in(app, "liwen")
    path = f"/confirm/stop/result-{record}"
    answer = liwen.post(path, reason="  ")
    assert answer.status_code == 422
    assert "要写明原因" in plain(answer)
    assert liwen.post(path, reason="已经转让").status_code == 302
    assert stored(record).state == "suspended"
    assert [one.outcome for one in askings()] == ["stopped"]
    assert "没有在展示" in plain(liwen.get(path))
    done = liwen.post("/confirm", items=f"result-{record}")
    assert done.status_code == 302
    assert stored(record).state == "suspended"


def test_a_long_list_has_pages(
    app: Flask, calendar: Calendar, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "ON_A_PAGE", 2)
    for number in range(5):
        publish(title=f"第 {number} 项")
    calendar.go_to(91)
    liwen = signed_in(app, "liwen")
    for page, held in ((1, 2), (2, 2), (3, 1), (9, 1), (-4, 2)):
        assert plain(liwen.get(f"/confirm?page={page}")).count('type="checkbox"') == held
    assert liwen.get("/confirm?page=x").status_code == 200


def test_the_lists_want_somebody_signed_in(app: Flask, calendar: Calendar) -> None:
    visitor = Browser(app)
    answer = visitor.get("/confirm")
    assert answer.status_code == 302
    assert "/account/sign-in" in answer.headers["Location"]


def test_the_next_address_never_leads_elsewhere(
    app: Flask, calendar: Calendar, publish: Publish
) -> None:
    record = publish()
    calendar.go_to(91)
    answer = signed_in(app, "liwen").post(
        "/confirm", items=f"result-{record}", next="https://evil.example/"
    )
    assert answer.headers["Location"] == "/confirm"


def test_what_waits_is_one_task_with_its_last_day_and_what_happens(
    app: Flask, calendar: Calendar, town: Town, publish: Publish
) -> None:
    liwen = holder(db.session, town.liwen, town.university)
    outsider = holder(db.session, town.zhaoyiming, town.firm)
    publish(title="铝壳焊缝")

    def tasks(actor: Actor) -> list[Task]:
        with app.test_request_context():
            return my_tasks.waiting_for(db.session, actor)

    assert tasks(liwen) == []
    calendar.round(91)
    (task,) = tasks(liwen)
    assert task.title == "确认“铝壳焊缝”是否仍然有效"
    assert task.address == "/confirm"
    assert task.since == askings()[0].asked_at
    assert task.due == FIRST_DAY + timedelta(days=180)
    assert "不展示" in task.otherwise
    publish(confirmed_on=FIRST_DAY - timedelta(days=100), published_at=None)
    (task,) = tasks(liwen)
    assert str(task.title).replace("\u00a0", " ").startswith("确认 2 条")
    assert tasks(outsider) == []
    for day in (121, 151, 181):
        calendar.round(day)
    assert {one.kind for one in tasks(liwen)} == {"listing.confirm", "listing.reconfirm"}


def test_a_role_without_listings_has_nothing_to_confirm(
    app: Flask, calendar: Calendar, town: Town, publish: Publish
) -> None:
    from marketplace.accounts.granting import grant_roles
    from marketplace.accounts.models import Membership
    from marketplace.core.actor import system
    from marketplace.core.db import writing

    publish()
    calendar.go_to(91)
    with writing() as session:
        for membership in session.query(Membership).filter_by(person_id=town.liwen):
            membership.granted = []
        session.flush()
        grant_roles(session, system("test"), town.liwen, town.university, [Role.DEMANDER])
    liwen = signed_in(app, "liwen")
    refused = liwen.get("/confirm")
    assert refused.status_code == 403
    assert "由持有单位的经办或审核人进行" in plain(refused)
    answer = liwen.post("/confirm", items="result-1")
    assert answer.status_code == 403
