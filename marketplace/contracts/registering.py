"""Registration and what changes it: a version of the contract, and its posting, together.

The only way by which a contract of the market comes to count, counts otherwise, or no longer
counts; all in the transaction of the step that makes it so.
"""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.classes import class_of
from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger import Booking, post
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract, ContractVersion
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.contracts.places import Places
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.saving.rows import as_stored, terms_of
from marketplace.core.i18n import format_day, today

ENDS = (DEREGISTER, REVOKE)


def enter_version(
    session: Session,
    contract: Contract,
    event: str,
    counts_on: date,
    hands: Hands,
    reason: str | None = None,
) -> None:
    """Write the contract as it stands as a version of this event, and post the difference.

    To be called after the step of its states has been taken: the version has its number.

    :param counts_on: the day of the registration or change, in whose month it counts.
    :raises FormProblems: ``on``, for a day that is to come, or before what was posted last.
    """
    last = last_version(session, contract.id)
    _check_day(contract, event, counts_on, last)
    if event not in ENDS:
        registered_on = counts_on if event == REGISTER else contract.registered_on
        contract.class_name = _class_on(contract, registered_on)
    terms = terms_of(contract)
    counted = Counted(terms.turnover, terms.tech_amount, facts_of(terms, Places()))
    before = _counted(last)
    after = None if event in ENDS else counted
    if event == REGISTER:
        contract.registered_on = counts_on
        contract.rule_version = rule_version_on(counts_on)
    else:
        contract.changed_on = counts_on
    contract.is_counted = after is not None
    session.add(
        ContractVersion(
            contract_id=contract.id,
            version=contract.version,
            event=event,
            counts_on=counts_on,
            turnover=counted.turnover,
            tech_amount=counted.tech_amount,
            facts=counted.facts,
            terms=as_stored(terms),
            reason=reason,
            **hands.as_columns(),
        )
    )
    session.flush()
    booking = Booking(
        contract_id=contract.id,
        version=contract.version,
        event=event,
        counts_on=counts_on,
        registered_on=contract.registered_on or counts_on,
        before=before,
        after=after,
        hands=hands,
        batch_id=contract.batch_id,
        is_demo=contract.is_demo,
    )
    post(session, [booking])


def _class_on(contract: Contract, day: date | None) -> str:
    """The class under which it counts: that of its day of registration, not of its signing."""
    found = contract.class_name
    by_subtype = {class_of(contract.subtype, one) for one in (contract.signed_on, day)}
    return class_of(contract.subtype, day) if found in by_subtype else found


def last_version(session: Session, contract_id: int) -> ContractVersion | None:
    """What was registered, amended or cancelled last."""
    return session.scalar(
        select(ContractVersion)
        .where(ContractVersion.contract_id == contract_id)
        .order_by(ContractVersion.version.desc())
        .limit(1)
    )


def _counted(version: ContractVersion | None) -> Counted | None:
    if version is None or version.event in ENDS:
        return None
    return Counted(version.turnover, version.tech_amount, version.facts)


def _check_day(
    contract: Contract, event: str, counts_on: date, last: ContractVersion | None
) -> None:
    if counts_on > today():
        raise FormProblems({"on": _l("这一天还没有到。请核对日期。")})
    if last is not None and counts_on < last.counts_on:
        sentence = _l(
            "这份合同 %(day)s 才登记或变更过，不能记在那以前。请核对日期。",
            day=format_day(last.counts_on),
        )
        raise FormProblems({"on": sentence})
    if event == REGISTER and contract.signed_on and counts_on < contract.signed_on:
        raise FormProblems({"on": _l("登记日期早于签订日期。请核对这两个日期。")})


__all__ = [
    "AMEND",
    "DEREGISTER",
    "REGISTER",
    "REVOKE",
    "enter_version",
    "last_version",
]
