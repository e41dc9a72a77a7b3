"""Which steps a posting takes on its way to publication.

With ``catalogue.states`` this is the one course of a listing: what is here leads to
``published``, what is there begins with it.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.core.states import StateTable, Transition

KIND = "posting"
DRAFT = "draft"
SUBMITTED = "submitted"
UNIT_OK = "unit_ok"
RETURNED = "returned"
PUBLISHED = "published"
DISCARDED = "discarded"

OPEN_STATES = (DRAFT, SUBMITTED, UNIT_OK, RETURNED)
WRITABLE_STATES = (DRAFT, RETURNED)


def _secrecy_is_confirmed(posting: Any) -> LazyString | None:
    if posting.secrecy_confirmed_by_id is None:
        return _("还没有确认保密审查。请由单位确认内容可以公开，再做这一步。")
    return None


STEPS = (
    Transition(DRAFT, "posting.submit", SUBMITTED, "posting_submitted"),
    Transition(
        DRAFT, "posting.submit_alone", UNIT_OK, "posting_submitted", guard=_secrecy_is_confirmed
    ),
    Transition(DRAFT, "posting.apply", PUBLISHED, "posting_published"),
    Transition(DRAFT, "posting.discard", DISCARDED, "posting_discarded"),
    Transition(
        SUBMITTED, "posting.approve", UNIT_OK, "posting_approved", guard=_secrecy_is_confirmed
    ),
    Transition(SUBMITTED, "posting.return", RETURNED, "posting_returned", needs_reason=True),
    Transition(UNIT_OK, "posting.publish", PUBLISHED, "posting_published"),
    Transition(
        UNIT_OK, "posting.return_by_bureau", RETURNED, "posting_returned", needs_reason=True
    ),
    Transition(RETURNED, "posting.reopen", DRAFT, "posting_reopened"),
)

POSTING_STATES = StateTable(KIND, STEPS)
