"""What the pages of contracts show: one contract, and the form of a registration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from marketplace.accounts.models import Organisation
from marketplace.accounts.wording import division_name
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.contracts import wording
from marketplace.contracts.conditions import register_staff
from marketplace.contracts.experts import counted_opinions, needs_experts, opinions_of
from marketplace.contracts.forms import (
    BUYER,
    CONTACTS,
    Form,
    first_draft,
    form_of,
    payment_rows,
    side_of,
    with_own_party,
)
from marketplace.contracts.handing_in import SUBJECT, linkable
from marketplace.contracts.inputs import INPUT
from marketplace.contracts.inputs import values as read
from marketplace.contracts.inputs.registration import COSTS, FIELDS
from marketplace.contracts.ledger.sums import ends_demo
from marketplace.contracts.models import Contract
from marketplace.contracts.models.course import DISAGREES, FINANCE, REJECTED, TAX, UPHELD
from marketplace.contracts.numbering import former_numbers_of
from marketplace.contracts.policies import (
    ADD_OPINION,
    ADD_RECEIPT,
    ANSWER_OBJECTION,
    NOTE_OBJECTION,
    RAISE_OBJECTION,
    TELL_BENEFIT,
    VERIFY_RECEIPT,
    WRITE,
    WRITE_CHANGE,
)
from marketplace.contracts.queries import (
    entries_of,
    history_of,
    linked_ids,
    linked_records,
    objections_of,
    receipts_of,
    versions_of,
)
from marketplace.contracts.queue import clock_today
from marketplace.contracts.receipts import Received, may_reverse
from marketplace.contracts.saving.rows import columns_of, from_stored, terms_of
from marketplace.contracts.states import (
    ACCEPT,
    CHANGE_TERMS,
    CONTRACT_STATES,
    COUNTED_STATES,
    EDITABLE_STATES,
    REGISTERED,
    WITH_EXPERTS,
)
from marketplace.contracts.terms import Terms
from marketplace.core.actor import Actor
from marketplace.core.attachments import attachments_of
from marketplace.core.codelists import choices, code_name
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.wording import gettext as _

INPUT_FIELDS = {field.key: field for field in INPUT.fields}
LISTS = {
    "class_name": "contract_class",
    "subtype": "contract_subtype",
    "payment_mode": "payment_mode",
    "tech_field": "tech_field",
    "ip_type": "ip_type_stat",
    "plan_source": "plan_source",
    "socio_goal": "socio_goal",
    "seller_nature": "party_nature",
    "buyer_nature": "party_nature",
    "seller_country": "country",
    "buyer_country": "country",
}
"""The code list of each field of the form that has one."""


def contract_page(
    contract: Contract,
    problems: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
) -> str:
    """The page of one contract, for its parties or for staff, with what was typed."""
    actor = current_actor()
    contract_id = contract.id
    # What a refused attempt has changed in memory is not what is kept.
    db.session.rollback()
    contract = db.session.get_one(Contract, contract_id)
    is_staff = register_staff(actor, contract)
    versions = versions_of(contract.id)
    results, projects = linked_records(actor, contract.id)
    receipts = receipts_of(contract.id)
    steps = [
        row.action.removeprefix("contract.") for row in CONTRACT_STATES.steps_from(actor, contract)
    ]
    change, history = contract.change or {}, history_of(contract.id)
    opinions = counted_opinions(db.session, contract)
    return render_template(
        "contracts/show.html",
        contract=contract,
        is_staff=is_staff,
        steps=steps,
        may=_may(actor, contract),
        clock=clock_today(contract),
        ends_demo="register" in steps and not contract.is_demo and ends_demo(db.session),
        history=history,
        accepted_by=next((one.actor_name for one in history if one.action == ACCEPT), ""),
        versions=versions,
        entries=entries_of(contract.id),
        results=results,
        projects=projects,
        receipts=receipts,
        taken_back={one.reverses_id for one in receipts},
        may_reverse={one.id for one in receipts if may_reverse(actor, one)},
        received=Received.of(receipts),
        objections=objections_of(contract.id),
        opinions=opinions_of(db.session, contract.id) if is_staff else (),
        counted={one.id for one in opinions},
        is_disagreed=any(one.verdict == DISAGREES for one in opinions),
        former_numbers=former_numbers_of(db.session, contract.id),
        files=attachments_of(db.session, actor, SUBJECT, contract.id),
        needs_experts=needs_experts(contract),
        pending=change.get("kind", ""),
        asked=from_stored(change["terms"]) if change.get("kind") == CHANGE_TERMS else None,
        differing=differing(contract, from_stored(change["terms"])) if change.get("terms") else (),
        refuse_options=[(code, name, "") for code, name in choices("refuse_reason")],
        chosen_codes=request.form.getlist("codes"),
        verdicts=[(code, str(name)) for code, name in wording.VERDICT_NAMES.items()],
        objectors=[(code, str(wording.OBJECTOR_NAMES[code])) for code in (FINANCE, TAX)],
        outcomes=[(code, str(wording.OBJECTION_NAMES[code])) for code in (UPHELD, REJECTED)],
        problems=problems or {},
        given=given or {},
        today=today(),
        words=wording,
        place=place,
    )


def form_page(
    unit: Organisation | None,
    contract: Contract | None,
    form: Form,
    problems: Mapping[str, str] | None = None,
    *,
    is_change: bool = False,
    is_for_unit: bool = False,
    said: Mapping[str, str] | None = None,
) -> str:
    """The form of a registration, or of a change of one, with what was typed.

    :param is_for_unit: whether staff fill it in for a unit that the market doesn't know.
    :param said: what was typed beside the terms, such as the reason of a change.
    """
    actor = current_actor()
    filled = with_own_party(form, unit) if unit else form
    given = {key: typed[0] for key, typed in filled.items() if typed}
    return render_template(
        "contracts/form.html",
        contract=contract,
        is_change=is_change,
        is_for_unit=is_for_unit,
        side=side_of(form),
        is_import=side_of(form) == BUYER,
        has_unit=unit is not None,
        unit_has_code=unit is not None and bool(unit.uscc),
        form=filled,
        given={**given, **(said or {})},
        problems=problems or {},
        payments=payment_rows(filled),
        sum=sum_of(given),
        fields=FIELDS,
        options={key: choices(name) for key, name in LISTS.items()},
        yes_or_no=[("是", _("是")), ("否", _("否"))],
        offered=linkable(db.session, actor),
        files=attachments_of(db.session, actor, SUBJECT, contract.id) if contract else (),
        words=wording,
    )


def form_shown(contract: Contract) -> Form:
    """What the form of a contract shows: as it was typed, else as it is stored.

    Contacts of the parties are for staff, and for who registers it until that is done.
    """
    if contract.state in EDITABLE_STATES and contract.draft is not None:
        return contract.draft
    results, projects = linked_ids(db.session, contract.id)
    found = form_of(contract, results, projects)
    if contract.state not in EDITABLE_STATES:
        for name in CONTACTS:
            found.pop(name, None)
    for side in ("seller", "buyer"):
        code = getattr(contract, f"{side}_division")
        if code:
            found[f"{side}_division"] = [place(code)]
    return found


def new_form(unit: Organisation, side: str) -> Form:
    """What the form of a new contract shows."""
    found = first_draft(unit, side)
    if unit.division:
        found[f"{side}_division"] = [place(unit.division)]
    return found


def place(code: str) -> str:
    """The name of a division or zone; a code that no list has stands for itself."""
    return str(division_name(code)) if code else ""


def differing(contract: Contract, asked: Terms) -> list[tuple[str, str, str]]:
    """The fields in which other terms are asked for: name, as registered, as asked."""
    before, after = columns_of(terms_of(contract)), columns_of(asked)
    return [
        (str(field.label), _in_words(key, before[key]), _in_words(key, after[key]))
        for key, field in INPUT_FIELDS.items()
        if key in before and before[key] != after[key] and key not in CONTACTS
    ]


def _in_words(key: str, found: Any) -> str:
    if key in LISTS and found:
        return str(code_name(LISTS[key], found))
    if key in ("turnover", "tech_amount"):
        return wording.in_yuan(found)
    if isinstance(found, bool):
        return _("是") if found else _("否")
    if isinstance(found, list):
        return _("、").join(found)
    if key.endswith("_division"):
        return place(found)
    return "" if found is None else str(found)


def sum_of(given: Mapping[str, str]) -> dict[str, str]:
    """How the 技术交易额 follows from what was typed, in 元; dashes where it can't be read."""
    turnover = _amount(given.get("turnover", ""))
    costs = [_amount(given.get(key, "")) for key in COSTS]
    total = sum(one or 0 for one in costs)
    tech = None if turnover is None or total > turnover else turnover - total
    return {
        "turnover": wording.in_yuan(turnover),
        "costs": wording.in_yuan(-total) if total else wording.in_yuan(0),
        "tech_amount": wording.in_yuan(tech),
        "share": wording.share(tech, turnover),
    }


def _amount(typed: str) -> int | None:
    try:
        return read.amount(Cell(typed, "（元）", "", Draft({}, {}))) if typed.strip() else None
    except InputError:
        return None


def _may(actor: Actor, contract: Contract) -> dict[str, bool]:
    """What else than a step the actor may do on the page."""
    is_counted = contract.state in COUNTED_STATES

    def can(action: str, *, where: bool) -> bool:
        return where and policy.can(actor, action, contract)

    return {
        "write": can(WRITE, where=contract.state in EDITABLE_STATES),
        "change": can(WRITE_CHANGE, where=contract.state == REGISTERED),
        "opine": can(ADD_OPINION, where=contract.state in WITH_EXPERTS),
        "raise": can(RAISE_OBJECTION, where=is_counted),
        "note": can(NOTE_OBJECTION, where=is_counted),
        "answer": can(ANSWER_OBJECTION, where=True),
        "receive": can(ADD_RECEIPT, where=is_counted),
        "verify": can(VERIFY_RECEIPT, where=True),
        "tell": can(TELL_BENEFIT, where=contract.benefit_to_tell_since is not None),
    }
