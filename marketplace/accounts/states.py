"""Which steps an application, a request to join, and the verification of an organisation take."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.accounts.evidence import has_evidence
from marketplace.accounts.models import Application
from marketplace.core.states import StateTable, Transition

DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
VERIFIED = "verified"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
OPEN_APPLICATIONS = (DRAFT, SUBMITTED, RETURNED)

WAITING = "waiting"
ACCEPTED = "accepted"
ACCEPT_JOINING = "join_request.accept"
REFUSE_JOINING = "join_request.refuse"

SUBMIT = "application.submit"
WITHDRAW = "application.withdraw"
APPROVE = "application.approve"
REFUSE = "application.refuse"
RETURN = "application.return"
VERIFY = "organisation.verify"
ORGANISATION_VERIFIED = "organisation_verified"


def _needs_evidence(application: Application) -> LazyString | None:
    if has_evidence(application):
        return None
    return _l("还没有证明材料。先上传营业执照、事业单位法人证书或类似证照，再提交。")


APPLICATION_STATES = StateTable(
    "application",
    (
        Transition(DRAFT, SUBMIT, SUBMITTED, "application_submitted", guard=_needs_evidence),
        Transition(RETURNED, SUBMIT, SUBMITTED, "application_submitted", guard=_needs_evidence),
        Transition(DRAFT, WITHDRAW, WITHDRAWN, "application_withdrawn"),
        Transition(SUBMITTED, WITHDRAW, WITHDRAWN, "application_withdrawn"),
        Transition(RETURNED, WITHDRAW, WITHDRAWN, "application_withdrawn"),
        Transition(SUBMITTED, APPROVE, VERIFIED, "application_verified"),
        Transition(SUBMITTED, REFUSE, REFUSED, "application_refused", needs_reason=True),
        Transition(SUBMITTED, RETURN, RETURNED, "application_returned", needs_reason=True),
    ),
)

JOIN_STATES = StateTable(
    "join_request",
    (
        Transition(WAITING, ACCEPT_JOINING, ACCEPTED, "join_request_accepted"),
        Transition(WAITING, REFUSE_JOINING, REFUSED, "join_request_refused", needs_reason=True),
        Transition(WAITING, "join_request.withdraw", WITHDRAWN, "join_request_withdrawn"),
    ),
)

# Verifying makes a new organisation public; one that was taken off the pages stays off.
VERIFICATION_STATES = StateTable(
    "organisation",
    (
        Transition("draft", VERIFY, "published", ORGANISATION_VERIFIED),
        *(
            Transition(state, VERIFY, state, ORGANISATION_VERIFIED)
            for state in (
                "published",
                "suspended",
                "withheld",
                "reserved",
                "converted",
                "withdrawn",
            )
        ),
    ),
)
