"""What came in for a contract (到账额), and what of it is 技术性收入.

Neither is 合同成交额 or 技术交易额; nothing here is posted to the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import values
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.contracts.inputs import values as read
from marketplace.contracts.inputs.registration import ROYALTY_MODES
from marketplace.contracts.models import Contract, ContractReceipt
from marketplace.contracts.notices import RECEIPT_VERIFIED, tell_registering
from marketplace.contracts.policies import ADD_RECEIPT, REVERSE_RECEIPT, VERIFY_RECEIPT
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.states import COUNTED_STATES
from marketplace.contracts.wording import in_yuan
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.policy import policy

LONGEST_NOTE = 500


@dataclass(frozen=True)
class ReceiptForm:
    """What was typed about money that came in."""

    received_on: str = ""
    amount: str = ""
    tech_income: str = ""
    note: str = ""


def add_receipt(actor: Actor, contract_id: int, form: ReceiptForm) -> None:
    """Note money that came in.

    More than the 合同成交额 is odd, but for royalties; then it needs a word.

    :raises FormProblems: with a sentence a field.
    :raises Forbidden: when the actor's unit is no party.
    """
    with writing() as session:
        contract = session.get_one(Contract, contract_id, with_for_update=True)
        policy.require(actor, ADD_RECEIPT, contract)
        if contract.state not in COUNTED_STATES:
            raise FormProblems({"": _l("合同登记以后才能记到账。")})
        problems: dict[str, LazyString | str] = {}
        amount = _amount("amount", form.amount, problems, _l("请填到账的金额。"))
        received_on = _day(form.received_on, problems)
        income = (
            _amount("tech_income", form.tech_income, problems) if form.tech_income.strip() else None
        )
        if amount == 0:
            problems["amount"] = _l("到账额要大于 0。")
        if amount is not None and income is not None and income > amount:
            problems["tech_income"] = _l("技术性收入不会大于这一笔的到账额。请核对两个金额。")
        if len(form.note) > LONGEST_NOTE:
            problems["note"] = _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_NOTE)
        if amount is not None and not problems and not form.note:
            _want_word(session, contract, amount, problems)
        if problems or amount is None or received_on is None:
            raise FormProblems(problems)
        receipt = ContractReceipt(
            contract_id=contract.id,
            received_on=received_on,
            amount=amount,
            tech_income=income,
            note=form.note,
            entered_by=actor.name,
            entered_by_id=actor.person_id,
        )
        session.add(receipt)
        session.flush()
        record_audit(session, actor, ADD_RECEIPT, "contract", contract.id, contract.version)


def verify_receipt(actor: Actor, receipt_id: int, verified: str) -> None:
    """Say as staff how much of a receipt is 技术性收入.

    :raises FormProblems: ``verified``, for an amount that can't be; or when it was done already.
    :raises Forbidden: for who may not decide about the contract.
    """
    with writing() as session:
        receipt = session.get_one(ContractReceipt, receipt_id, with_for_update=True)
        contract = receipt.contract
        policy.require(actor, VERIFY_RECEIPT, contract)
        if receipt.entered_by_id is not None and receipt.entered_by_id == actor.person_id:
            raise FormProblems({"verified": _l("这一笔是你记的，请别的人核定。")})
        if receipt.verified_at is not None:
            raise FormProblems({"verified": _l("这一笔已经核定过了。")})
        if receipt.reverses_id is not None or receipt.id in reversed_ids(session, contract.id):
            raise FormProblems({"verified": _l("这一笔已经冲销，不用核定。")})
        problems: dict[str, LazyString | str] = {}
        income = _amount("verified", verified, problems, _l("请填核定的技术性收入。"))
        if income is not None and income > receipt.amount:
            problems["verified"] = _l("技术性收入不会大于这一笔的到账额。请核对两个金额。")
        if problems or income is None:
            raise FormProblems(problems)
        receipt.verified_income = income
        receipt.verified_at = now()
        receipt.verified_by, receipt.verified_by_id = actor.name, actor.person_id
        record_audit(session, actor, VERIFY_RECEIPT, "contract", contract.id, contract.version)
        tell_registering(session, contract, RECEIPT_VERIFIED)


def reverse_receipt(actor: Actor, receipt_id: int, reason: str) -> None:
    """Take a wrong receipt back by one of the same amounts below zero, and why.

    Of one that was verified the verified amount is taken back, too: by staff only.

    :raises FormProblems: ``reason``, without one, or when it was reversed already.
    :raises Forbidden: for who is neither of a party nor of the registration staff.
    """
    with writing() as session:
        receipt = session.get_one(ContractReceipt, receipt_id, with_for_update=True)
        contract = receipt.contract
        policy.require(actor, REVERSE_RECEIPT, contract)
        if not may_reverse(actor, receipt):
            sentence = _l("到账由记这一笔的人或办登记的单位冲销；核定过的由登记机构冲销。")
            raise FormProblems({"reason": sentence})
        if receipt.reverses_id is not None or receipt.id in reversed_ids(session, contract.id):
            raise FormProblems({"reason": _l("这一笔已经冲销过了。")})
        if not reason:
            raise FormProblems({"reason": _l("请写明错在哪里。")})
        if len(reason) > LONGEST_NOTE:
            raise FormProblems({"reason": _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_NOTE)})
        is_verified = receipt.verified_at is not None
        session.add(
            ContractReceipt(
                contract_id=contract.id,
                received_on=receipt.received_on,
                amount=-receipt.amount,
                tech_income=_taken_back(receipt.tech_income),
                note=reason,
                entered_by=actor.name,
                entered_by_id=actor.person_id,
                verified_income=_taken_back(receipt.verified_income),
                verified_at=now() if is_verified else None,
                verified_by=actor.name if is_verified else None,
                verified_by_id=actor.person_id if is_verified else None,
                reverses_id=receipt.id,
            )
        )
        session.flush()
        record_audit(session, actor, REVERSE_RECEIPT, "contract", contract.id, contract.version)


def may_reverse(actor: Actor, receipt: ContractReceipt) -> bool:
    """Whether the receipt is the actor's to take back.

    That of who entered it and of who registers the contract, until it is verified; staff's always.
    """
    contract = receipt.contract
    if not policy.can(actor, REVERSE_RECEIPT, contract):
        return False
    if actor.organisation_id not in contract.owner_ids:
        return True
    is_own = receipt.entered_by_id == actor.person_id
    is_registering = contract.registering_id == actor.organisation_id
    return receipt.verified_at is None and (is_own or is_registering)


def reversed_ids(session: Session, contract_id: int) -> set[int]:
    """The receipts of a contract that were taken back."""
    found = select(ContractReceipt.reverses_id).where(
        ContractReceipt.contract_id == contract_id, ContractReceipt.reverses_id.is_not(None)
    )
    return {one for one in session.scalars(found) if one is not None}


def _taken_back(amount: int | None) -> int | None:
    return None if amount is None else -amount


@dataclass(frozen=True)
class Received:
    """The sums over the receipts of a contract, in 分."""

    received: int
    declared_income: int
    verified_income: int

    @classmethod
    def of(cls, receipts: Sequence[ContractReceipt]) -> Received:
        """Added up."""
        return cls(
            sum(one.amount for one in receipts),
            sum(one.tech_income or 0 for one in receipts),
            sum(one.verified_income or 0 for one in receipts),
        )


def _want_word(
    session: Session, contract: Contract, amount: int, problems: dict[str, LazyString | str]
) -> None:
    if contract.payment_mode in ROYALTY_MODES:
        return
    received = select(func.coalesce(func.sum(ContractReceipt.amount), 0)).where(
        ContractReceipt.contract_id == contract.id
    )
    total = int(session.scalar(received) or 0) + amount
    if total > (contract.turnover or 0):
        problems["note"] = _l(
            "加上这一笔，到账额共 %(total)s 元，超过了合同成交额 %(turnover)s 元。"
            "请核对；没有错的，写一句为什么。",
            total=in_yuan(total),
            turnover=in_yuan(contract.turnover),
        )


def _amount(
    key: str,
    typed: str,
    problems: dict[str, LazyString | str],
    missing: LazyString | None = None,
) -> int | None:
    if not typed.strip():
        problems[key] = missing or _l("请填金额。")
        return None
    try:
        return read.amount(Cell(typed, "（元）", key, Draft({}, {})))
    except InputError as error:
        problems[key] = error.reason
        return None


def _day(typed: str, problems: dict[str, LazyString | str]) -> date | None:
    if not typed.strip():
        problems["received_on"] = _l("请填到账的日期。")
        return None
    try:
        day = values.day(Cell(typed, "", "received_on", Draft({}, {})))
    except InputError as error:
        problems["received_on"] = error.reason
        return None
    if day > today():
        problems["received_on"] = _l("这一天还没有到。请核对日期。")
    return day
