"""The parties' own pages: their contracts, the form of a registration, and what comes after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.contracts import wording
from marketplace.contracts.changing import ask_change, ask_end, note_benefit_told, take_back
from marketplace.contracts.forms import BUYER, SELLER, unreadable_amounts
from marketplace.contracts.handing_in import (
    begin,
    begin_and_submit,
    object_to_refusal,
    save_draft,
    submit,
    withdraw,
)
from marketplace.contracts.models import Contract, ContractReceipt
from marketplace.contracts.objections import raise_objection
from marketplace.contracts.pages import contract_page, form_page, form_shown, new_form
from marketplace.contracts.policies import REVERSE_RECEIPT, WRITE, WRITE_CHANGE
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.queries import find_contract, find_receipt, own_contracts
from marketplace.contracts.receipts import ReceiptForm, add_receipt, reverse_receipt
from marketplace.contracts.states import EDITABLE_STATES, REGISTERED, STATES
from marketplace.core.attachments import UploadRefused
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import chosen_files, takes_uploads
from marketplace.core.web.wording import gettext as _

blueprint = Blueprint("contracts", __name__)

UNPROCESSABLE = 422
NUMBER = "int(max=2147483647)"
SHOW = "contracts.show"

Answer = str | Response | tuple[str, int]


@blueprint.get("/contracts")
def own() -> str:
    """The contracts of the own unit."""
    asked = request.args.get("state")
    chosen = asked if asked in STATES else None
    return render_template(
        "contracts/own.html",
        found=own_contracts(current_actor(), chosen, asked_page()),
        chosen=chosen,
        states=STATES,
        words=wording,
    )


@blueprint.get("/contracts/new")
def new() -> str:
    """An empty form; ``side`` says on which side of the contract the own unit stands."""
    side = BUYER if request.args.get("side") == BUYER else SELLER
    unit = _unit(current_actor().organisation_id)
    return form_page(unit, None, new_form(unit, side))


@blueprint.post("/contracts/new")
@takes_uploads
def begin_post() -> Answer:
    """Keep a new contract, or hand it in."""
    actor = current_actor()
    form, files = request.form.to_dict(flat=False), chosen_files("file")
    try:
        if request.form.get("do") == "submit":
            contract_id, told = begin_and_submit(actor, form, files)
            _tell_submitted(told)
            return redirect(url_for(SHOW, contract_id=contract_id))
        contract_id = begin(actor, form, files)
    except (UploadRefused, FormProblems) as wrong:
        db.session.rollback()
        unit = _unit(actor.organisation_id)
        return form_page(unit, None, form, problems_of(wrong)), UNPROCESSABLE
    flash(_("已保存，还没有提交。"))
    return redirect(url_for("contracts.edit", contract_id=contract_id))


@blueprint.get(f"/contracts/<{NUMBER}:contract_id>")
def show(contract_id: int) -> str:
    """One contract, for its parties and for staff."""
    return contract_page(found(contract_id))


@blueprint.get(f"/contracts/<{NUMBER}:contract_id>/edit")
def edit(contract_id: int) -> Answer:
    """The form, until it is handed in and after a correction was asked for."""
    contract = found(contract_id)
    policy.require(current_actor(), WRITE, contract)
    if contract.state not in EDITABLE_STATES:
        return redirect(url_for(SHOW, contract_id=contract_id))
    form = form_shown(contract)
    unit = _unit(contract.registering_id)
    return form_page(unit, contract, form, unreadable_amounts(form))


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/edit")
@takes_uploads
def edit_post(contract_id: int) -> Answer:
    """Keep the form, or hand it in."""
    actor, contract = current_actor(), found(contract_id)
    policy.require(actor, WRITE, contract)
    form, files = request.form.to_dict(flat=False), chosen_files("file")
    try:
        if request.form.get("do") == "submit":
            _tell_submitted(submit(actor, contract_id, form, files))
            return redirect(url_for(SHOW, contract_id=contract_id))
        save_draft(actor, contract_id, form, files)
    except (UploadRefused, FormProblems, StateError) as wrong:
        db.session.rollback()
        contract = found(contract_id)
        unit = _unit(contract.registering_id)
        return form_page(unit, contract, form, problems_of(wrong)), UNPROCESSABLE
    flash(_("已保存，还没有提交。"))
    return redirect(url_for("contracts.edit", contract_id=contract_id))


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/withdraw")
@form_stands_on(SHOW)
def withdraw_post(contract_id: int) -> Answer:
    """Take it back before it is accepted."""
    reason = typed("reason-withdraw")
    return answered(
        contract_id,
        lambda: withdraw(current_actor(), contract_id, reason),
        _("已撤回，不再办理。"),
        reason_field="reason-withdraw",
    )


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/object")
@form_stands_on(SHOW)
def object_post(contract_id: int) -> Answer:
    """Object to a refusal."""
    reason = typed("reason-object")
    return answered(
        contract_id,
        lambda: object_to_refusal(current_actor(), contract_id, reason),
        _("异议已提交，登记机构会重新审查。"),
        reason_field="reason-object",
    )


@blueprint.get(f"/contracts/<{NUMBER}:contract_id>/change")
def change(contract_id: int) -> Answer:
    """The form of a change of what is registered."""
    contract = found(contract_id)
    policy.require(current_actor(), WRITE_CHANGE, contract)
    if contract.state != REGISTERED:
        return redirect(url_for(SHOW, contract_id=contract_id))
    unit = _unit_or_none(contract)
    return form_page(unit, contract, form_shown(contract), is_change=True)


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/change")
@takes_uploads
def change_post(contract_id: int) -> Answer:
    """Ask for the change."""
    actor, contract = current_actor(), found(contract_id)
    policy.require(actor, WRITE_CHANGE, contract)
    form, reason = request.form.to_dict(flat=False), typed("reason")
    try:
        told = ask_change(actor, contract_id, form, reason, chosen_files("file"))
    except (UploadRefused, FormProblems, StateError) as wrong:
        db.session.rollback()
        contract = found(contract_id)
        page = form_page(
            _unit_or_none(contract),
            contract,
            form,
            problems_of(wrong),
            is_change=True,
            said={"reason": reason},
        )
        return page, UNPROCESSABLE
    flash(_("变更申请已提交，登记机构决定以前，登记的内容不变。"))
    tell_doubts(told)
    return redirect(url_for(SHOW, contract_id=contract_id))


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/end")
@takes_uploads
@form_stands_on(SHOW)
def end_post(contract_id: int) -> Answer:
    """Ask that the registration be ended."""
    reason, files = typed("reason-end"), chosen_files("end_file")
    return answered(
        contract_id,
        lambda: ask_end(current_actor(), contract_id, reason, files),
        _("注销申请已提交，登记机构决定以前，登记仍然有效。"),
        reason_field="reason-end",
        rename=lambda field: "end_file" if field == "file" else field,
    )


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/change/take-back")
@form_stands_on(SHOW)
def take_back_post(contract_id: int) -> Answer:
    """Take a wish for a change back."""
    return answered(
        contract_id,
        lambda: take_back(current_actor(), contract_id),
        _("申请已撤回，登记的内容没有变。"),
    )


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/benefit")
@form_stands_on(SHOW)
def benefit_post(contract_id: int) -> Answer:
    """Say that who gave a benefit has been told."""
    return answered(
        contract_id, lambda: note_benefit_told(current_actor(), contract_id), _("已记下。")
    )


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/receipts")
@form_stands_on(SHOW)
def receipt_post(contract_id: int) -> Answer:
    """Note money that came in."""
    form = ReceiptForm(typed("received_on"), typed("amount"), typed("tech_income"), typed("note"))
    return answered(
        contract_id,
        lambda: add_receipt(current_actor(), contract_id, form),
        _("这一笔到账已记下。"),
    )


@blueprint.post(f"/contracts/receipts/<{NUMBER}:receipt_id>/reverse")
@form_stands_on(lambda receipt_id: url_for(SHOW, contract_id=_receipt(receipt_id).contract_id))
def reverse_post(receipt_id: int) -> Answer:
    """Take a wrong receipt back."""
    actor, reason = current_actor(), typed(f"reason-reverse-{receipt_id}")
    return answered(
        _receipt(receipt_id).contract_id,
        lambda: reverse_receipt(actor, receipt_id, reason),
        _("这一笔已冲销，原来的一笔留着。"),
        reason_field=f"reason-reverse-{receipt_id}",
    )


def _receipt(receipt_id: int) -> ContractReceipt:
    policy.require(current_actor(), REVERSE_RECEIPT)
    receipt = find_receipt(current_actor(), receipt_id)
    if receipt is None:
        abort(404)
    return receipt


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/objections")
@form_stands_on(SHOW)
def raise_post(contract_id: int) -> Answer:
    """Object to the registration as a party."""
    text = typed("objection")
    return answered(
        contract_id,
        lambda: raise_objection(current_actor(), contract_id, text),
        _("异议已提交，登记机构会答复。"),
    )


def found(contract_id: int) -> Contract:
    """The contract, or the page that says there is none."""
    contract = find_contract(current_actor(), contract_id)
    if contract is None:
        abort(404)
    return contract


def typed(name: str) -> str:
    """What was typed into a field of the present form, without blanks around it."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def answered(
    contract_id: int,
    act: Callable[[], object],
    done: str,
    *,
    reason_field: str = "",
    rename: Callable[[str], str] = lambda name: name,
) -> Answer:
    """Act, and lead back to the contract; or show it again with what was wrong.

    :param reason_field: the field to which a missing reason belongs, ``rename`` how the form
        calls a field that a service names.
    """
    contract = found(contract_id)
    try:
        told = act()
    except (FormProblems, UploadRefused, StateError) as wrong:
        problems = {
            reason_field if name in ("", "reason") and reason_field else rename(name): text
            for name, text in problems_of(wrong).items()
        }
        return contract_page(contract, problems, request.form), UNPROCESSABLE
    flash(done)
    if isinstance(told, (list, tuple)):
        tell_doubts(told)
    return redirect(url_for(SHOW, contract_id=contract_id))


def problems_of(wrong: FormProblems | UploadRefused | StateError) -> dict[str, str]:
    """What is wrong, by field."""
    if isinstance(wrong, FormProblems):
        return wrong.problems
    return {"file" if isinstance(wrong, UploadRefused) else "": str(wrong)}


def _unit(organisation_id: int | None) -> Organisation:
    unit = db.session.get(Organisation, organisation_id) if organisation_id else None
    if unit is None:
        abort(404)
    return unit


def _unit_or_none(contract: Contract) -> Organisation | None:
    return _unit(contract.organisation_id) if contract.organisation_id else None


def _tell_submitted(told: Sequence[LazyString]) -> None:
    flash(_("已提交，等登记机构受理。"))
    tell_doubts(told)


def tell_doubts(told: Iterable[object]) -> None:
    """Say on the next page what is doubtful about what was typed."""
    for one in told:
        flash(_("请再核对：%(what)s", what=one), "wait")
