"""What a batch holds, as the second person sees it before it counts: by month and line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import (
    AMENDED,
    CANCELLED,
    CANCELLED_EARLIER,
    REGISTERED,
)
from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.contracts.models import Contract
from marketplace.contracts.saving.rows import Change

AT_ONCE = 5_000
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Held:
    """One contract of a batch, as far as it counts; amounts in 分."""

    registered_on: date | None
    turnover: int
    tech_amount: int
    change: Change | None


def counts_of(session: Session, batch_id: int) -> dict[str, Any]:
    """The counts of a batch as :class:`ContractBatch` keeps them: amounts in 分.

    ``contracts`` are all; ``unregistered`` those among them that will not count yet.
    ``months`` has a row ``[year × 100 + month, line, contracts, turnover, tech_amount]`` for
    each line of the statistics that changes.
    """
    asked = select(
        Contract.registered_on, Contract.turnover, Contract.tech_amount, Contract.held_change
    ).where(Contract.batch_id == batch_id)
    contracts = unregistered = turnover = tech_amount = 0
    sums: dict[Place, Sum] = defaultdict(lambda: NOTHING)
    for row in session.execute(asked.execution_options(yield_per=AT_ONCE)):
        held = Held(
            row.registered_on,
            row.turnover or 0,
            row.tech_amount or 0,
            Change.of_stored(row.held_change) if row.held_change else None,
        )
        contracts += 1
        unregistered += held.registered_on is None
        turnover += held.turnover
        tech_amount += held.tech_amount
        for place, amounts in counted_in(held).items():
            sums[place] += amounts
    return {
        "contracts": contracts,
        "unregistered": unregistered,
        "turnover": turnover,
        "tech_amount": tech_amount,
        "months": [
            [month, line, one.count, one.turnover, one.tech_amount]
            for (month, line), one in sorted(sums.items())
        ],
    }


def counted_in(held: Held) -> dict[Place, Sum]:
    """What a contract will count for, by month and line; nothing while it isn't registered."""
    if held.registered_on is None:
        return {}
    day, change = held.registered_on, held.change
    found = {(month_of(day), REGISTERED): Sum(1, held.turnover, held.tech_amount)}
    if change is None:
        return found
    if change.state == "amended":
        amounts = Sum(
            0,
            (change.turnover or 0) - held.turnover,
            (change.tech_amount or 0) - held.tech_amount,
        )
        return found | {(month_of(change.on), AMENDED): amounts}
    line = CANCELLED if change.on.year == day.year else CANCELLED_EARLIER
    cancelled = NOTHING - Sum(1, held.turnover, held.tech_amount)
    return found | {(month_of(change.on), line): cancelled}


def month_of(day: date) -> int:
    """Year × 100 + month."""
    return day.year * 100 + day.month
