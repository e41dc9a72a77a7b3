"""What staff and a unit have beside a register: contracts in hand, receipts, objections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from flask import Flask
from sqlalchemy import Table, select, update

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractObjection,
    ContractReceipt,
)
from marketplace.contracts.queue import IN_HAND
from marketplace.contracts.states import CHANGE_PENDING, REGISTERED
from marketplace.core.actor import Role, system
from marketplace.core.bulk import insert_rows
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual, today
from tests.functional.accounts.browsing import Browser, enter, open_account

IN_HAND_OF_STAFF = 1_000
OF_THE_UNIT = 3_000
RECEIPTS = 50_000
OBJECTIONS = 300
PAGES = {
    "queue": "/staff/contracts",
    "queue, done": "/staff/contracts?queue=done",
    "queue, done, last page": "/staff/contracts?queue=done&page={last_page}",
    "search, rare word": "/staff/contracts?q=无此项目",
    "search, common word": "/staff/contracts?queue=done&q=检测",
    "search, number": "/staff/contracts?queue=done&q={number}",
    "objections": "/staff/contracts/objections",
    "flags": "/staff/contracts/flags",
    "batch of history": "/staff/contract-batches/{batch}",
    "batch of history, last page": "/staff/contract-batches/{batch}?page={last_page}",
    "contract with receipts": "/contracts/{contract}",
    "own contracts": "/contracts",
    "tasks of staff": "/tasks",
}
OF_A_UNIT = ("own contracts",)


def add_work() -> None:
    """Put it beside the register that stands."""
    with writing() as session:
        unit = Organisation(
            name=Bilingual("性能测试大学"),
            name_key="性能测试大学",
            state="published",
            published_at=now(),
        )
        session.add(unit)
        session.flush()
        first = session.execute(select(Contract.__table__).limit(1)).mappings().one()
        states = (*IN_HAND, CHANGE_PENDING)
        left_out = ("id", "identity", "content", "number", "batch_id")
        base = {key: value for key, value in first.items() if key not in left_out}
        rows = [
            {
                **base,
                "state": states[number % len(states)],
                "is_counted": states[number % len(states)] == CHANGE_PENDING,
                "submitted_at": now(),
                "since": now(),
                "accepted_on": today() - timedelta(days=number % 30),
                "rule_version": "2026",
                "turnover": number * 1_000_000,
                "tech_amount": number * 900_000,
                "organisation_id": unit.id if number % 10 == 0 else None,
            }
            for number in range(IN_HAND_OF_STAFF)
        ]
        insert_rows(session, cast(Table, Contract.__table__), rows)
        own = _some(OF_THE_UNIT)
        session.execute(update(Contract).where(Contract.id.in_(own)).values(seller_id=unit.id))
        people = {"entered_by": "甲", "at": now()}
        objections = [
            {"contract_id": one, "raised_by": "party", "name": "乙", "text": "丙", "state": "open"}
            | people
            for one in own[:OBJECTIONS]
        ]
        insert_rows(session, cast(Table, ContractObjection.__table__), objections)
        moment = {"created_at": now(), "updated_at": now()}
        receipts: list[dict[str, Any]] = [
            {
                "contract_id": one,
                "received_on": today(),
                "amount": 100,
                "note": "",
                "entered_by": "甲",
                **moment,
            }
            for one in _some(RECEIPTS)
        ]
        insert_rows(session, cast(Table, ContractReceipt.__table__), receipts)


def _some(count: int) -> Sequence[int]:
    """Registered contracts, spread over the register."""
    found = select(Contract.id).where(Contract.state == REGISTERED, Contract.id % 7 == 0)
    return db.session.scalars(found.limit(count)).all()


def enter_people(app: Flask) -> tuple[Browser, Browser]:
    """The browsers of somebody of the staff of the whole city, and of somebody of the unit."""
    with writing() as session:
        office = Organisation(
            name=Bilingual("登记处"), name_key="登记处", state="draft", is_staff_body=True
        )
        session.add(office)
        session.flush()
        unit = session.scalars(
            select(Organisation).where(Organisation.name_key == "性能测试大学")
        ).one()
        ids = []
        for mailbox, place, roles in (
            ("staff", office, (Role.REGISTRAR, Role.REVIEWER)),
            ("unit", unit, (Role.HOLDER,)),
        ):
            person = open_account(f"{mailbox}@bench.example")
            grant_roles(session, system("benchmark"), person, place.id, roles)
            ids.append(person)
    staff, holder = (enter(app, one) for one in ids)
    return staff, holder


def addresses() -> dict[str, str]:
    """The pages by their names, with the numbers of this register."""
    contracts = db.session.scalar(select(Contract.id).order_by(Contract.id.desc()).limit(1)) or 0
    middle = db.session.execute(
        select(Contract.number, Contract.id).where(Contract.id >= contracts // 2).limit(1)
    ).one()
    values = {
        "number": middle.number,
        "contract": db.session.scalar(select(ContractReceipt.contract_id).limit(1)),
        "batch": db.session.scalar(select(ContractBatch.id).limit(1)),
        "last_page": contracts // 30,
    }
    db.session.rollback()
    return {name: address.format(**values) for name, address in PAGES.items()}
