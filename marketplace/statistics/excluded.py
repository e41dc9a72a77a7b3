"""What the figures leave out: contracts on their way, refused or held; and what was cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import CANCELLED, CANCELLED_EARLIER
from marketplace.contracts.ledger.sums import NOTHING, counts_demo
from marketplace.contracts.models import Contract
from marketplace.contracts.states import CORRECTION, HELD, SUBMITTED
from marketplace.core.i18n import today
from marketplace.statistics.figures import Figures
from marketplace.statistics.tables.exposure import LEAST_CONTRACTS

IN_HAND = (SUBMITTED, CORRECTION, "accepted", "reviewing", "expert_review", "objection")
"""Handed in, and neither registered nor refused yet."""
REFUSED = ("refused",)
NOT_COUNTED = {"in_hand": IN_HAND, "refused": REFUSED, "held": (HELD,)}


@dataclass(frozen=True)
class Excluded:
    """One reason with the number of contracts and their 合同成交额 in 分.

    Where so few are behind it that the amount would tell a price, there is none. ``line`` is the
    line of the ledger where cancellations stand, which are in the total already.
    """

    reason: str
    count: int
    turnover: int | None
    line: str = ""


def excluded_now(
    session: Session, figures: Figures, year: int, *, is_public: bool
) -> list[Excluded]:
    """What isn't counted at present, and what was taken off in the months of the figures.

    What is on its way, refused or held is told beside the present year alone; to the public
    without amounts, for from one day to the next they would tell single prices.
    """
    rows = _not_counted(session) if year == today().year else []
    if is_public:
        rows = [replace(one, turnover=None) for one in rows]
    for reason, line in (("cancelled", CANCELLED), ("cancelled_earlier", CANCELLED_EARLIER)):
        taken = figures.by_line.get(line, NOTHING)
        if taken != NOTHING:
            rows.append(Excluded(reason, -taken.count, taken.turnover, line))
    return rows


def are_left_out(session: Session, reasons: Iterable[str]) -> list[ColumnElement[bool]]:
    """Which contracts aren't counted at present for one of these reasons."""
    return [
        # As the partial index has it.
        Contract.is_counted == false(),
        Contract.is_demo == counts_demo(session),
        Contract.state.in_([state for one in reasons for state in NOT_COUNTED[one]]),
    ]


def _not_counted(session: Session) -> list[Excluded]:
    asked = (
        select(Contract.state, func.count(), func.coalesce(func.sum(Contract.turnover), 0))
        .where(*are_left_out(session, NOT_COUNTED))
        .group_by(Contract.state)
    )
    by_state = {
        state: (count, int(turnover or 0)) for state, count, turnover in session.execute(asked)
    }
    rows = []
    for reason, states in NOT_COUNTED.items():
        found = [by_state[one] for one in states if one in by_state]
        if found:
            count = sum(one for one, _ in found)
            turnover = sum(one for _, one in found)
            rows.append(Excluded(reason, count, turnover if count >= LEAST_CONTRACTS else None))
    return rows
