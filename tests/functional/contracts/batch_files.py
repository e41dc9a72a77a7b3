"""Registers of contracts as files hold them, and the staff who bring and release them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

from werkzeug.test import TestResponse

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation, Person
from marketplace.contracts.batches.bringing import bring_file
from marketplace.contracts.batches.releasing import release_batch
from marketplace.contracts.models import Contract, ContractBatch, LedgerEntry
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import Browser

OFFICE = "云岫市科学技术局"
ROLES: dict[str, tuple[Role, ...]] = {
    "registrar": (Role.REGISTRAR,),
    "second": (Role.REGISTRAR,),
    "reviewer": (Role.REVIEWER,),
    "stat": (Role.STAT,),
    "admin": (Role.ADMIN,),
    "bureau": (Role.BUREAU,),
    "district": (Role.REGISTRAR,),
}
DISTRICT = "410103"


def add_staff() -> dict[str, Actor]:
    """People of the office that registers contracts; one answers for a district only."""
    actors = {}
    with writing() as session:
        office = Organisation(name=Bilingual(OFFICE), name_key=OFFICE, state="published")
        session.add(office)
        session.flush()
        for name, roles in ROLES.items():
            person = Person(email=f"{name}@k.example", name=name, confirmed_at=now(), is_demo=True)
            session.add(person)
            session.flush()
            districts = [DISTRICT] if name == "district" else []
            grant_roles(session, system("test"), person.id, office.id, roles, districts)
            actors[name] = Actor(
                ActorKind.PERSON,
                name,
                person.id,
                office.id,
                frozenset(roles),
                frozenset(districts),
            )
    db.session.rollback()
    return actors


def row(number: int, **cells: Any) -> dict[str, Any]:
    """A good row, but for what ``cells`` change; amounts in 元."""
    return {
        "合同登记编号": f"2026410100{number:06d}",
        "项目名称": f"第{number}号软件开发",
        "合同子类": "DEV-COM",
        "卖方名称": "青堤大学",
        "买方名称": f"第{number}机械厂",
        "签订日期": "2026-02-02",
        "合同成交额（元）": "1000.01",
        "技术交易额（元）": "900.01",
        "登记日期": "2026-03-05",
        "状态": "",
        "变更日期": "",
        "变更后成交额（元）": "",
        "变更后技术交易额（元）": "",
        **cells,
    }


def amended(number: int, **cells: Any) -> dict[str, Any]:
    """A row whose contract was amended in April, to 1,500.00 and 1,200.00 元."""
    change = {"变更后成交额（元）": "1500.00", "变更后技术交易额（元）": "1200.00"}
    return row(number, **{"状态": "已变更", "变更日期": "2026-04-08", **change, **cells})


def cancelled(number: int, state: str = "已注销", **cells: Any) -> dict[str, Any]:
    """A row whose contract was deregistered, or revoked, in May."""
    return row(number, **{"状态": state, "变更日期": "2026-05-20", **cells})


def sheet(rows: list[dict[str, Any]]) -> bytes:
    """The rows as CSV."""
    keys = list(dict.fromkeys(key for one in rows for key in one))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, keys)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def brought(actor: Actor, rows: list[dict[str, Any]], name: str = "合同.csv") -> ContractBatch:
    """A batch with these rows that has been read."""
    batch_id = bring_file(actor, name, io.BytesIO(sheet(rows)))
    drain()
    return fresh(batch_id)


def released(bringer: Actor, releaser: Actor, rows: list[dict[str, Any]]) -> ContractBatch:
    """A batch with these rows that counts."""
    batch = brought(bringer, rows)
    release_batch(releaser, batch.id)
    drain()
    return fresh(batch.id)


def fresh(batch_id: int) -> ContractBatch:
    """The batch as the database has it."""
    db.session.rollback()
    return db.session.get_one(ContractBatch, batch_id, populate_existing=True)


def contracts() -> list[Contract]:
    """All contracts, in their order."""
    db.session.rollback()
    return db.session.query(Contract).order_by(Contract.id).populate_existing().all()


def posted() -> list[tuple[str, int, int, int, int]]:
    """Event, month and differences of all postings, in their order."""
    db.session.rollback()
    return [
        (one.event, one.month, one.d_count, one.d_turnover, one.d_tech_amount)
        for one in db.session.query(LedgerEntry).order_by(LedgerEntry.id)
    ]


def send(browser: Browser, path: str, content: bytes, name: str = "合同.csv") -> TestResponse:
    """Choose a file on a page and send it."""
    page = browser.get(path.removesuffix("/export")).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "file": (io.BytesIO(content), name)}
    return browser._ask(browser.client.post, path, data=data)


MARCH, APRIL, MAY = 202603, 202604, 202605
DAY = date(2026, 3, 5)
