"""Who may do what with contracts, who may see which, and their routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, true

from marketplace.contracts.conditions import (
    benefit_party,
    changing_party,
    either,
    flag_staff,
    for_unknown_unit,
    party,
    proposer,
    register_staff,
    registering_party,
    registrar,
    reviewer,
    who_proposed,
)
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractObjection,
    ContractOpinion,
    ContractReceipt,
)
from marketplace.contracts.models.contract import TYPED
from marketplace.contracts.states import (
    ACCEPT,
    AMEND,
    ASK_CHANGE,
    ASK_CHANGE_FOR,
    ASK_CORRECTION,
    DECLINE_CHANGE,
    DEREGISTER,
    DRAFT,
    END_EXPERT_REVIEW,
    FOR_A_UNIT,
    HAND_BACK,
    HELD,
    MEND_NUMBER,
    OBJECT,
    PASS_ON,
    PROPOSE_NUMBER,
    PROPOSE_REVOCATION,
    RECALL_FROM_EXPERTS,
    REFUSE,
    REGISTER,
    REVIEW_AGAIN,
    REVOKE,
    SEND_TO_EXPERTS,
    SUBMIT,
    SUBMIT_FOR,
    TAKE_BACK_CHANGE,
    WITHDRAW,
    WITHDRAW_FOR,
    WITHDRAWN,
)
from marketplace.contracts.terms import CHINA
from marketplace.core.actor import Actor
from marketplace.core.policy import (
    Level,
    Permission,
    any_of,
    in_districts,
    only_system,
    policy,
    visibility,
)
from marketplace.core.web.access import ANYONE

IMPORT, IMPORT_HISTORY = "contract.import", "contract.import_history"
VERIFY_LEDGER = "ledger.verify"
LIST_OWN, LIST_ALL, OPEN_PAGE = "contract.list_own", "contract.list_all", "contract.open"
WRITE, WRITE_CHANGE = "contract.write", "contract.write_change"
ADD_OPINION = "contract.add_opinion"
RAISE_OBJECTION, NOTE_OBJECTION = "contract.raise_objection", "contract.note_objection"
ANSWER_OBJECTION = "contract.answer_objection"
ADD_RECEIPT, VERIFY_RECEIPT = "contract.add_receipt", "contract.verify_receipt"
REVERSE_RECEIPT = "contract.reverse_receipt"
TELL_BENEFIT = "contract.tell_benefit"
LIST_FLAGS, DECIDE_FLAG = "contract_flag.list", "contract_flag.decide"

_BY_REGISTRAR = _l("由登记员办理，交的人和当事人单位的人不能办。")
_BY_REVIEWER = _l(
    "由复核员决定，交的人、提议的人、受理的人、交复核的人、放行批次的人和当事人单位的人不能决定。"
)
_BY_UNIT = _l("由办登记的单位的经办、审核人或需求人员办理。")
_FOR_UNIT = _l("办登记的单位不在这个市场里，才由登记员或复核员替它办。")
_BY_PARTY = _l("由合同当事人单位的经办、审核人或需求人员办理。")
_BY_PROPOSER = _l("由登记员或复核员提议，当事人单位的人不能提议；第二个人决定。")

PERMISSIONS = (
    Permission(IMPORT, only_system, _l("合同由命令行导入；在网页上由登记员或统计员上传。")),
    Permission(IMPORT_HISTORY, only_system, _l("已办结的登记册由系统管理员用命令行导入。")),
    Permission(VERIFY_LEDGER, only_system, _l("台账由命令行核对。")),
    Permission(LIST_OWN, party, _l("本单位的合同由单位的经办、审核人或需求人员查看。")),
    Permission(LIST_ALL, register_staff, _l("全部合同由合同登记和统计人员查看。")),
    Permission(
        OPEN_PAGE, any_of(party, register_staff), _l("合同由当事人和合同登记、统计人员查看。")
    ),
    Permission(WRITE, registering_party, _BY_UNIT),
    Permission(SUBMIT, registering_party, _BY_UNIT),
    Permission(WITHDRAW, registering_party, _BY_UNIT),
    Permission(ACCEPT, registrar, _BY_REGISTRAR),
    Permission(ASK_CORRECTION, registrar, _BY_REGISTRAR),
    Permission(PASS_ON, registrar, _BY_REGISTRAR),
    Permission(SEND_TO_EXPERTS, either, _l("由登记员或复核员送专家评审。")),
    Permission(END_EXPERT_REVIEW, either, _l("由登记员或复核员结束专家评审。")),
    Permission(RECALL_FROM_EXPERTS, either, _l("由登记员或复核员从专家评审收回。")),
    Permission(ADD_OPINION, either, _l("专家的意见由登记员或复核员录入。")),
    Permission(HAND_BACK, reviewer, _BY_REVIEWER),
    Permission(REGISTER, reviewer, _BY_REVIEWER),
    Permission(REFUSE, reviewer, _BY_REVIEWER),
    Permission(REVIEW_AGAIN, either, _l("由登记员或复核员重新审查。")),
    Permission(OBJECT, party, _BY_PARTY),
    Permission(WRITE_CHANGE, party, _BY_PARTY),
    Permission(ASK_CHANGE, party, _BY_PARTY),
    Permission(
        TAKE_BACK_CHANGE,
        any_of(changing_party, who_proposed),
        _l("申请由提出的单位或办登记的单位撤回，提议由提议的人撤回。"),
    ),
    Permission(AMEND, reviewer, _BY_REVIEWER),
    Permission(DEREGISTER, reviewer, _BY_REVIEWER),
    Permission(DECLINE_CHANGE, reviewer, _BY_REVIEWER),
    Permission(PROPOSE_REVOCATION, proposer, _BY_PROPOSER),
    Permission(REVOKE, reviewer, _BY_REVIEWER),
    Permission(PROPOSE_NUMBER, proposer, _BY_PROPOSER),
    Permission(MEND_NUMBER, reviewer, _BY_REVIEWER),
    Permission(RAISE_OBJECTION, party, _BY_PARTY),
    Permission(NOTE_OBJECTION, either, _l("财政、税务部门的异议由登记员或复核员录入。")),
    Permission(ANSWER_OBJECTION, reviewer, _l("异议由复核员答复，提异议的人不能答复。")),
    Permission(ADD_RECEIPT, party, _BY_PARTY),
    Permission(VERIFY_RECEIPT, either, _l("技术性收入由登记员或复核员核定。")),
    Permission(
        REVERSE_RECEIPT,
        any_of(party, proposer),
        _l("到账由记这一笔的人或办登记的单位冲销；核定过的由登记员或复核员冲销。"),
    ),
    Permission(TELL_BENEFIT, benefit_party, _BY_UNIT),
    *(Permission(action, for_unknown_unit, _FOR_UNIT) for action in FOR_A_UNIT),
    Permission(LIST_FLAGS, register_staff, _l("疑点由合同登记和统计人员查看。")),
    Permission(DECIDE_FLAG, flag_staff, _l("疑点由登记员或复核员判断。")),
)

ROUTES = {
    "contracts.rules": ANYONE,
    "contracts.own": LIST_OWN,
    "contracts.new": WRITE,
    "contracts.begin_post": WRITE,
    "contracts.show": OPEN_PAGE,
    "contracts.edit": WRITE,
    "contracts.edit_post": WRITE,
    "contracts.withdraw_post": WITHDRAW,
    "contracts.object_post": OBJECT,
    "contracts.change": WRITE_CHANGE,
    "contracts.change_post": WRITE_CHANGE,
    "contracts.end_post": ASK_CHANGE,
    "contracts.take_back_post": TAKE_BACK_CHANGE,
    "contracts.benefit_post": TELL_BENEFIT,
    "contracts.receipt_post": ADD_RECEIPT,
    "contracts.raise_post": RAISE_OBJECTION,
    "contracts.correct_for_unit": SUBMIT_FOR,
    "contracts.correct_for_unit_post": SUBMIT_FOR,
    "contracts.change_for_unit": ASK_CHANGE_FOR,
    "contracts.change_for_unit_post": ASK_CHANGE_FOR,
    "contracts.step_for_unit_post": WITHDRAW_FOR,
    "contracts.queue": LIST_ALL,
    "contracts.objections": LIST_ALL,
    "contracts.decide_post": LIST_ALL,
    "contracts.opinion_post": ADD_OPINION,
    "contracts.note_objection_post": NOTE_OBJECTION,
    "contracts.answer_post": ANSWER_OBJECTION,
    "contracts.verify_post": VERIFY_RECEIPT,
    "contracts.reverse_post": REVERSE_RECEIPT,
    "contracts.flags": LIST_FLAGS,
    "contracts.flag_post": DECIDE_FLAG,
}

CONTRACT_FIELDS = (
    "id state version number title class_name subtype turnover tech_amount currency rate "
    "payment_mode tech_field ip_type patent_numbers plan_source industry socio_goal is_related "
    "signed_on effective_on ends_on office registered_on changed_on rule_version origin "
    "seller_name seller_uscc seller_nature seller_division seller_country "
    "buyer_name buyer_uscc buyer_nature buyer_division buyer_country "
    "submitted_at accepted_on since comment refuse_codes change declared_turnover "
    "declared_tech_amount equipment_cost material_cost other_cost is_tax_included payments "
    "royalty_base royalty_rate related_note expected_input expected_output benefit_claimed"
)
STAFF_FIELDS = (
    "seller_phone seller_representative buyer_phone buyer_representative batch_id submitted_by "
    "is_disputed"
)


def is_register_staff(actor: Actor) -> bool:
    """Whether the actor registers, reviews or counts contracts."""
    return register_staff(actor, None)


def division_of_contract() -> ColumnElement[str]:
    """The column of :attr:`Contract.division_codes`, for queries, as its index has it."""
    return case(
        (Contract.seller_country == literal(CHINA, literal_execute=True), Contract.seller_division),
        else_=Contract.buyer_division,
    )


def registering_unit_of_contract() -> ColumnElement[int | None]:
    """The column of :attr:`Contract.registering_id`, for queries."""
    by_place = case((Contract.seller_country == CHINA, Contract.seller_id), else_=Contract.buyer_id)
    return func.coalesce(Contract.organisation_id, by_place)


def _contracts(actor: Actor) -> ColumnElement[bool]:
    """Staff see those of their districts, organisations those in which they are a party.

    What was never handed in is seen by who writes it only, and what waits in a batch by who
    releases batches, which are for the whole city.
    """
    if actor.is_system:
        return true()
    was_handed_in = or_(
        Contract.state.not_in([DRAFT, WITHDRAWN]),
        Contract.submitted_at.is_not(None),
        Contract.origin != TYPED,
    )
    seen: list[ColumnElement[bool]] = []
    if is_register_staff(actor):
        seen.append(and_(was_handed_in, in_districts(actor, division_of_contract())))
    if party(actor, None):
        own = actor.organisation_id
        # Each alone, so that SQLite takes the index of each: as one it would read the register.
        parties = (Contract.seller_id, Contract.buyer_id)
        seen += [Contract.organisation_id == own]
        seen += [and_(party_id == own, was_handed_in) for party_id in parties]
    if not _sees_batches(actor):
        return and_(Contract.state != HELD, or_(false(), *seen))
    return or_(false(), *seen)


def _of_contract(contract_id: Any) -> Callable[[Actor], ColumnElement[bool]]:
    """What belongs to a contract is seen with it.

    Asked row by row: all the contracts that somebody sees may be a whole register.
    """

    def seen(actor: Actor) -> ColumnElement[bool]:
        return exists().where(Contract.id == contract_id, _contracts(actor))

    return seen


def _level_of_contract(actor: Actor, record: object) -> Level:
    """Staff of another district see a contract as the party that they may be."""
    return Level.OWNER if actor.is_system or register_staff(actor, record) else Level.NAMED


def _level(actor: Actor, _record: object) -> Level:
    return Level.OWNER if actor.is_system or is_register_staff(actor) else Level.NAMED


OPINION_FIELDS = "id expert unit verdict text at entered_by"
OBJECTION_FIELDS = "id raised_by name text state answer at answered_at answered_by"
RECEIPT_FIELDS = (
    "id received_on amount tech_income note entered_by verified_income verified_at verified_by "
    "reverses_id"
)


def declare_policies() -> None:
    """Put the rows of contracts into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        Contract,
        records=_contracts,
        fields={
            **dict.fromkeys(CONTRACT_FIELDS.split(), Level.NAMED),
            **dict.fromkeys(STAFF_FIELDS.split(), Level.OWNER),
        },
        level=_level_of_contract,
    )
    visibility.declare(
        ContractOpinion,
        records=lambda actor: (
            and_(
                _of_contract(ContractOpinion.contract_id)(actor),
                exists().where(
                    Contract.id == ContractOpinion.contract_id,
                    in_districts(actor, division_of_contract()),
                ),
            )
            if actor.is_system or is_register_staff(actor)
            else false()
        ),
        fields=dict.fromkeys(OPINION_FIELDS.split(), Level.OWNER),
        level=_level,
    )
    for model, fields, level in (
        (ContractObjection, OBJECTION_FIELDS, Level.NAMED),
        (ContractReceipt, RECEIPT_FIELDS, Level.NAMED),
    ):
        visibility.declare(
            model,
            records=_of_contract(model.contract_id),
            fields=dict.fromkeys(fields.split(), level),
            level=_level,
        )
    visibility.declare(
        ContractBatch,
        records=lambda actor: true() if _sees_batches(actor) else ContractBatch.id < 0,
        fields=dict.fromkeys(
            [
                "id",
                "source",
                "state",
                "counts",
                "brought_by",
                "released_by",
                "released_at",
                "created_at",
                "file",
            ],
            Level.OWNER,
        ),
        level=_level,
    )


def _sees_batches(actor: Actor) -> bool:
    return actor.is_system or (is_register_staff(actor) and not actor.districts)
