"""Who stands where towards a contract: parties, staff, and who had a hand in it already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from marketplace.contracts.states import ACCEPT, CONTRACT_STATES, PASS_ON, PROPOSALS
from marketplace.core.actor import HOLDER_ROLES, Actor, Role
from marketplace.core.db import db
from marketplace.core.policy import Condition, any_of, in_scope
from marketplace.core.states import StateChange

REGISTER_ROLES = (Role.REGISTRAR, Role.REVIEWER, Role.STAT, Role.ADMIN)
PARTY_ROLES = (*HOLDER_ROLES, Role.DEMANDER)
"""Who acts for a party: sellers are holders, buyers mostly have demands."""
FIRST_HANDS = ("accepted_by_id", "passed_on_by_id", "released_by_id")
"""Who accepted it, passed it on, or released the batch that brought it, doesn't decide last; nor
does who proposed what is pending, or who did so in an earlier round."""


def _acts_for_a_unit(actor: Actor) -> bool:
    return actor.is_person and actor.has_role(*PARTY_ROLES) and actor.organisation_id is not None


def _is_staff_with(*roles: Role) -> Callable[[Actor, Any], bool]:
    def may(actor: Actor, record: Any) -> bool:
        if not actor.is_person or not actor.has_role(*roles):
            return False
        return record is None or in_scope(actor, record)

    return may


def _of_no_party(*roles: Role) -> Callable[[Actor, Any], bool]:
    is_staff_member = _is_staff_with(*roles)

    def may(actor: Actor, record: Any) -> bool:
        is_party = record is not None and actor.organisation_id in record.owner_ids
        return is_staff_member(actor, record) and not is_party

    return may


def _decides_on_others(*roles: Role) -> Callable[[Actor, Any], bool]:
    """Nobody decides about what they handed in or to which their unit is a party."""
    is_outsider = _of_no_party(*roles)

    def may(actor: Actor, record: Any) -> bool:
        is_own = record is not None and actor.person_id == record.submitted_by_id
        return is_outsider(actor, record) and not is_own

    return may


def _decides_last(actor: Actor, record: Any) -> bool:
    if record is not None:
        hands = [getattr(record, one) for one in FIRST_HANDS]
        if actor.person_id in [*hands, (record.change or {}).get("by_id")]:
            return False
        if _had_a_hand(actor, record):
            return False
    return _decides_on_others(Role.REVIEWER)(actor, record)


def _had_a_hand(actor: Actor, record: Any) -> bool:
    """Whether they accepted it or passed it on at any time; the contract keeps the last alone."""
    asked = select(StateChange.id).where(
        StateChange.subject_kind == CONTRACT_STATES.subject_kind,
        StateChange.subject_id == record.id,
        StateChange.action.in_((ACCEPT, PASS_ON)),
        StateChange.person_id == actor.person_id,
    )
    return db.session.scalar(asked.limit(1)) is not None


def _acts_for_unknown(actor: Actor, record: Any) -> bool:
    """Staff act for a unit that the market doesn't know; nobody else could."""
    if record is None:
        return _is_staff_with(Role.REGISTRAR, Role.REVIEWER)(actor, None)
    return record.registering_id is None and _of_no_party(Role.REGISTRAR, Role.REVIEWER)(
        actor, record
    )


def _registers(actor: Actor, record: Any) -> bool:
    return actor.organisation_id == record.registering_id


def _tells_of_benefit(actor: Actor, record: Any) -> bool:
    """Who registers the contract; where the market doesn't know it, any party."""
    if record.registering_id is None:
        return actor.organisation_id in record.owner_ids
    return _registers(actor, record)


def _made_the_change(actor: Actor, record: Any) -> bool:
    """The side that asked for what is pending, or who registers the contract."""
    change = record.change or {}
    if change.get("kind") in PROPOSALS:
        return False
    return _registers(actor, record) or (
        actor.organisation_id in record.owner_ids
        and actor.organisation_id == change.get("organisation_id")
    )


def _proposed_it(actor: Actor, record: Any) -> bool:
    if record is None:
        return _is_staff_with(Role.REGISTRAR, Role.REVIEWER)(actor, None)
    is_own = (record.change or {}).get("by_id") == actor.person_id
    return is_own and _of_no_party(Role.REGISTRAR, Role.REVIEWER)(actor, record)


party = Condition(
    _l("合同当事人单位的经办、审核人或需求人员"),
    lambda actor, record: (
        _acts_for_a_unit(actor) and (record is None or actor.organisation_id in record.owner_ids)
    ),
)
registering_party = Condition(
    _l("办登记的单位的经办、审核人或需求人员"),
    lambda actor, record: _acts_for_a_unit(actor) and (record is None or _registers(actor, record)),
)
benefit_party = Condition(
    _l("办登记的单位的经办、审核人或需求人员"),
    lambda actor, record: (
        _acts_for_a_unit(actor) and (record is None or _tells_of_benefit(actor, record))
    ),
)
changing_party = Condition(
    _l("提出变更的单位或办登记的单位的经办、审核人或需求人员"),
    lambda actor, record: (
        _acts_for_a_unit(actor) and (record is None or _made_the_change(actor, record))
    ),
)
register_staff = Condition(
    _l("合同登记和统计人员，限于各自负责的区划"), _is_staff_with(*REGISTER_ROLES)
)
registrar = Condition(
    _l("登记员，不是交的人，也不属于合同的当事人"), _decides_on_others(Role.REGISTRAR)
)
reviewer = Condition(
    _l("复核员，不是交的人、提议的人、受理的人、交复核的人和放行批次的人，也不属于合同的当事人"),
    _decides_last,
)
either = any_of(registrar, reviewer)
proposer = Condition(
    _l("登记员或复核员，不属于合同的当事人"), _of_no_party(Role.REGISTRAR, Role.REVIEWER)
)
who_proposed = Condition(_l("提议的登记员或复核员"), _proposed_it)
for_unknown_unit = Condition(
    _l("登记员或复核员，替市场里没有的单位办，不属于合同的当事人"), _acts_for_unknown
)
flag_staff = Condition(
    _l("登记员或复核员，不是交的人，也不属于合同的当事人"),
    _decides_on_others(Role.REGISTRAR, Role.REVIEWER),
)
