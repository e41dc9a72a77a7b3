"""From the register on: versions and postings, numbers, changes, and their ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from sqlalchemy import select, update

from marketplace.contracts.changing import ask_change, ask_end, take_back
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.forms import form_of
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.ledger.verifying import Difference, verify_ledger_now
from marketplace.contracts.models import Contract, ContractVersion, LedgerEntry
from marketplace.contracts.models.ledger import AMEND
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.registering import enter_version
from marketplace.contracts.saving.rows import as_stored, from_stored, terms_of
from marketplace.core.actor import Role
from marketplace.core.db import db, writing
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from tests.functional.contracts.conftest import (
    NUMBER,
    TECH_AMOUNT,
    TURNOVER,
    Scene,
    accepted_and_passed_on,
    actor_of,
    add_contract,
    contract,
    ledger_is_whole,
    registered,
    revoked,
    typed,
)

OTHER_NUMBER = "2026410103000483"


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z", tick=False):
        yield


def entries() -> list[tuple[str, int, int, int, int]]:
    """Event, month and the three differences of all postings, in their order."""
    db.session.rollback()
    rows = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
    return [(r.event, r.month, r.d_count, r.d_turnover, r.d_tech_amount) for r in rows]


def versions(contract_id: int) -> list[ContractVersion]:
    db.session.rollback()
    rows = select(ContractVersion).where(ContractVersion.contract_id == contract_id)
    return list(db.session.scalars(rows.order_by(ContractVersion.version)))


def test_a_registered_contract_counts_in_the_month_of_its_registration(scene: Scene) -> None:
    contract_id = registered(scene)
    found = contract(contract_id)
    assert (found.state, found.number, found.is_counted) == ("registered", NUMBER, True)
    assert found.registered_on == date(2026, 10, 12)
    assert found.rule_version == "2026"
    assert entries() == [("REGISTER", 202610, 1, TURNOVER, TECH_AMOUNT)]
    (version,) = versions(contract_id)
    assert (version.entered_by, version.released_by) == ("李雯", "人902")
    assert ledger_is_whole()


def test_what_counts_is_what_the_reviewer_confirms(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    decide(reviewer, contract_id, "contract.register", typed(tech="4,000,000.00"))
    assert entries() == [("REGISTER", 202610, 1, TURNOVER, 400_000_000)]
    assert contract(contract_id).declared_tech_amount == TECH_AMOUNT


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (typed(number=" "), "number"),
        (typed(number="1" * 30), "number"),
        (typed(on=""), "on"),
        (typed(on="2026-11-24"), "on"),
        (typed(on="2026-09-27"), "on"),
        (typed(turnover="0"), "turnover"),
        (typed(turnover="-1"), "turnover"),
        (typed(tech="6800000.01"), "tech_amount"),
        (typed(tech=""), "tech_amount"),
    ],
)
def test_what_cannot_be_registered_is_told_and_nothing_changes(
    scene: Scene, decision: Decision, field: str
) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    with pytest.raises(FormProblems) as told:
        decide(actor_of(scene, Role.REVIEWER, 902), contract_id, "contract.register", decision)
    assert list(told.value.problems) == [field]
    found = contract(contract_id)
    assert (found.state, found.number, found.is_counted) == ("reviewing", None, False)
    assert entries() == []


def test_a_number_of_odd_form_is_taken_only_once_that_very_number_was_ticked(
    scene: Scene,
) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    for ticked in ("", "ZZ-13"):
        odd = replace(typed(number="ZZ-12"), number_checked=ticked)
        with pytest.raises(FormProblems) as told:
            decide(reviewer, contract_id, "contract.register", odd)
        assert "一般是 16 位数字" in told.value.problems["number_checked"]
        assert contract(contract_id).number is None
    odd = replace(typed(number="ZZ-12"), number_checked="ZZ-12")
    decide(reviewer, contract_id, "contract.register", odd)
    assert contract(contract_id).number == "ZZ-12"


def test_a_number_is_never_given_again_also_when_its_contract_was_revoked(scene: Scene) -> None:
    first = registered(scene, title="阀体铸件气孔率模拟")
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    revoked(scene, first, "2026-11-02")
    second = add_contract(scene)
    accepted_and_passed_on(scene, second)
    with pytest.raises(FormProblems) as told:
        decide(reviewer, second, "contract.register", typed())
    assert "“阀体铸件气孔率模拟”（已撤销）" in told.value.problems["number"]
    assert contract(second).state == "reviewing"


def test_the_contract_of_another_district_is_not_named(scene: Scene) -> None:
    registered(scene, title="别处的合同", seller_division="410102")
    second = add_contract(scene)
    accepted_and_passed_on(scene, second)
    here = actor_of(scene, Role.REVIEWER, 902, districts=frozenset({"410105"}))
    with pytest.raises(FormProblems) as told:
        decide(here, second, "contract.register", typed())
    assert "别处的合同" not in told.value.problems["number"]
    assert "别的区划" in told.value.problems["number"]


def test_a_large_contract_needs_an_experts_opinion(scene: Scene) -> None:
    contract_id = add_contract(scene, tech_amount=TURNOVER)
    accepted_and_passed_on(scene, contract_id)
    with pytest.raises(FormProblems) as told:
        decide(actor_of(scene, Role.REVIEWER, 902), contract_id, "contract.register", typed())
    assert "专家评审" in told.value.problems[""]


def test_a_deregistration_counts_negatively_in_its_own_month(scene: Scene) -> None:
    contract_id = registered(scene)
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    ask_end(seller, contract_id, "合同解除", ())
    assert contract(contract_id).is_counted
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    decide(reviewer, contract_id, "contract.deregister", Decision(on="2026-11-20"))
    found = contract(contract_id)
    assert (found.state, found.is_counted, found.number) == ("deregistered", False, NUMBER)
    assert entries()[1] == ("DEREGISTER", 202611, -1, -TURNOVER, -TECH_AMOUNT)
    assert versions(contract_id)[-1].reason == "合同解除"
    assert ledger_is_whole()


def test_a_revocation_is_proposed_with_a_reason_and_decided_by_another(scene: Scene) -> None:
    contract_id = registered(scene)
    one, another = (actor_of(scene, Role.REVIEWER, number) for number in (903, 902))
    with pytest.raises(FormProblems) as told:
        decide(one, contract_id, "contract.propose_revocation", Decision())
    assert "写明原因" in told.value.problems["reason"]
    decide(one, contract_id, "contract.propose_revocation", Decision(reason="骗取登记"))
    assert contract(contract_id).is_counted
    with pytest.raises(Forbidden):
        decide(one, contract_id, "contract.revoke", Decision(on="2026-11-20"))
    assert len(entries()) == 1
    decide(another, contract_id, "contract.revoke", Decision(on="2026-11-20"))
    found = contract(contract_id)
    assert (found.state, found.comment, found.change) == ("revoked", "骗取登记", None)
    assert entries()[1] == ("REVOKE", 202611, -1, -TURNOVER, -TECH_AMOUNT)
    last = versions(contract_id)[-1]
    assert (last.entered_by, last.released_by, last.reason) == ("人903", "人902", "骗取登记")
    assert ledger_is_whole()


def test_nobody_revokes_what_nobody_has_proposed_to_revoke(scene: Scene) -> None:
    contract_id = registered(scene)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    with pytest.raises(StateError):
        decide(reviewer, contract_id, "contract.revoke", Decision(on="2026-11-20"))
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    ask_end(seller, contract_id, "合同解除", ())
    with pytest.raises(StateError):
        decide(reviewer, contract_id, "contract.revoke", Decision(on="2026-11-20"))
    assert len(entries()) == 1


def test_a_proposal_is_declined_by_another_or_taken_back_by_who_made_it_and_by_no_party(
    scene: Scene,
) -> None:
    contract_id = registered(scene)
    one, another = (actor_of(scene, Role.REVIEWER, number) for number in (903, 902))
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    decide(one, contract_id, "contract.propose_revocation", Decision(reason="重复"))
    for other in (seller, another):
        with pytest.raises(Forbidden):
            take_back(other, contract_id)
    take_back(one, contract_id)
    decide(one, contract_id, "contract.propose_revocation", Decision(reason="还是重复"))
    decide(another, contract_id, "contract.decline_change", Decision(reason="查过，不重复"))
    found = contract(contract_id)
    assert (found.state, found.change, found.is_counted) == ("registered", None, True)
    assert found.submitted_by_id == 1


def test_a_change_is_taken_back_by_who_asked_for_it_or_registers_and_by_nobody_else(
    scene: Scene,
) -> None:
    contract_id = registered(scene)
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    buyer = actor_of(scene, Role.DEMANDER, 2, organisation_id=scene.buyer)
    ask_end(seller, contract_id, "合同解除", ())
    with pytest.raises(Forbidden):
        take_back(buyer, contract_id)
    take_back(seller, contract_id)
    for own in (buyer, seller):
        ask_end(buyer, contract_id, "合同解除", ())
        take_back(own, contract_id)
    assert contract(contract_id).state == "registered"


def test_nothing_counts_before_what_was_posted_last(scene: Scene) -> None:
    contract_id = registered(scene)
    with pytest.raises(FormProblems) as told:
        revoked(scene, contract_id, "2026-10-11")
    assert "2026-10-12" in told.value.problems["on"]
    assert len(entries()) == 1


def test_who_passed_it_on_or_released_its_batch_cannot_register_it(scene: Scene) -> None:
    contract_id = add_contract(scene, released_by_id=905)
    decide(actor_of(scene, Role.REGISTRAR, 901), contract_id, "contract.accept", Decision())
    decide(actor_of(scene, Role.REGISTRAR, 904), contract_id, "contract.pass_on", Decision())
    for number in (904, 905):
        with pytest.raises(Forbidden, match="交复核的人"):
            decide(
                actor_of(scene, Role.REVIEWER, number), contract_id, "contract.register", typed()
            )
    assert contract(contract_id).state == "reviewing"


def test_who_passed_it_on_in_an_earlier_round_cannot_register_it_either(scene: Scene) -> None:
    contract_id = add_contract(scene)
    back, again = actor_of(scene, Role.REVIEWER, 902), actor_of(scene, Role.REGISTRAR, 904)
    decide(again, contract_id, "contract.accept", Decision())
    decide(actor_of(scene, Role.REGISTRAR, 901), contract_id, "contract.pass_on", Decision())
    decide(back, contract_id, "contract.hand_back", Decision(reason="缺附件"))
    decide(again, contract_id, "contract.pass_on", Decision())
    first = actor_of(scene, Role.REVIEWER, 901)
    with pytest.raises(Forbidden):
        decide(first, contract_id, "contract.register", typed(on="2026-11-23"))
    decide(back, contract_id, "contract.register", typed(on="2026-11-23"))


def test_who_accepted_it_cannot_register_it(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    both = actor_of(scene, Role.REVIEWER, 901)
    with pytest.raises(Forbidden):
        decide(both, contract_id, "contract.register", typed())


@pytest.mark.parametrize("unit", ["seller", "buyer"])
def test_nobody_of_a_party_decides(scene: Scene, unit: str) -> None:
    contract_id = add_contract(scene)
    insider = actor_of(scene, Role.REGISTRAR, 903, organisation_id=getattr(scene, unit))
    with pytest.raises(Forbidden):
        decide(insider, contract_id, "contract.accept", Decision())


def test_a_correction_stops_the_legal_limit_until_it_is_accepted_again(scene: Scene) -> None:
    contract_id = add_contract(scene)
    registrar = actor_of(scene, Role.REGISTRAR, 901)
    decide(registrar, contract_id, "contract.accept", Decision())
    assert contract(contract_id).accepted_on == date(2026, 11, 23)
    decide(registrar, contract_id, "contract.ask_correction", Decision(reason="缺附件 2"))
    found = contract(contract_id)
    assert (found.state, found.accepted_on, found.comment) == ("correction", None, "缺附件 2")


def test_a_benefit_that_was_claimed_has_to_be_told_of_the_end(scene: Scene) -> None:
    contract_id = registered(scene, benefit_claimed=True)
    assert contract(contract_id).benefit_to_tell_since is None
    revoked(scene, contract_id)
    assert contract(contract_id).benefit_to_tell_since is not None


def test_terms_come_back_from_a_version_as_they_went_in(scene: Scene) -> None:
    contract_id = add_contract(scene, patent_numbers=["201811564288.X"], rate="7.1")
    with writing() as session:
        terms = terms_of(session.get_one(type(contract(contract_id)), contract_id))
    assert from_stored(as_stored(terms)) == terms


def test_an_unchanged_form_asks_for_nothing_also_where_staff_confirmed_another_amount(
    scene: Scene,
) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    decide(reviewer, contract_id, "contract.register", typed(tech="4,000,000.00"))
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    form = form_of(contract(contract_id), [], [])
    with pytest.raises(FormProblems) as unchanged:
        ask_change(seller, contract_id, form, "只改名称", ())
    assert list(unchanged.value.problems) == [""]
    ask_change(seller, contract_id, {**form, "title": ["极片毛刺检测"]}, "只改名称", ())
    asked = contract(contract_id).change
    assert asked is not None
    assert asked["terms"]["tech_amount"] == 400_000_000


def test_the_amount_that_is_confirmed_decides_about_the_experts(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    with pytest.raises(FormProblems) as refused:
        decide(reviewer, contract_id, "contract.register", typed(tech="6,800,000"))
    assert "专家评审" in refused.value.problems[""]


def test_a_number_that_is_not_the_one_under_which_it_was_registered_is_found(scene: Scene) -> None:
    contract_id = registered(scene)
    assert ledger_is_whole()
    with writing() as session:
        session.execute(update(Contract).values(number=OTHER_NUMBER))
    assert verify_ledger_now().differences == [
        Difference(
            "contract", f"contract {contract_id}", f"number {NUMBER}", f"number {OTHER_NUMBER}"
        )
    ]


def test_a_step_that_no_history_tells_of_is_found(scene: Scene) -> None:
    contract_id = registered(scene)
    with writing() as session:
        session.execute(update(Contract).values(state="change_pending"))
    assert verify_ledger_now().wrong_contracts == [contract_id]


def test_a_contract_counts_under_the_class_of_its_day_of_registration(scene: Scene) -> None:
    contract_id = registered(scene)
    with writing() as session:
        found = session.get_one(Contract, contract_id)
        found.subtype, found.class_name = "LIC-PAT", "技术转让"
        found.signed_on = date(2020, 12, 28)
        found.version += 1
        hands = Hands("登记员", "复核员")
        enter_version(session, found, AMEND, date(2026, 10, 30), hands)
    db.session.rollback()
    last = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id.desc())).first()
    assert last is not None
    assert (last.subtype, last.contract_class) == ("LIC-PAT", "技术许可")
