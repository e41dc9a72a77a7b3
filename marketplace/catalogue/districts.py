"""Where records lie: with the first of their holders, as staff's districts count them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import aliased

from marketplace.catalogue.models import Organisation
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.core.actor import Actor
from marketplace.core.policy import in_districts


def lies_in_districts(actor: Actor, model: type) -> ColumnElement[bool]:
    """What :func:`marketplace.core.policy.in_scope` says of one record, for a query on ``model``.

    An organisation lies in its own district, a record in that of its first holder, as of today.
    """
    if not actor.districts:
        return true()
    if model is Organisation:
        return in_districts(actor, Organisation.division)
    link, record_id = OWNER_LINKS[model.__tablename__]  # type: ignore[attr-defined]
    earlier = aliased(link)
    is_first = ~(
        select(earlier.rank)
        .where(getattr(earlier, record_id.key) == record_id, earlier.rank < link.rank)
        .exists()
    )
    return (
        select(record_id)
        .where(record_id == model.id, held_in_districts(actor, link.organisation_id), is_first)  # type: ignore[attr-defined]
        .correlate(model)
        .exists()
    )


def held_in_districts(actor: Actor, organisation_id: Any) -> ColumnElement[bool]:
    """The same for what is one organisation's, by the column that names it."""
    return organisation_id.in_(units_in_districts(actor)) if actor.districts else true()


def units_in_districts(actor: Actor) -> Select[int]:
    """The ids of the organisations in the actor's districts."""
    return select(Organisation.id).where(in_districts(actor, Organisation.division))
