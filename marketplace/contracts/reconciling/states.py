"""Which steps a run of a comparison takes, and a difference that was found."""

from __future__ import annotations

from marketplace.contracts.models.reconciliation import COMPARED, DROPPED, FAILED, READING
from marketplace.core.states import StateTable, Transition

RUN, DIFFERENCE = "reconciliation", "reconciliation_difference"
OPEN, CLOSED, GONE = "open", "closed", "gone"

COMPARE, FAIL, DROP = "reconciliation.compare", "reconciliation.fail", "reconciliation.drop"
CLOSE, REOPEN = "reconciliation_difference.close", "reconciliation_difference.reopen"
RENEW, VANISH = "reconciliation_difference.renew", "reconciliation_difference.vanish"

RUN_STATES = StateTable(
    RUN,
    (
        Transition(READING, COMPARE, COMPARED, "reconciliation_compared"),
        Transition(READING, FAIL, FAILED, "reconciliation_failed"),
        # A later export of the month was compared meanwhile.
        Transition(READING, DROP, DROPPED, "reconciliation_dropped"),
    ),
)
DIFFERENCE_STATES = StateTable(
    DIFFERENCE,
    (
        Transition(OPEN, CLOSE, CLOSED, "difference_closed", needs_reason=True),
        Transition(CLOSED, REOPEN, OPEN, "difference_reopened"),
        # A later export says something else, or what had gone has come back.
        Transition(CLOSED, RENEW, OPEN, "difference_renewed"),
        Transition(GONE, RENEW, OPEN, "difference_renewed"),
        Transition(OPEN, VANISH, GONE, "difference_gone"),
        Transition(CLOSED, VANISH, GONE, "difference_gone"),
    ),
)
