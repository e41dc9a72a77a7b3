"""Staff's pages: what is in hand by the legal limit, the decisions, and objections."""

from __future__ import annotations

from flask import abort, render_template, request, url_for

from marketplace.contracts import wording
from marketplace.contracts.deciding import DECISIONS, Decision, decide
from marketplace.contracts.experts import add_opinion
from marketplace.contracts.models import ContractObjection, ContractReceipt
from marketplace.contracts.objections import answer_objection, note_objection
from marketplace.contracts.policies import ANSWER_OBJECTION, VERIFY_RECEIPT
from marketplace.contracts.queries import (
    all_objections,
    find_objection,
    find_receipt,
)
from marketplace.contracts.queue import ALL, QUEUES, staff_queue
from marketplace.contracts.receipts import verify_receipt
from marketplace.contracts.routes import NUMBER, SHOW, Answer, answered, blueprint, typed
from marketplace.contracts.states import (
    ACCEPT,
    AMEND,
    ASK_CORRECTION,
    DECLINE_CHANGE,
    DEREGISTER,
    END_EXPERT_REVIEW,
    HAND_BACK,
    MEND_NUMBER,
    PASS_ON,
    PROPOSE_NUMBER,
    PROPOSE_REVOCATION,
    RECALL_FROM_EXPERTS,
    REFUSE,
    REGISTER,
    REVIEW_AGAIN,
    REVOKE,
    SEND_TO_EXPERTS,
)
from marketplace.core.codelists import choices, find_item
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

LONGEST_WORDS = 100


@blueprint.get("/staff/contracts")
def queue() -> str:
    """What staff have in hand."""
    asked = request.args.get("queue", ALL)
    chosen = asked if asked in QUEUES else ALL
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    class_name = request.args.get("class", "")
    if find_item("contract_class", class_name) is None:
        class_name = ""
    return render_template(
        "contracts/queue.html",
        found=staff_queue(
            current_actor(), chosen, asked_page(), words=words, class_name=class_name
        ),
        chosen=chosen,
        queues=QUEUES,
        q=words,
        class_name=class_name,
        classes=choices("contract_class"),
        words=wording,
    )


@blueprint.get("/staff/contracts/objections")
def objections() -> str:
    """All objections to registrations, those without an answer first."""
    rows, paging, count = all_objections(current_actor(), asked_page())
    return render_template(
        "contracts/objections.html", rows=rows, paging=paging, open_count=count, words=wording
    )


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/decide")
@form_stands_on(SHOW)
def decide_post(contract_id: int) -> Answer:
    """Take one step with a contract."""
    name = request.form.get("do", "")
    action = f"contract.{name}"
    if action not in DECISIONS:
        abort(400)
    decision = Decision(
        reason=typed(f"reason-{name}"),
        number=typed("number"),
        number_checked=typed("number_checked"),
        on=typed(f"on-{name}"),
        turnover=typed("turnover"),
        tech_amount=typed("tech_amount"),
        codes=request.form.getlist("codes"),
        is_disputed=request.form.get("disputed") == "1",
    )
    return answered(
        contract_id,
        lambda: decide(current_actor(), contract_id, action, decision),
        _done(action),
        rename=lambda field: f"{field}-{name}" if field in ("reason", "on") else field,
    )


def _done(action: str) -> str:
    return {
        ACCEPT: _("已受理，期限从今天起算。单位会收到通知。"),
        ASK_CORRECTION: _("已退回补正，单位会收到你写的意见。"),
        PASS_ON: _("已交复核。"),
        HAND_BACK: _("已退回审查。"),
        SEND_TO_EXPERTS: _("已送专家评审。"),
        END_EXPERT_REVIEW: _("专家评审已结束，接着办理。"),
        RECALL_FROM_EXPERTS: _("已从专家评审收回，接着办理。"),
        REGISTER: _("已登记，并记入台账。双方会收到通知。"),
        REFUSE: _("已决定不予登记，单位会收到原因。"),
        REVIEW_AGAIN: _("已重新审查。"),
        AMEND: _("变更已登记，差额记入台账。双方会收到通知。"),
        DEREGISTER: _("登记已注销，记入台账。双方会收到通知。"),
        DECLINE_CHANGE: _("没有同意变更，双方会收到原因。"),
        PROPOSE_REVOCATION: _("已提议撤销，等第二个人决定。在那以前登记仍然有效。"),
        REVOKE: _("登记已撤销，记入台账。双方会收到通知。"),
        PROPOSE_NUMBER: _("已提议更正编号，等第二个人确认。"),
        MEND_NUMBER: _("编号已更正，原来的编号留在记录里。双方会收到通知。"),
    }[action]


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/opinions")
@form_stands_on(SHOW)
def opinion_post(contract_id: int) -> Answer:
    """Enter what one expert says."""
    return answered(
        contract_id,
        lambda: add_opinion(
            current_actor(),
            contract_id,
            expert=typed("expert"),
            unit=typed("expert_unit"),
            verdict=typed("verdict"),
            text=typed("opinion"),
        ),
        _("专家的意见已录入。"),
    )


@blueprint.post(f"/contracts/<{NUMBER}:contract_id>/objections/note")
@form_stands_on(SHOW)
def note_objection_post(contract_id: int) -> Answer:
    """Enter what an office of finance or of taxes objects."""
    raised_by, name, text = typed("raised_by"), typed("name"), typed("objection")
    return answered(
        contract_id,
        lambda: note_objection(current_actor(), contract_id, raised_by, name, text),
        _("异议已录入，双方会收到通知。"),
    )


@blueprint.post(f"/contracts/objections/<{NUMBER}:objection_id>/answer")
@form_stands_on(lambda objection_id: _of_objection(objection_id))
def answer_post(objection_id: int) -> Answer:
    """Answer an objection."""
    actor = current_actor()
    objection = _found_objection(objection_id)
    outcome, answer = typed(f"outcome-{objection_id}"), typed(f"answer-{objection_id}")
    return answered(
        objection.contract_id,
        lambda: answer_objection(actor, objection_id, outcome, answer),
        _("已答复，双方会收到通知。"),
        rename=lambda field: f"{field}-{objection_id}" if field else "",
    )


@blueprint.post(f"/contracts/receipts/<{NUMBER}:receipt_id>/verify")
@form_stands_on(lambda receipt_id: _of_receipt(receipt_id))
def verify_post(receipt_id: int) -> Answer:
    """Say how much of a receipt is 技术性收入."""
    actor = current_actor()
    receipt = _found_receipt(receipt_id)
    verified = typed(f"verified-{receipt_id}")
    return answered(
        receipt.contract_id,
        lambda: verify_receipt(actor, receipt_id, verified),
        _("技术性收入已核定，单位会收到通知。"),
        rename=lambda field: f"{field}-{receipt_id}" if field else "",
    )


def _found_objection(objection_id: int) -> ContractObjection:
    policy.require(current_actor(), ANSWER_OBJECTION)
    objection = find_objection(current_actor(), objection_id)
    if objection is None:
        abort(404)
    return objection


def _found_receipt(receipt_id: int) -> ContractReceipt:
    policy.require(current_actor(), VERIFY_RECEIPT)
    receipt = find_receipt(current_actor(), receipt_id)
    if receipt is None:
        abort(404)
    return receipt


def _of_objection(objection_id: int) -> str:
    return url_for(SHOW, contract_id=_found_objection(objection_id).contract_id)


def _of_receipt(receipt_id: int) -> str:
    return url_for(SHOW, contract_id=_found_receipt(receipt_id).contract_id)
