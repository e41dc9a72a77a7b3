"""Which steps a request for access takes. One that was refused or revoked may be made anew."""

from __future__ import annotations

from marketplace.core.states import StateTable, Transition

KIND = "access_request"
REQUESTED = "requested"
ADMITTED = "admitted"
REFUSED = "refused"
REVOKED = "revoked"
WITHDRAWN = "withdrawn"
ENDED = "ended"

WITHDRAW = "access.withdraw"
END = "access.end"

# Reasons are for the person who asked alone (``AccessRequest.answer``); staff read histories.
STEPS = (
    Transition(REQUESTED, "access.admit", ADMITTED, "access_admitted"),
    Transition(REQUESTED, "access.refuse", REFUSED, "access_refused"),
    Transition(ADMITTED, "access.revoke", REVOKED, "access_revoked"),
    Transition(REQUESTED, WITHDRAW, WITHDRAWN, "access_withdrawn"),
    # With the part: there is nothing to read any more.
    Transition(REQUESTED, END, ENDED, "access_ended"),
)

REQUEST_STATES = StateTable(KIND, STEPS)
