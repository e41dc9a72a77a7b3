"""Which steps a listing can take. Review and its steps join this table with the accounts."""

from __future__ import annotations

from marketplace.core.states import StateTable, Transition

PUBLISHED = "published"
SUSPENDED = "suspended"
WITHDRAWN = "withdrawn"
DRAFT = "draft"

LISTING_STEPS = (
    Transition(DRAFT, "listing.publish", PUBLISHED, "listing_published"),
    Transition(PUBLISHED, "listing.suspend", SUSPENDED, "listing_suspended", needs_reason=True),
    Transition(SUSPENDED, "listing.resume", PUBLISHED, "listing_resumed"),
    Transition(PUBLISHED, "listing.withdraw", WITHDRAWN, "listing_withdrawn", needs_reason=True),
    Transition(SUSPENDED, "listing.withdraw", WITHDRAWN, "listing_withdrawn", needs_reason=True),
)

LISTING_STATES = {
    kind: StateTable(kind, LISTING_STEPS)
    for kind in ("result", "patent", "project", "organisation")
}
LISTING_EVENTS = frozenset(row.event for row in LISTING_STEPS) | {"listing_changed"}
