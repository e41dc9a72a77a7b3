"""Demands whose deadline is past are looked for no longer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Demand
from marketplace.catalogue.states import EXPIRE, LASTING_DEMAND_STATES, LISTING_STATES
from marketplace.core.actor import Actor
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.notifications import notify
from marketplace.demands.notices import EXPIRED_NOTICE
from marketplace.demands.queries import KIND


def expire_demands(actor: Actor) -> int:
    """End every demand whose last day, in Asia/Shanghai, is before today; how many. May run again.

    Each in a transaction of its own, in which its organisation is told.

    :raises Forbidden: for anybody but the system.
    """
    past = select(Demand.id).where(
        Demand.state.in_(LASTING_DEMAND_STATES), Demand.deadline < today()
    )
    ids = db.session.scalars(past.order_by(Demand.id)).all()
    db.session.rollback()
    return sum(_expire(actor, demand_id) for demand_id in ids)


def _expire(actor: Actor, demand_id: int) -> bool:
    with writing() as session:
        demand = session.get_one(Demand, demand_id, with_for_update=True, populate_existing=True)
        if demand.state not in LASTING_DEMAND_STATES or not _is_past(demand):
            return False
        LISTING_STATES[KIND].take_step(session, actor, demand, EXPIRE)
        _tell(session, demand)
        return True


def _is_past(demand: Demand) -> bool:
    return demand.deadline is not None and demand.deadline < today()


def _tell(session: Session, demand: Demand) -> None:
    for organisation_id in demand.owner_ids:
        notify(
            session,
            organisation_id,
            EXPIRED_NOTICE,
            record_id=demand.id,
            title=demand.title.as_dict(),
        )
