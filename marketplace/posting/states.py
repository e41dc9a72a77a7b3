"""Which steps a posting takes on its way to publication.

With ``catalogue.states`` this is the one course of a listing: what is here leads to
``published``, what is there begins with it. A demand is looked at twice by the city's staff,
first whether it is complete (形式审查), then by the department (部门审核); there each writes an
opinion, and the second one opens it. One that was open before and gets nothing but a new deadline
goes to the second review at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.core.states import StateTable, Transition

KIND = "posting"
DRAFT = "draft"
SUBMITTED = "submitted"
UNIT_OK = "unit_ok"
FORM_OK = "form_ok"
RETURNED = "returned"
PUBLISHED = "published"
DISCARDED = "discarded"

DEMAND = "demand"
OPEN_STATES = (DRAFT, SUBMITTED, UNIT_OK, FORM_OK, RETURNED)
WRITABLE_STATES = (DRAFT, RETURNED)


def _secrecy_is_confirmed(posting: Any) -> LazyString | None:
    if posting.secrecy_confirmed_by_id is None:
        return _("还没有确认保密审查。请由单位确认内容可以公开，再做这一步。")
    return None


WRITING_STEPS = (
    Transition(DRAFT, "posting.submit", SUBMITTED, "posting_submitted"),
    Transition(DRAFT, "posting.apply", PUBLISHED, "posting_published"),
    Transition(DRAFT, "posting.discard", DISCARDED, "posting_discarded"),
    Transition(RETURNED, "posting.reopen", DRAFT, "posting_reopened"),
)
STEPS = (
    *WRITING_STEPS,
    Transition(
        DRAFT, "posting.submit_alone", UNIT_OK, "posting_submitted", guard=_secrecy_is_confirmed
    ),
    Transition(
        SUBMITTED, "posting.approve", UNIT_OK, "posting_approved", guard=_secrecy_is_confirmed
    ),
    Transition(SUBMITTED, "posting.return", RETURNED, "posting_returned", needs_reason=True),
    Transition(UNIT_OK, "posting.publish", PUBLISHED, "posting_published"),
    Transition(
        UNIT_OK, "posting.return_by_bureau", RETURNED, "posting_returned", needs_reason=True
    ),
)
HAND_IN_RENEWAL = "demand.hand_in_renewal"
DEMAND_STEPS = (
    *WRITING_STEPS,
    Transition(DRAFT, HAND_IN_RENEWAL, FORM_OK, "posting_submitted", guard=_secrecy_is_confirmed),
    Transition(SUBMITTED, "demand.pass_form", FORM_OK, "posting_approved", needs_reason=True),
    Transition(SUBMITTED, "demand.return_form", RETURNED, "posting_returned", needs_reason=True),
    Transition(
        FORM_OK,
        "demand.pass_department",
        PUBLISHED,
        "posting_published",
        needs_reason=True,
        guard=_secrecy_is_confirmed,
    ),
    Transition(
        FORM_OK, "demand.return_department", RETURNED, "posting_returned", needs_reason=True
    ),
)


@dataclass(frozen=True)
class Review:
    """One of the two reviews: the state in which it is waited for, how it is passed or failed."""

    state: str
    passing: str
    returning: str


@dataclass(frozen=True)
class Course:
    """The steps of one kind of posting, with its reviews in their order.

    ``has_opinions``: a reviewer who passes it writes why as well.
    """

    table: StateTable
    reviews: tuple[Review, Review]
    has_opinions: bool = False

    def review_in(self, state: str) -> Review | None:
        """The review that a posting in this state waits for."""
        return next((one for one in self.reviews if one.state == state), None)


LISTING_COURSE = Course(
    StateTable(KIND, STEPS),
    (
        Review(SUBMITTED, "posting.approve", "posting.return"),
        Review(UNIT_OK, "posting.publish", "posting.return_by_bureau"),
    ),
)
DEMAND_COURSE = Course(
    StateTable(KIND, DEMAND_STEPS),
    (
        Review(SUBMITTED, "demand.pass_form", "demand.return_form"),
        Review(FORM_OK, "demand.pass_department", "demand.return_department"),
    ),
    has_opinions=True,
)
POSTING_STATES = LISTING_COURSE.table
DEMAND_POSTING_STATES = DEMAND_COURSE.table


def course_of(kind: str) -> Course:
    """The course of a posting of this kind of record."""
    return DEMAND_COURSE if kind == DEMAND else LISTING_COURSE
