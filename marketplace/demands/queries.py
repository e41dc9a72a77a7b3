"""Reading demands: one's own, those that end soon, the newest that are open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select

from marketplace.catalogue.models import Demand, DemandOwner
from marketplace.catalogue.queries import Listing, read_listings
from marketplace.catalogue.states import LASTING_DEMAND_STATES
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import policy, visible_to
from marketplace.posting.policies import WRITE

KIND = "demand"


def own_demand(actor: Actor, demand_id: int) -> Demand | None:
    """The demand, where the actor may change it for its organisation."""
    demand = db.session.scalar(
        select(Demand).where(Demand.id == demand_id, visible_to(actor, Demand))
    )
    return demand if demand is not None and policy.can(actor, WRITE, demand) else None


def ends_within(days: int) -> ColumnElement[bool]:
    """Whether a demand is still looked for and ends today or in so many days."""
    return and_(
        Demand.state.in_(LASTING_DEMAND_STATES),
        Demand.deadline.between(today(), today() + timedelta(days=days)),
    )


def own_ending(actor: Actor, days: int, limit: int) -> Sequence[Demand]:
    """The demands of the actor's organisation that end within so many days, the next first."""
    is_own = DemandOwner.organisation_id == actor.organisation_id
    return db.session.scalars(
        select(Demand)
        .where(visible_to(actor, Demand), Demand.owner_links.any(is_own), ends_within(days))
        .order_by(Demand.deadline, Demand.id)
        .limit(limit)
    ).all()


def newest_open(actor: Actor, limit: int) -> list[Listing]:
    """The demands looked for that the actor may see and that were published last, newest first."""
    ids = db.session.scalars(
        select(Demand.id)
        .where(visible_to(actor, Demand), Demand.state.in_(LASTING_DEMAND_STATES))
        .order_by(Demand.published_at.desc(), Demand.id.desc())
        .limit(limit)
    )
    return read_listings(actor, [(KIND, one) for one in ids])
