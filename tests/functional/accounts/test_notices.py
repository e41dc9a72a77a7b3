"""What people read in their inbox about themselves."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.actor import Role
from marketplace.core.db import writing
from marketplace.core.notifications import notify_person
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.organisations import (
    LI,
    ZHOU,
    change,
    grant,
    membership_id,
    name_deputy,
    person_id,
    someone,
)

GONE = "这条通知所说的事，本站已经不再办理"


def test_a_member_reads_what_was_changed_and_for_whom_they_stand_in(
    zhou: Browser, li: Browser
) -> None:
    name_deputy(zhou, ZHOU, LI, days=2)
    change(zhou, LI, "HOLDER", "DEMANDER")
    zhou.post(f"/account/members/{membership_id(LI)}/end")
    drain()
    page = seen(li.get("/inbox"))
    assert "你在 河湾大学 替 周青 代理，从" in page
    assert "你在 河湾大学 的角色改了" in page
    assert "你不再是 河湾大学 的成员" in page
    assert GONE not in page


def test_whoever_is_stood_in_for_reads_it_where_somebody_else_arranged_it(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    someone(app, "ma", "马力")
    grant("ma@yunxiu.example", university, Role.HOLDER)
    name_deputy(zhou, LI, "ma@yunxiu.example")
    name_deputy(zhou, ZHOU, "ma@yunxiu.example")
    drain()
    assert "马力 在 河湾大学 替你代理，从" in seen(li.get("/inbox"))
    assert "替你代理" not in seen(zhou.get("/inbox"))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("application.verified", "青溪公司 核验通过了"),
        ("application.returned", "青溪公司 的申请退回来了"),
        ("application.refused", "青溪公司 的申请没有通过"),
        ("join_request.accepted", "青溪公司 同意你加入了"),
        ("join_request.refused", "青溪公司 没有同意你加入"),
    ],
)
def test_an_applicant_reads_what_was_decided_and_why(
    app: Flask, liwen: Browser, kind: str, says: str
) -> None:
    with writing() as session:
        own = person_id(LIWEN)
        params = {"organisation": "青溪公司", "application_id": 1, "reason": "缺公章"}
        notify_person(session, own, kind, **params)
    drain()
    page = seen(liwen.get("/inbox"))
    assert says in page
    assert ("缺公章" in page) == kind.endswith(("returned", "refused"))
    assert GONE not in page


def test_a_deputy_reads_days_and_the_unit_in_the_language_of_the_page(
    app: Flask, liwen: Browser
) -> None:
    with writing() as session:
        notify_person(
            session,
            person_id(LIWEN),
            "deputy.appointed",
            organisation={"zh": "青溪公司", "en": "Qingxi Ltd"},
            name="周青",
            from_on="2026-11-27",
            until_on="2026-12-03",
        )
    drain()
    page = seen(liwen.get("/en/inbox")).replace("\u00a0", " ")
    assert "Qingxi Ltd" in page
    assert "27 Nov 2026" in page
    assert "2026-12-03" not in page
    assert "你在 青溪公司 替 周青 代理，从 2026-11-27 到 2026-12-03" in seen(liwen.get("/inbox"))
