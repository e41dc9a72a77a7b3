"""A university that sells, a firm that buys, their people, and the registration staff."""

from __future__ import annotations

import io
import re
from contextvars import Context
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation
from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.experts import add_opinion, needs_experts
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import Contract
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from tests.functional.accounts.browsing import Browser, enter, open_account
from tests.functional.accounts.browsing import seen as words_of
from tests.functional.contracts.batch_files import add_staff
from tests.functional.posting.conftest import People
from tests.grounds import put_once
from tests.unit.core.attachments.contents import PDF

NUMBER = "2026410103000482"
CONTRACT: dict[str, Any] = {
    "side": "seller",
    "title": "极片毛刺在线检测系统委托开发",
    "subtype": "DEV-COM",
    "seller_nature": "022",
    "seller_division": "金水区",
    "buyer_name": "云岫新能源有限公司",
    "buyer_uscc": "91410100MA3X000109",
    "buyer_nature": "150",
    "buyer_division": "410106",
    "buyer_country": "156",
    "signed_on": "2026-09-28",
    "effective_on": "2026-09-28",
    "ends_on": "2028-09-27",
    "turnover": "680 万",
    "equipment_cost": "2,500,000.00",
    "payment_mode": "1",
    "tech_field": "3",
    "ip_type": "KNOW",
    "plan_source": "X",
    "is_related": "否",
}
TURNOVER, TECH_AMOUNT = 680_000_000, 430_000_000


@dataclass(frozen=True)
class Scene:
    """The ids of what there is."""

    seller: int
    buyer: int
    office: int


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two units and the registration office."""
    with writing() as session:
        made = [
            Organisation(
                name=Bilingual(name),
                name_key=name,
                uscc=uscc,
                division=division,
                nature=nature,
                state="published",
                published_at=now(),
                is_staff_body=is_office,
            )
            for name, uscc, division, nature, is_office in (
                ("河湾理工大学", "1241010041580000XR", "410105", "022", False),
                ("云岫新能源有限公司", "91410100MA3X000109", "410106", "150", False),
                ("技术合同登记处", None, "410100", None, True),
            )
        ]
        session.add_all(made)
        session.flush()
        return Scene(*(one.id for one in made))


def someone(
    app: Flask,
    mailbox: str,
    name: str,
    organisation_id: int,
    *roles: Role,
    districts: tuple[str, ...] = (),
) -> Browser:
    """The browser of somebody with roles, the second step given."""
    own = open_account(f"{mailbox}@yunxiu.example", name)
    with writing() as session:
        grant_roles(session, system("test"), own, organisation_id, roles, districts)
    return enter(app, own)


@pytest.fixture
def seller(app: Flask, scene: Scene) -> Browser:
    """Who fills in the university's forms."""
    return someone(app, "liwen", "李雯", scene.seller, Role.HOLDER)


@pytest.fixture
def buyer(app: Flask, scene: Scene) -> Browser:
    """Somebody of the firm."""
    return someone(app, "heshu", "何书", scene.buyer, Role.DEMANDER)


@pytest.fixture
def registrar(app: Flask, scene: Scene) -> Browser:
    """Who accepts contracts and looks through them."""
    return someone(app, "zhoumin", "周敏", scene.office, Role.REGISTRAR)


@pytest.fixture
def reviewer(app: Flask, scene: Scene) -> Browser:
    """Who registers them."""
    return someone(app, "chensiyuan", "陈思远", scene.office, Role.REVIEWER)


def actor_of(scene: Scene, role: Role, number: int = 900, **values: Any) -> Actor:
    """Somebody with a role as an actor: of the office, or of the unit that is named."""
    given = {"organisation_id": scene.office, "roles": frozenset({role}), **values}
    return Actor(ActorKind.PERSON, f"人{number}", number, **given)


def only() -> Contract:
    """The one contract that there is, as the database has it."""
    db.session.rollback()
    return db.session.scalars(select(Contract)).one()


def add_contract(scene: Scene, state: str = "submitted", **values: Any) -> int:
    """The id of a contract that the university has handed in."""
    given: dict[str, Any] = {
        "state": state,
        "origin": "typed",
        "rule_version": "2026",
        "organisation_id": scene.seller,
        "seller_id": scene.seller,
        "buyer_id": scene.buyer,
        "title": CONTRACT["title"],
        "class_name": "技术开发",
        "subtype": "DEV-COM",
        "seller_name": "河湾理工大学",
        "seller_uscc": "1241010041580000XR",
        "seller_nature": "022",
        "seller_division": "410105",
        "buyer_name": "云岫新能源有限公司",
        "buyer_uscc": "91410100MA3X000109",
        "buyer_nature": "150",
        "buyer_division": "410106",
        "turnover": TURNOVER,
        "tech_amount": TECH_AMOUNT,
        "declared_turnover": TURNOVER,
        "declared_tech_amount": TECH_AMOUNT,
        "equipment_cost": TURNOVER - TECH_AMOUNT,
        "payment_mode": "1",
        "tech_field": "3",
        "ip_type": "KNOW",
        "plan_source": "X",
        "is_related": False,
        "signed_on": date(2026, 9, 28),
        "effective_on": date(2026, 9, 28),
        "ends_on": date(2028, 9, 27),
        "submitted_by": "李雯",
        "submitted_by_id": 1,
        "submitted_at": now(),
        "since": now(),
        **values,
    }
    with writing() as session:
        made = Contract(**given)
        session.add(made)
        session.flush()
        return made.id


def accepted_and_passed_on(scene: Scene, contract_id: int) -> None:
    """Let a registrar have brought it before the reviewer, since it was signed."""
    registrar = actor_of(scene, Role.REGISTRAR, 901)
    decide(registrar, contract_id, "contract.accept", Decision())
    decide(registrar, contract_id, "contract.pass_on", Decision())
    with writing() as session:
        accepted = session.get_one(Contract, contract_id)
        accepted.accepted_on = accepted.signed_on


def revoked(scene: Scene, contract_id: int, on: str = "2026-11-20", reason: str = "重复") -> None:
    """Let one reviewer propose the revocation, and another revoke it on a day."""
    one, another = (actor_of(scene, Role.REVIEWER, number) for number in (903, 902))
    decide(one, contract_id, "contract.propose_revocation", Decision(reason=reason))
    decide(another, contract_id, "contract.revoke", Decision(on=on))


def registered(scene: Scene, number: str = NUMBER, on: str = "2026-10-12", **values: Any) -> int:
    """The id of a contract that was registered; amounts as in its terms."""
    contract_id = add_contract(scene, **values)
    accepted_and_passed_on(scene, contract_id)
    decide(actor_of(scene, Role.REVIEWER, 902), contract_id, "contract.register", typed(number, on))
    return contract_id


def typed(
    number: str = NUMBER, on: str = "2026-10-12", turnover: str = "6800000", tech: str = "4300000"
) -> Decision:
    """The decision to register with these."""
    return Decision(number=number, on=on, turnover=turnover, tech_amount=tech)


def heard_by_experts(reviewer: Actor, contract_id: int) -> None:
    """Let an expert agree to what is pending, where experts have to be asked."""
    if not needs_experts(contract(contract_id)):
        return
    decide(reviewer, contract_id, "contract.send_to_experts", Decision())
    add_opinion(reviewer, contract_id, expert="秦牧", unit="", verdict="agrees", text="同意")
    decide(reviewer, contract_id, "contract.end_expert_review", Decision())


def contract(contract_id: int) -> Contract:
    """The contract as it is kept now."""
    db.session.rollback()
    return db.session.get_one(Contract, contract_id, populate_existing=True)


def close_only(monkeypatch: pytest.MonkeyPatch, month: int) -> None:
    """Let somebody say that a month is closed, year × 100 + month, and nobody that another is."""
    judges = {"test": lambda _session, asked, _is_demo: asked == month}
    monkeypatch.setattr(closed_months, "_judges", judges)


def ledger_is_whole() -> bool:
    """Whether the ledger is what the history of the contracts gives."""
    db.session.rollback()
    found = verify_ledger(db.session)
    assert found.differences == []
    return found.is_whole


def seen(answer: TestResponse) -> str:
    """What stands on the page, without the places where a title may break."""
    return words_of(answer).replace("<wbr>", "")


def send(
    browser: Browser, address: str, files: tuple[bytes, ...] = (PDF,), **fields: Any
) -> TestResponse:
    """Send the form with files, the token as it stands on the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(address).text)
    assert token, address
    data = {
        "csrf_token": token[1],
        "file": [(io.BytesIO(one), "合同.pdf") for one in files],
        **fields,
    }
    db.session.rollback()
    return Context().run(browser.client.post, address, data=data)


@pytest.fixture
def staff(app: Flask) -> People:
    """Registrars, a reviewer, a statistician; somebody of the bureau; one of a district."""
    return People(app, put_once("contract staff", add_staff))
