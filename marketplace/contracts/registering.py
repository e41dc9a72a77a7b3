"""Registration and what changes it: a version of the contract, and its posting, together.

The only way by which a contract of the market comes to count, counts otherwise, or no longer
counts; all in the transaction of the step that makes it so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.classes import class_of
from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger import Booking, post
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract, ContractVersion
from marketplace.contracts.models.ledger import DEREGISTER, REGISTER, REVOKE
from marketplace.contracts.places import Places
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.saving.rows import as_stored, terms_of
from marketplace.contracts.saving.totals import month_of
from marketplace.core.i18n import format_day, today

ENDS = (DEREGISTER, REVOKE)


def enter_version(
    session: Session,
    contract: Contract,
    event: str,
    on: date,
    hands: Hands,
    reason: str | None = None,
) -> Sequence[LazyString]:
    """Write the contract as it stands as a version of this event, and post the difference.

    To be called after the step of its states has been taken: the version has its number. Returns
    what is to be told: where the month of the day is closed, it counts today.

    :param on: the day of the registration or change, in whose month it counts.
    :raises FormProblems: ``on``, for a day that is to come, or before what went before.
    """
    last = last_version(session, contract.id)
    _check_day(contract, event, on)
    counts_on = _counting_day(session, on, last)
    if event not in ENDS:
        registered_on = on if event == REGISTER else contract.registered_on
        contract.class_name = _class_on(contract, registered_on)
    terms = terms_of(contract)
    counted = Counted(terms.turnover, terms.tech_amount, facts_of(terms, Places()))
    before = _counted(last)
    after = None if event in ENDS else counted
    if event == REGISTER:
        contract.registered_on = on
        contract.rule_version = rule_version_on(on)
    else:
        contract.changed_on = on
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
            terms={**as_stored(terms), "number": contract.number},
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
        registered_on=_first_counted_on(session, contract.id),
        before=before,
        after=after,
        hands=hands,
        batch_id=contract.batch_id,
        is_demo=contract.is_demo,
    )
    post(session, [booking])
    if month_of(counts_on) == month_of(on):
        return ()
    return [_l("%(day)s 那个月已经核对或公布过，这一笔记在本月。", day=format_day(on))]


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


def _check_day(contract: Contract, event: str, on: date) -> None:
    if on > today():
        raise FormProblems({"on": _l("这一天还没有到。请核对日期。")})
    if event != REGISTER:
        happened = contract.changed_on or contract.registered_on
        if happened and on < happened:
            sentence = _l(
                "这份合同 %(day)s 才登记或变更过，不能记在那以前。请核对日期。",
                day=format_day(happened),
            )
            raise FormProblems({"on": sentence})
        return
    if contract.signed_on and on < contract.signed_on:
        raise FormProblems({"on": _l("登记日期早于签订日期。请核对这两个日期。")})
    if contract.accepted_on and on < contract.accepted_on:
        sentence = _l(
            "%(day)s 才受理或重新审查，登记日期不能早于那天。请核对登记证明上的日期。",
            day=format_day(contract.accepted_on),
        )
        raise FormProblems({"on": sentence})


def _counting_day(session: Session, on: date, last: ContractVersion | None) -> date:
    """The day itself; today where its month is closed; never before what was posted last."""
    month = month_of(on)
    is_over = month != month_of(today())
    day = today() if is_over and closed_months.include(session, month) else on
    return max(day, last.counts_on) if last else day


def _first_counted_on(session: Session, contract_id: int) -> date:
    asked = select(func.min(ContractVersion.counts_on))
    return session.scalars(asked.where(ContractVersion.contract_id == contract_id)).one()
