"""A ledger that a test fills contract by contract, two statisticians, and an administrator."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextvars import Context
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation
from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger.posting import Booking, Hands, post
from marketplace.contracts.models import Contract, ContractVersion
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER
from marketplace.contracts.places import Places
from marketplace.contracts.saving.rows import as_stored, columns_of
from marketplace.contracts.terms import Party, Terms
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.statistics.indicators import unit_of
from marketplace.statistics.models import Goal
from tests.functional.accounts.browsing import Browser, enter, open_account
from tests.unit.core.attachments.contents import PDF

YI = 10**10
"""One 亿元 in 分."""
SUBTYPES = {
    "技术开发": "DEV-COM",
    "技术转让": "TRF-PAT",
    "技术许可": "LIC-PAT",
    "技术咨询": "CON",
    "技术服务": "SRV-GEN",
}
HANDS = Hands("登记员", "复核员", 801, 802)

mengzhao = Actor(ActorKind.PERSON, "孟昭", 901, None, frozenset({Role.STAT}))
luxin = Actor(ActorKind.PERSON, "陆欣", 902, None, frozenset({Role.ADMIN}))


def register(
    turnover: int,
    on: date = date(2020, 3, 9),
    *,
    tech_amount: int | None = None,
    class_name: str = "技术开发",
    division: str = "410102",
    subtype: str = "",
    is_demo: bool = False,
) -> int:
    """Register a contract, so that it counts; its number. Amounts in 分."""
    terms = Terms(
        title="铝壳焊缝气孔闭环控制",
        class_name=class_name,
        subtype=subtype or SUBTYPES[class_name],
        seller=Party("河湾理工大学", division=division),
        buyer=Party("青堤机械有限公司", division="410103"),
        turnover=turnover,
        tech_amount=turnover if tech_amount is None else tech_amount,
        signed_on=on,
    )
    counted = Counted(terms.turnover, terms.tech_amount, facts_of(terms, Places()))
    with writing() as session:
        contract = Contract(
            **columns_of(terms),
            state="registered",
            version=1,
            origin="form",
            rule_version="2000/2001",
            is_counted=True,
            registered_on=on,
            is_demo=is_demo,
        )
        session.add(contract)
        session.flush()
        _post(contract, REGISTER, on, None, counted, as_stored(terms))
        return contract.id


def amend(contract_id: int, turnover: int, on: date) -> None:
    """Change the turnover of a registered contract."""
    with writing() as session:
        contract = session.get_one(Contract, contract_id)
        before = _counted(contract)
        after = Counted(turnover, min(turnover, before.tech_amount), before.facts)
        contract.turnover, contract.tech_amount = after.turnover, after.tech_amount
        contract.version += 1
        contract.changed_on = on
        _post(contract, AMEND, on, before, after, {})


def cancel(contract_id: int, on: date) -> None:
    """Take a contract off the register."""
    with writing() as session:
        contract = session.get_one(Contract, contract_id)
        before = _counted(contract)
        contract.state = "deregistered"
        contract.version += 1
        contract.changed_on, contract.is_counted = on, False
        _post(contract, DEREGISTER, on, before, None, {})


def _counted(contract: Contract) -> Counted:
    last = db.session.scalars(
        select(ContractVersion)
        .where(ContractVersion.contract_id == contract.id)
        .order_by(ContractVersion.version.desc())
    ).first()
    assert last is not None
    return Counted(last.turnover, last.tech_amount, last.facts)


def _post(
    contract: Contract,
    event: str,
    on: date,
    before: Counted | None,
    after: Counted | None,
    terms: Mapping[str, Any],
) -> None:
    counted = after or before
    assert counted is not None
    assert contract.registered_on is not None
    db.session.add(
        ContractVersion(
            contract_id=contract.id,
            version=contract.version,
            event=event,
            counts_on=on,
            turnover=counted.turnover,
            tech_amount=counted.tech_amount,
            facts=counted.facts,
            terms=dict(terms),
            **HANDS.as_columns(),
        )
    )
    booking = Booking(
        contract.id,
        contract.version,
        event,
        on,
        contract.registered_on,
        before,
        after,
        HANDS,
        is_demo=contract.is_demo,
    )
    post(db.session, [booking])


def set_goal_row(indicator: str, year: int, value: str, operator: str = "more_than") -> None:
    """Let this be the goal of an indicator for a year."""
    with writing() as session:
        goal = session.scalar(select(Goal).where(Goal.indicator == indicator, Goal.year == year))
        if goal is None:
            goal = Goal(
                indicator=indicator,
                year=year,
                unit=unit_of(indicator),
                strength="binding",
                source=Bilingual("市政府文件"),
            )
            session.add(goal)
        goal.value, goal.operator = value, operator


def someone(app: Flask, mailbox: str, name: str, *roles: Role) -> Browser:
    """The browser of somebody of the bureau, the second step given."""
    own = open_account(f"{mailbox}@yunxiu.example", name)
    with writing() as session:
        bureau = session.scalar(select(Organisation).where(Organisation.name_key == "科技局"))
        if bureau is None:
            bureau = Organisation(name=Bilingual("科技局"), name_key="科技局", state="draft")
            session.add(bureau)
            session.flush()
        grant_roles(session, system("test"), own, bureau.id, roles)
    return enter(app, own)


@pytest.fixture
def statistician(app: Flask) -> Browser:
    """孟昭, who keeps the statistics."""
    return someone(app, "mengzhao", "孟昭", Role.STAT)


@pytest.fixture
def colleague(app: Flask) -> Browser:
    """Another one who keeps them."""
    return someone(app, "yuanjing", "袁静", Role.STAT)


@pytest.fixture
def administrator(app: Flask) -> Browser:
    """陆欣, who may confirm and publishes nothing."""
    return someone(app, "luxin", "陆欣", Role.ADMIN)


def send_with_file(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Send a form with a PDF in its field for files."""
    data = {"csrf_token": browser.token(), **fields, "file": (io.BytesIO(PDF), "名单.pdf")}
    db.session.rollback()
    answer: TestResponse = Context().run(
        browser.client.post, path, data=data, content_type="multipart/form-data", buffered=True
    )
    return answer
