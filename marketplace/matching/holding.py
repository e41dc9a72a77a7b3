"""Whoever changes matches of a demand takes the lock of the demand first, then the rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import visible_to
from marketplace.matching.models import Match


def hold_matches(session: Session, demand_id: int) -> None:
    """Let nobody else change matches of the demand until the transaction ends.

    Comes before the first row of them is locked: who locked rows first could wait for whom waits
    for them.
    """
    lock_until_commit(session, f"matches-{demand_id}")


def held_match(session: Session, actor: Actor, match_id: int) -> Match | None:
    """The match as it stands now, held with all of its demand until the transaction ends.

    Nothing where the actor sees no such one.
    """
    seen = (Match.id == match_id, visible_to(actor, Match))
    demand_id = session.scalar(select(Match.demand_id).where(*seen))
    if demand_id is None:
        return None
    hold_matches(session, demand_id)
    return session.scalar(
        select(Match).where(*seen).with_for_update().execution_options(populate_existing=True)
    )
