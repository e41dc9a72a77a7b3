"""Who may see which demand, who may end it, and the routes of demands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, true

from marketplace.catalogue.districts import lies_in_districts
from marketplace.catalogue.models import Demand, DemandOwner
from marketplace.catalogue.models.demand import PUBLIC, SIGNED_IN
from marketplace.catalogue.states import EXPIRE, OPEN_DEMAND_STATES, RENEW
from marketplace.core.actor import Actor, Role
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    acts_with,
    any_of,
    bureau,
    only_system,
    policy,
    signed_in,
    visibility,
)

BEGIN = "demand.begin"
WRITE = "demand.write"
REMIND = "demand.remind"


def _is_demander(actor: Actor, demand: Any) -> bool:
    return (
        demand is not None
        and acts_with(actor, Role.DEMANDER)
        and actor.organisation_id in demand.owner_ids
    )


writes_demands = Condition(
    _l("需求方，要替单位办事"), lambda actor, _record: acts_with(actor, Role.DEMANDER)
)
demander = Condition(_l("需求单位的需求方"), _is_demander)

PERMISSIONS = (
    Permission(BEGIN, signed_in, _l("请先登录。")),
    Permission(WRITE, writes_demands, _l("发布需求由需求方进行，要替单位办事。")),
    Permission(
        "demand.open", any_of(only_system, bureau), _l("需求在部门审核通过之后由科技局公开。")
    ),
    Permission("demand.match", only_system, _l("对接由系统在双方同意之后登记。")),
    Permission("demand.contract", only_system, _l("签约由系统按登记的合同记下。")),
    Permission(EXPIRE, only_system, _l("到期由系统处理。")),
    Permission(REMIND, only_system, _l("截止日期由系统提醒。")),
    Permission(RENEW, any_of(only_system, bureau), _l("需求在审核通过之后由科技局重新征集。")),
    Permission("demand.close", demander, _l("结束征集由需求方进行。")),
    Permission("demand.withdraw", any_of(demander, bureau), _l("撤回需求由需求方或科技局进行。")),
)

ROUTES = {
    "demands.new": BEGIN,
    "demands.create": WRITE,
    "demands.deadline": WRITE,
    "demands.save_deadline": WRITE,
}

PUBLIC_FIELDS = (
    "id state version published_at confirmed_on is_demo title keywords tech_field topics "
    "demand_type years_from years_to problem key_technology goal indicators budget_kind "
    "budget_min_fen budget_max_fen cooperation_modes research_type discipline industry wanted_trl "
    "deadline ip_wish confidentiality visibility is_masked masked_name"
)
OWN_FIELDS = "source source_id source_url imported_at preferred_partners"
"""Where it came from would tell of a masked demand whose it is, so it is told of none."""
NAMING_FIELDS = "owner_links"
"""Whose it is, also of a masked one: for those who have been told."""


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Open ones that are for the actor; all of the own organisation, and of the own districts."""
    if actor.is_system:
        return true()
    audience = (PUBLIC, SIGNED_IN) if actor.is_person else (PUBLIC,)
    seen = [and_(Demand.state.in_(OPEN_DEMAND_STATES), Demand.visibility.in_(audience))]
    seen += [
        and_(Demand.state.in_(OPEN_DEMAND_STATES), is_matched(actor)) for is_matched in _matched
    ]
    if acts_with(actor, Role.DEMANDER):
        is_own = DemandOwner.organisation_id == actor.organisation_id
        seen.append(Demand.owner_links.any(is_own))
    if bureau(actor, None):
        seen.append(lies_in_districts(actor, Demand))
    return or_(*seen)


_matched: list[Callable[[Actor], ColumnElement[bool]]] = []


def seen_by_matched(condition: Callable[[Actor], ColumnElement[bool]]) -> None:
    """Let those read an open demand for whom matching says so; saying it again changes nothing."""
    if condition not in _matched:
        _matched.append(condition)


_told: list[Callable[[Actor, Demand], bool]] = []


def open_masked_to(is_told: Callable[[Actor, Demand], bool]) -> None:
    """Let those know whose a masked demand is whom its side has told; may be said again."""
    if is_told not in _told:
        _told.append(is_told)


def _level(actor: Actor, demand: Any) -> Level:
    if actor.is_system or bureau(actor, demand) or demander(actor, demand):
        return Level.OWNER
    is_hidden = demand is not None and demand.is_masked and actor.is_person
    is_named = is_hidden and any(is_told(actor, demand) for is_told in _told)
    return Level.NAMED if is_named else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of demands into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    levels = dict.fromkeys(PUBLIC_FIELDS.split(), Level.PUBLIC)
    visibility.declare(
        Demand,
        records=_seen,
        fields=levels
        | dict.fromkeys(NAMING_FIELDS.split(), Level.NAMED)
        | dict.fromkeys(OWN_FIELDS.split(), Level.OWNER),
        level=_level,
    )
