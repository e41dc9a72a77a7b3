"""Pages on which staff act for a unit that the market doesn't know, on its paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from flask import abort, flash, redirect, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.on_behalf import (
    Wish,
    change_for,
    correct_for,
    end_for,
    object_for,
    take_back_for,
    withdraw_for,
)
from marketplace.contracts.pages import form_page, form_shown
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.routes import (
    NUMBER,
    SHOW,
    UNPROCESSABLE,
    Answer,
    answered,
    blueprint,
    found,
    problems_of,
    tell_doubts,
    typed,
)
from marketplace.contracts.states import ASK_CHANGE_FOR, CORRECTION, REGISTERED, SUBMIT_FOR
from marketplace.core.actor import Actor
from marketplace.core.attachments import UploadRefused
from marketplace.core.attachments.services import Upload
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import chosen_files, takes_uploads
from marketplace.core.web.wording import gettext as _

HandIn = Callable[..., Sequence[LazyString]]
SAID = ("reason", "asked_by", "document")
STEPS: Mapping[str, tuple[Callable[[Actor, int, Wish, Sequence[Upload]], None], LazyString]] = {
    "end_for": (end_for, _l("注销申请已替单位提交，另一个人决定以前，登记仍然有效。")),
    "take_back_for": (
        lambda actor, number, wish, _files: take_back_for(actor, number, wish),
        _l("申请已替单位撤回，登记的内容没有变。"),
    ),
    "withdraw_for": (
        lambda actor, number, wish, _files: withdraw_for(actor, number, wish),
        _l("已替单位撤回，不再办理。"),
    ),
    "object_for": (
        lambda actor, number, wish, _files: object_for(actor, number, wish),
        _l("异议已替单位提交，会重新审查。"),
    ),
}
"""What staff do without a form of terms: how, and what is said when it is done."""


@blueprint.get(f"/staff/contracts/<{NUMBER}:contract_id>/correct")
def correct_for_unit(contract_id: int) -> Answer:
    """The form of a contract that has to be corrected."""
    return _form(contract_id, SUBMIT_FOR, CORRECTION)


@blueprint.post(f"/staff/contracts/<{NUMBER}:contract_id>/correct")
@takes_uploads
def correct_for_unit_post(contract_id: int) -> Answer:
    """Hand it in again."""
    done = _("已替单位提交，等另一个人受理。")
    return _handed_in(contract_id, SUBMIT_FOR, correct_for, done)


@blueprint.get(f"/staff/contracts/<{NUMBER}:contract_id>/change")
def change_for_unit(contract_id: int) -> Answer:
    """The form of a change of what is registered."""
    return _form(contract_id, ASK_CHANGE_FOR, REGISTERED)


@blueprint.post(f"/staff/contracts/<{NUMBER}:contract_id>/change")
@takes_uploads
def change_for_unit_post(contract_id: int) -> Answer:
    """Ask for the change."""
    done = _("变更申请已替单位提交，另一个人决定以前，登记的内容不变。")
    return _handed_in(contract_id, ASK_CHANGE_FOR, change_for, done)


@blueprint.post(f"/staff/contracts/<{NUMBER}:contract_id>/for-unit")
@takes_uploads
@form_stands_on(SHOW)
def step_for_unit_post(contract_id: int) -> Answer:
    """Take a step that wants no form: an end, a withdrawal, an objection, or taking back."""
    do = request.form.get("do", "")
    found(contract_id)
    if do not in STEPS:
        abort(400)
    act, done = STEPS[do]
    actor, wish, files = current_actor(), _wish(f"-{do}"), chosen_files("end_file")
    return answered(
        contract_id,
        lambda: act(actor, contract_id, wish, files),
        str(done),
        reason_field=f"reason-{do}",
        rename=lambda field: "end_file" if field == "file" else f"{field}-{do}",
    )


def _wish(ending: str = "") -> Wish:
    return Wish(*(typed(f"{part}{ending}") for part in SAID))


def _form(contract_id: int, action: str, state: str) -> Answer:
    contract = found(contract_id)
    policy.require(current_actor(), action, contract)
    if contract.state != state:
        return redirect(url_for(SHOW, contract_id=contract_id))
    is_change = action == ASK_CHANGE_FOR
    return form_page(None, contract, form_shown(contract), is_change=is_change, is_for_unit=True)


def _handed_in(contract_id: int, action: str, hand_in: HandIn, done: str) -> Answer:
    actor = current_actor()
    policy.require(actor, action, found(contract_id))
    form, wish = request.form.to_dict(flat=False), _wish()
    try:
        told = hand_in(actor, contract_id, form, wish, chosen_files("file"))
    except (UploadRefused, FormProblems, StateError) as wrong:
        db.session.rollback()
        page = form_page(
            None,
            found(contract_id),
            form,
            problems_of(wrong),
            is_change=action == ASK_CHANGE_FOR,
            is_for_unit=True,
            said=asdict(wish),
        )
        return page, UNPROCESSABLE
    flash(done)
    tell_doubts(told)
    return redirect(url_for(SHOW, contract_id=contract_id))
