"""Registration and what changes it: a version of the contract, and its posting, together.

The only way by which a contract of the market comes to count, counts otherwise, or no longer
counts; all in the transaction of the step that makes it so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.classes import class_of
from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger import Booking, post
from marketplace.contracts.ledger.posting import Hands, hold_ledger
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
    # No month is closed between this and the posting.
    hold_ledger(session)
    last = last_version(session, contract.id)
    _check_day(contract, event, on)
    counts_on, told = _counting_day(session, contract, on, last)
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
    return told


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


def _counting_day(
    session: Session, contract: Contract, on: date, last: ContractVersion | None
) -> tuple[date, Sequence[LazyString]]:
    """The day itself, or that of what was posted last; today where the month of that is closed.

    And what is to be told where it isn't counted in the month in which it happened.
    """
    day = max(on, last.counts_on) if last else on
    month = month_of(day)
    if month != month_of(today()) and closed_months.include(
        session, month, is_demo=contract.is_demo
    ):
        told = _l("%(day)s 那个月已经核对或公布过，这一笔记在本月。", day=format_day(day))
        return today(), [told]
    if month == month_of(on):
        return day, ()
    told = _l("上一笔记在 %(day)s，这一笔不能记在它以前，也记在那个月。", day=format_day(day))
    return day, [told]


def _first_counted_on(session: Session, contract_id: int) -> date:
    """Of the first version: a change that a file brought may say that it was earlier."""
    asked = select(ContractVersion.counts_on).where(ContractVersion.contract_id == contract_id)
    return session.scalars(asked.order_by(ContractVersion.version).limit(1)).one()
