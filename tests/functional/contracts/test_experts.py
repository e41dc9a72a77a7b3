"""Experts review what is large or disputed, also when a change makes it so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.changing import ask_change
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.experts import add_opinion
from marketplace.contracts.forms import form_of
from marketplace.contracts.models import Contract, ContractOpinion
from marketplace.contracts.problems import FormProblems
from marketplace.core.actor import Role
from marketplace.core.db import db, now, writing
from marketplace.core.states import StateError
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    TURNOVER,
    Scene,
    accepted_and_passed_on,
    actor_of,
    add_contract,
    contract,
    ledger_is_whole,
    registered,
    seen,
    typed,
)

SUBMITTER = 800


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z"):
        yield


def with_experts(scene: Scene) -> int:
    """A large contract that experts look at."""
    contract_id = add_contract(scene, tech_amount=TURNOVER, submitted_by_id=SUBMITTER)
    accepted_and_passed_on(scene, contract_id)
    step(scene, contract_id, "send_to_experts")
    return contract_id


def step(scene: Scene, contract_id: int, name: str, decision: Decision | None = None) -> None:
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    decide(reviewer, contract_id, f"contract.{name}", decision or Decision())


def opinion(scene: Scene, contract_id: int, verdict: str = "agrees") -> None:
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    add_opinion(reviewer, contract_id, expert="秦牧", unit="", verdict=verdict, text="看过")


def lifted(scene: Scene) -> int:
    """A contract whose pending change lifts its 技术交易额 over what experts look at."""
    contract_id = registered(scene)
    seller = actor_of(scene, Role.HOLDER, SUBMITTER, organisation_id=scene.seller)
    form = form_of(contract(contract_id), [], [])
    changed = {**form, "turnover": ["9000000"], "equipment_cost": ["3000000"]}
    ask_change(seller, contract_id, changed, "补充协议", ())
    return contract_id


AMENDING = Decision(on="2026-11-20", turnover="9000000", tech_amount="6000000")


def test_a_change_that_lifts_the_amount_over_the_limit_needs_experts(
    scene: Scene, reviewer: Browser
) -> None:
    contract_id = lifted(scene)
    with pytest.raises(FormProblems) as told:
        step(scene, contract_id, "amend", AMENDING)
    assert "专家评审" in told.value.problems[""]
    assert contract(contract_id).tech_amount == 430_000_000
    assert "先送专家评审" in seen(reviewer.get(f"/contracts/{contract_id}"))
    step(scene, contract_id, "send_to_experts")
    found = contract(contract_id)
    assert (found.state, found.is_counted) == ("change_experts", True)
    assert "变更专家评审" in seen(reviewer.get("/staff/contracts?queue=changes"))
    opinion(scene, contract_id)
    step(scene, contract_id, "end_expert_review")
    assert contract(contract_id).state == "change_pending"
    step(scene, contract_id, "amend", AMENDING)
    found = contract(contract_id)
    assert (found.state, found.tech_amount) == ("registered", 600_000_000)
    assert ledger_is_whole()


def test_the_amount_that_is_confirmed_of_a_change_decides_too(scene: Scene) -> None:
    contract_id = registered(scene)
    seller = actor_of(scene, Role.HOLDER, SUBMITTER, organisation_id=scene.seller)
    form = form_of(contract(contract_id), [], [])
    ask_change(seller, contract_id, {**form, "title": ["极片毛刺检测"]}, "改名", ())
    with pytest.raises(FormProblems) as told:
        step(scene, contract_id, "amend", replace(AMENDING, tech_amount="5000000"))
    assert "专家评审" in told.value.problems[""]


def test_opinions_from_before_the_last_handing_in_do_not_count(
    scene: Scene, reviewer: Browser
) -> None:
    contract_id = with_experts(scene)
    opinion(scene, contract_id)
    step(scene, contract_id, "end_expert_review")
    with writing() as session:
        session.get_one(Contract, contract_id).submitted_at = now()
    large = typed(tech="6800000")
    with pytest.raises(FormProblems) as told:
        step(scene, contract_id, "register", large)
    assert "专家评审" in told.value.problems[""]
    assert "不再算" in seen(reviewer.get(f"/contracts/{contract_id}"))
    step(scene, contract_id, "send_to_experts")
    with pytest.raises(FormProblems):
        step(scene, contract_id, "end_expert_review")
    opinion(scene, contract_id)
    step(scene, contract_id, "end_expert_review")
    step(scene, contract_id, "register", large)
    assert contract(contract_id).state == "registered"


def test_opinions_of_the_registration_do_not_count_for_its_change(scene: Scene) -> None:
    contract_id = lifted(scene)
    with writing() as session:
        session.add(
            ContractOpinion(
                contract_id=contract_id,
                expert="秦牧",
                verdict="agrees",
                text="当时",
                entered_by="人902",
                at=now() - timedelta(days=1),
            )
        )
    with pytest.raises(FormProblems):
        step(scene, contract_id, "amend", AMENDING)


def test_registering_against_an_expert_needs_a_written_reason(
    scene: Scene, reviewer: Browser
) -> None:
    contract_id = with_experts(scene)
    opinion(scene, contract_id)
    opinion(scene, contract_id, "disagrees")
    step(scene, contract_id, "end_expert_review")
    large = typed(tech="6800000")
    with pytest.raises(FormProblems) as told:
        step(scene, contract_id, "register", large)
    assert "不同意登记" in told.value.problems["reason"]
    assert "专家不同意，为什么仍然登记" in seen(reviewer.get(f"/contracts/{contract_id}"))
    step(scene, contract_id, "register", replace(large, reason="补充材料已经说明"))
    assert contract(contract_id).comment == "补充材料已经说明"


def test_what_was_sent_to_experts_by_mistake_is_recalled_with_a_reason(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    step(scene, contract_id, "send_to_experts", Decision(is_disputed=True))
    with pytest.raises(FormProblems):
        step(scene, contract_id, "recall_from_experts")
    step(scene, contract_id, "recall_from_experts", Decision(reason="点错了"))
    found = contract(contract_id)
    assert (found.state, found.is_disputed) == ("reviewing", False)
    step(scene, contract_id, "register", typed())
    assert contract(contract_id).state == "registered"


def test_once_an_expert_has_spoken_nothing_is_recalled(scene: Scene) -> None:
    contract_id = with_experts(scene)
    opinion(scene, contract_id, "disagrees")
    with pytest.raises(FormProblems) as told:
        step(scene, contract_id, "recall_from_experts", Decision(reason="点错了"))
    assert "结束评审" in told.value.problems[""]


def test_a_change_is_recalled_from_experts_to_where_it_was(scene: Scene) -> None:
    contract_id = lifted(scene)
    step(scene, contract_id, "send_to_experts")
    step(scene, contract_id, "recall_from_experts", Decision(reason="点错了"))
    assert contract(contract_id).state == "change_pending"


def test_only_other_terms_go_to_experts(scene: Scene) -> None:
    contract_id = registered(scene)
    registrar = actor_of(scene, Role.REGISTRAR, 904)
    decide(registrar, contract_id, "contract.propose_revocation", Decision(reason="重复"))
    with pytest.raises(StateError):
        step(scene, contract_id, "send_to_experts", Decision(is_disputed=True))
    db.session.rollback()
    assert db.session.scalars(select(Contract.state)).one() == "change_pending"
