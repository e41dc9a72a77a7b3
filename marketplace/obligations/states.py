"""Which steps an obligation can take."""

from __future__ import annotations

from marketplace.core.states import StateTable, Transition

DUE, SUBMITTED, RETURNED, ACCEPTED, WAIVED = "due", "submitted", "returned", "accepted", "waived"
OPEN_STATES = (DUE, RETURNED)
STATES = (DUE, SUBMITTED, RETURNED, ACCEPTED, WAIVED)

SUBMIT, ACCEPT, RETURN, WAIVE = (
    "obligation.submit",
    "obligation.accept",
    "obligation.return",
    "obligation.waive",
)

OBLIGATION_STATES = StateTable(
    "obligation",
    (
        Transition(DUE, SUBMIT, SUBMITTED, "obligation_submitted"),
        Transition(RETURNED, SUBMIT, SUBMITTED, "obligation_submitted"),
        Transition(SUBMITTED, ACCEPT, ACCEPTED, "obligation_accepted"),
        Transition(SUBMITTED, RETURN, RETURNED, "obligation_returned", needs_reason=True),
        Transition(DUE, WAIVE, WAIVED, "obligation_waived", needs_reason=True),
        Transition(RETURNED, WAIVE, WAIVED, "obligation_waived", needs_reason=True),
    ),
)
