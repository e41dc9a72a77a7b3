"""What isn't counted, opened: the contracts on their way, refused or held, and what they add up to.

Nothing of them stands in the ledger, so the list is of contracts and not of postings. Whoever
looks finds those that they may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.sums import Sum
from marketplace.contracts.models import Contract
from marketplace.core.actor import Actor
from marketplace.core.policy import visible_to
from marketplace.core.web.paging import Paging, page_at
from marketplace.statistics.excluded import are_left_out


@dataclass(frozen=True)
class UncountedPage:
    """One page of them, the last that came first, and the sum of all pages."""

    rows: Sequence[Contract]
    total: Sum
    paging: Paging


def read_uncounted(session: Session, actor: Actor, reason: str, page: int) -> UncountedPage:
    """The contracts that the actor sees and that aren't counted for a reason."""
    conditions = (*are_left_out(session, (reason,)), visible_to(actor, Contract))
    amounts = (Contract.turnover, Contract.tech_amount)
    found = session.execute(
        select(func.count(), *(func.coalesce(func.sum(one), 0) for one in amounts)).where(
            *conditions
        )
    ).one()
    total = Sum(*map(int, found))
    paging = page_at(page, total.count)
    rows = session.scalars(
        select(Contract)
        .where(*conditions)
        .order_by(Contract.id.desc())
        .limit(paging.size)
        .offset(paging.offset)
    ).all()
    return UncountedPage(rows, total, paging)
