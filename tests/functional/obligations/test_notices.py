"""What units are told in their inbox, in the language of the page."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from marketplace.catalogue.models import Result
from marketplace.core.db import db
from marketplace.core.notifications import notice_kind
from marketplace.core.outbox import drain
from marketplace.obligations.clocks import decide_clock
from marketplace.obligations.models import Obligation
from marketplace.obligations.notices import about, about_clock
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.obligations.conftest import Scene, bureau_actor, owed


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("obligation_set_up", "要交最终报告：薄板焊接质量在线控制，最后一天 2026-12-01"),
        ("obligation_due", "最终报告快到期了：薄板焊接质量在线控制，最后一天 2026-12-01"),
        ("obligation_returned", "最终报告退回来了，请看意见：薄板焊接质量在线控制"),
        ("obligation_accepted", "最终报告已接收：薄板焊接质量在线控制"),
        ("obligation_waived", "最终报告不用交了：薄板焊接质量在线控制"),
    ],
)
def test_a_notice_names_what_is_owed_and_leads_to_it(
    app: Flask, scene: Scene, kind: str, words: str
) -> None:
    params = about(db.session.get_one(Obligation, owed(scene)))
    told = notice_kind(kind)
    assert told
    with app.test_request_context():
        assert told.words(params).replace("\u00a0", " ") == words
        assert told.address(params) == "/obligations/1"


@pytest.mark.parametrize("kind", ["transfer_clock_decided", "transfer_clock_cancelled"])
def test_a_notice_of_a_clock_names_the_result(app: Flask, scene: Scene, kind: str) -> None:
    result = db.session.get_one(Result, scene.result)
    params = about_clock(result, date(2027, 3, 20))
    told = notice_kind(kind)
    assert told
    with app.test_request_context():
        assert "铝壳焊缝气孔闭环控制" in told.words(params)
        assert told.address(params) == f"/results/{scene.result}"


def test_the_inbox_shows_them(clerk: Browser, scene: Scene) -> None:
    decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    drain()
    page = seen(clerk.get("/inbox"))
    assert "要在 2027-03-20 以前转化：铝壳焊缝气孔闭环控制" in page
