"""The numbers of registrations, which the national system issues: each belongs to one contract."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.contracts.inputs import values
from marketplace.contracts.models import Contract, ContractFormerNumber
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.wording import state_name
from marketplace.core.actor import Actor
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import visible_to


def lock_numbers(session: Session) -> None:
    """Let nobody else give a contract a number until this transaction has ended.

    Imports take the same lock. To be taken before any contract is held: who brings in a register
    has it, too, when it comes to a contract that somebody holds.
    """
    lock_until_commit(session, "contract-numbers")


def read_number(
    session: Session, actor: Actor, typed: str, contract_id: int, checked: str = ""
) -> str:
    """The number that the national system issued.

    Numbers are never made here and never given again, also when their contract was deregistered
    or revoked. One that is odd — of another form, or borne by another contract until that was
    mended — is taken only when somebody has looked at it once more.

    To be called under the lock of :func:`lock_numbers`.

    :param checked: the number that was ticked as looked at.
    :raises FormProblems: ``number``, where it is missing, too long, or another contract has it;
        ``number_checked`` where it is odd and wasn't ticked.
    """
    draft = Draft({}, {})
    if not typed.strip():
        raise FormProblems({"number": _l("请填全国系统发的合同登记编号，登记证明上有。")})
    try:
        number = values.registration_number(Cell(typed, "", "number", draft))
    except InputError as error:
        raise FormProblems({"number": error.reason}) from None
    holder = session.scalar(
        select(Contract).where(Contract.number == number, Contract.id != contract_id)
    )
    if holder is not None:
        raise FormProblems({"number": _taken(session, actor, holder)})
    odd = [issue.reason for issue in draft.warnings]
    if _was_borne(session, number, contract_id):
        odd.append(_l("这个编号曾经误记在另一份合同上，后来更正了。请核对登记证明。"))
    if odd and checked.strip() not in (number, typed.strip()):
        raise FormProblems({"number_checked": " ".join(map(str, odd))})
    return number


def former_numbers_of(session: Session, contract_id: int) -> Sequence[ContractFormerNumber]:
    """The numbers that a contract bore before they were mended, oldest first."""
    return session.scalars(
        select(ContractFormerNumber)
        .where(ContractFormerNumber.contract_id == contract_id)
        .order_by(ContractFormerNumber.id)
    ).all()


def _was_borne(session: Session, number: str, but: int) -> bool:
    asked = select(ContractFormerNumber.id).where(
        ContractFormerNumber.number == number, ContractFormerNumber.contract_id != but
    )
    return session.scalar(asked.limit(1)) is not None


def _taken(session: Session, actor: Actor, holder: Contract) -> LazyString:
    is_seen = session.scalar(
        select(Contract.id).where(Contract.id == holder.id, visible_to(actor, Contract))
    )
    if is_seen is None:
        return _l("这个编号属于别的区划的一份合同。一个编号只属于一份合同，请核对登记证明。")
    return _l(
        "这个编号属于“%(title)s”（%(state)s）。编号不能再用，请核对登记证明。",
        title=holder.title,
        state=state_name(holder.state),
    )
