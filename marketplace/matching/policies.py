"""Who may see which match, who may say what to it, and the routes of matching."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from marketplace.catalogue.districts import lies_in_districts
from marketplace.catalogue.models import Demand, DemandOwner
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.core.actor import HOLDER_ROLES, Actor, Role
from marketplace.core.db import db
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    acts_for_holder,
    acts_with,
    any_of,
    bureau,
    only_system,
    policy,
    visibility,
)
from marketplace.demands.policies import WRITE as WRITE_DEMAND
from marketplace.demands.policies import open_masked_to, seen_by_matched
from marketplace.matching.models import DEMANDER, HOLDER, Match, MatchContact, MatchDecision
from marketplace.matching.states import (
    CONSENT,
    DECLINE,
    DECLINED,
    FIND_AGAIN,
    INTRODUCED,
    LAPSE,
    LAPSED,
    PROPOSE,
    REOPEN,
    RETRACT,
    WANT,
)
from marketplace.matching.subjects import OFFERS

ENCODE = "vectors.encode"
SUGGEST = "match.suggest"
SEE_OWN = "match.see_own"
ASK, REPLY = "match.ask", "match.reply"
SEE_OF_DEMAND = "match.see_of_demand"
HIDDEN_FROM_HOLDERS = (DECLINED, LAPSED)


def side_of(actor: Actor, match: Match) -> str | None:
    """On which side of a match the actor stands; nothing for others, staff among them."""
    if acts_with(actor, Role.DEMANDER) and actor.organisation_id in match.demander_ids:
        return DEMANDER
    if acts_for_holder(actor) and actor.organisation_id in match.holder_ids:
        return HOLDER
    return None


def reads_proposal(actor: Actor, match: Match) -> bool:
    """Whether the actor reads why a broker proposed the match: not the holder, whom it may tell
    whose a masked demand is.
    """
    return side_of(actor, match) != HOLDER or match.proposed_by_id == actor.organisation_id


def _is_on(side: str) -> Any:
    return lambda actor, match: match is not None and side_of(actor, match) == side


def _looks_for(actor: Actor, demand: Any) -> bool:
    return acts_with(actor, Role.DEMANDER) and (
        demand is None or actor.organisation_id in demand.owner_ids
    )


demander = Condition(_l("需求单位的需求方"), _is_on(DEMANDER))
holder = Condition(_l("持有单位的经办或审核人"), _is_on(HOLDER))
looks_for = Condition(_l("需求单位的需求方"), _looks_for)
takes_part = Condition(
    _l("需求方，或持有单位的经办和审核人，要替单位办事"),
    lambda actor, _record: acts_with(actor, Role.DEMANDER, Role.MANAGER, *HOLDER_ROLES),
)
broker = Condition(
    _l("技术经理人，要替单位办事"), lambda actor, _record: acts_with(actor, Role.MANAGER)
)
BY_DEMANDER = _l("这一步由需求单位的需求方进行。")
BY_HOLDER = _l("这一步由持有单位的经办或审核人进行。")

PERMISSIONS = (
    Permission(ENCODE, only_system, _l("编码由系统在后台进行。")),
    Permission(SUGGEST, only_system, _l("匹配由系统在后台进行。")),
    Permission(LAPSE, only_system, _l("过期由系统处理。")),
    Permission(FIND_AGAIN, only_system, _l("匹配由系统在后台进行。")),
    Permission(SEE_OWN, any_of(takes_part, bureau), _l("匹配给需求方和持有单位看，要替单位办事。")),
    Permission(
        SEE_OF_DEMAND, any_of(looks_for, bureau), _l("一条需求的匹配给需求单位和科技局看。")
    ),
    Permission(ASK, demander, BY_DEMANDER),
    Permission(REPLY, holder, BY_HOLDER),
    Permission(PROPOSE, broker, _l("推荐由技术经理人进行，要替单位办事。")),
    *(
        Permission(actions[side], who, needed)
        for actions in (WANT, DECLINE, REOPEN, CONSENT, RETRACT)
        for side, who, needed in (
            (DEMANDER, demander, BY_DEMANDER),
            (HOLDER, holder, BY_HOLDER),
        )
    ),
)

ROUTES = {
    "matching.mine": SEE_OWN,
    "matching.of_demand": SEE_OF_DEMAND,
    "matching.show": SEE_OWN,
    "matching.step": SEE_OWN,
    "matching.ask": SEE_OWN,
    "matching.reply": SEE_OWN,
    "matching.split": WRITE_DEMAND,
    "matching.propose": PROPOSE,
    "matching.propose_post": PROPOSE,
    "matching.suggest_choices": PROPOSE,
}

OWN_FIELDS = (
    "id demand_id kind record_id state version place found_at stepped_at proposed_by_id "
    "proposal wants consents declined_by decline_code features algorithm"
)


def of_own_records(actor: Actor) -> ColumnElement[bool]:
    """Whether a match is of a record that the actor acts for."""
    if not acts_for_holder(actor):
        return false()
    return or_(
        *(
            and_(
                Match.kind == kind,
                Match.record_id.in_(
                    select(OWNER_LINKS[kind][1]).where(
                        OWNER_LINKS[kind][0].organisation_id == actor.organisation_id
                    )
                ),
            )
            for kind in OFFERS
        )
    )


def of_own_demands(actor: Actor) -> ColumnElement[bool]:
    """Whether a match is of a demand that the actor acts for."""
    if not acts_with(actor, Role.DEMANDER):
        return false()
    own = select(DemandOwner.demand_id).where(DemandOwner.organisation_id == actor.organisation_id)
    return Match.demand_id.in_(own)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Those of one's own demands and records, of the staff's districts, and what one proposed.

    What the demand's side found unfit, or nobody answered, holders no longer see.
    """
    if actor.is_system:
        return true()
    seen = [
        of_own_demands(actor),
        and_(
            of_own_records(actor),
            or_(Match.state.not_in(HIDDEN_FROM_HOLDERS), Match.declined_by == HOLDER),
        ),
    ]
    if acts_with(actor, Role.MANAGER):
        seen.append(Match.proposed_by_id == actor.organisation_id)
    if bureau(actor, None):
        here = select(Demand.id).where(lies_in_districts(actor, Demand))
        seen.append(Match.demand_id.in_(here))
    return or_(*seen)


def _contacts_seen(actor: Actor) -> ColumnElement[bool]:
    """The own side's, and the other's once both have consented."""
    if actor.is_system:
        return true()
    if not actor.is_person or actor.organisation_id is None:
        return false()
    both = select(Match.id).where(
        Match.state == INTRODUCED, or_(of_own_demands(actor), of_own_records(actor))
    )
    return or_(
        MatchContact.organisation_id == actor.organisation_id, MatchContact.match_id.in_(both)
    )


def _matched_demands(actor: Actor) -> ColumnElement[bool]:
    """Demands for matched holders only are read by those whose records match them."""
    found = select(Match.demand_id).where(
        of_own_records(actor), Match.state.not_in(HIDDEN_FROM_HOLDERS)
    )
    return Demand.id.in_(found)


def _is_introduced(actor: Actor, demand: Demand) -> bool:
    """Whether both sides let the actor, who holds a record, know whose the demand is."""
    introduced = (Match.demand_id == demand.id, Match.state == INTRODUCED, of_own_records(actor))
    return db.session.scalar(select(Match.id).where(*introduced).limit(1)) is not None


def _level(actor: Actor, match: Any) -> Level:
    is_own = actor.is_system or side_of(actor, match) is not None or bureau(actor, match)
    is_proposed = acts_with(actor, Role.MANAGER) and match.proposed_by_id == actor.organisation_id
    return Level.OWNER if is_own or is_proposed else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of matching into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    seen_by_matched(_matched_demands)
    open_masked_to(_is_introduced)
    visibility.declare(
        Match, records=_seen, fields=dict.fromkeys(OWN_FIELDS.split(), Level.OWNER), level=_level
    )
    visibility.declare(
        MatchContact,
        records=_contacts_seen,
        fields=dict.fromkeys(
            ("match_id", "side", "organisation_id", "name", "phone", "email", "at"), Level.OWNER
        ),
        level=lambda _actor, _contact: Level.OWNER,
    )
    visibility.declare(
        MatchDecision,
        records=lambda actor: (
            true()
            if actor.is_system
            else MatchDecision.match_id.in_(select(Match.id).where(_seen(actor)))
        ),
        fields=dict.fromkeys(("match_id", "action", "side", "code", "at"), Level.OWNER),
        level=lambda _actor, _decision: Level.OWNER,
    )
