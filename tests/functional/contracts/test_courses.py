"""Whatever becomes of contracts, the ledger is what their versions say."""

from __future__ import annotations

from typing import Any

import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.contracts.changing import ask_change, ask_end
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.ledger.sums import total
from marketplace.contracts.models import Contract
from marketplace.core.actor import Role
from marketplace.core.db import db
from tests.functional.contracts.conftest import (
    CONTRACT,
    Scene,
    actor_of,
    contract,
    heard_by_experts,
    ledger_is_whole,
    registered,
    revoked,
)

AMOUNTS = st.integers(1, 10**9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("amend"), AMOUNTS, st.sampled_from(["1", "3", "7"])),
        st.tuples(st.just("end"), AMOUNTS, st.just("1")),
        st.tuples(st.just("revoke"), AMOUNTS, st.just("1")),
    ),
    max_size=4,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(courses=st.lists(STEPS, min_size=1, max_size=2))
def test_the_ledger_agrees_and_counts_what_is_registered(
    app: Flask, scene: Scene, courses: list[list[tuple[str, int, str]]]
) -> None:
    before = db.session.scalar(select(func.count(Contract.id))) or 0
    with time_machine.travel("2026-11-23 02:00Z"):
        for number, steps in enumerate(courses):
            contract_id = registered(scene, number=f"20264101{before + number:08}")
            for step in steps:
                take(scene, contract_id, *step)
    assert ledger_is_whole()
    counted = db.session.execute(
        select(
            func.count(Contract.id),
            func.coalesce(func.sum(Contract.turnover), 0),
            func.coalesce(func.sum(Contract.tech_amount), 0),
        ).where(Contract.is_counted)
    ).one()
    found = total(db.session)
    assert (found.count, found.turnover, found.tech_amount) == tuple(counted)


def take(scene: Scene, contract_id: int, step: str, fen: int, tech_field: str) -> None:
    """Take the step, where the contract is still registered."""
    if contract(contract_id).state != "registered":
        return
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    yuan = f"{fen // 100}.{fen % 100:02}"
    if step == "revoke":
        revoked(scene, contract_id)
    elif step == "end":
        ask_end(seller, contract_id, "解除", ())
        decide(reviewer, contract_id, "contract.deregister", Decision(on="2026-11-20"))
    else:
        changed: dict[str, Any] = {
            **CONTRACT,
            "turnover": yuan,
            "equipment_cost": "",
            "tech_field": tech_field,
        }
        form = {key: [text] for key, text in changed.items()}
        if contract(contract_id).turnover == fen and contract(contract_id).tech_field == tech_field:
            return
        ask_change(seller, contract_id, form, "补充协议", ())
        heard_by_experts(reviewer, contract_id)
        amending = Decision(on="2026-11-20", turnover=yuan, tech_amount=yuan)
        decide(reviewer, contract_id, "contract.amend", amending)
