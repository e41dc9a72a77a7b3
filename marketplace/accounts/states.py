"""Which steps an application, a request to join, and the verification of an organisation take."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import object_session

from marketplace.accounts.evidence import has_evidence, has_evidence_since
from marketplace.accounts.models import Application
from marketplace.core.states import StateChange, StateTable, Transition

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


def was_corrected(application: Application) -> bool:
    """Whether a field or the evidence has changed since staff returned the application."""
    session = object_session(application)
    returned = session and session.scalar(
        select(StateChange)
        .where(
            StateChange.subject_kind == "application",
            StateChange.subject_id == application.id,
            StateChange.action == RETURN,
        )
        .order_by(StateChange.id.desc())
        .limit(1)
    )
    if not returned:
        return True
    return application.version > returned.version or has_evidence_since(application, returned.at)


def _needs_correction(application: Application) -> LazyString | None:
    if was_corrected(application):
        return _needs_evidence(application)
    return _l("退回以后什么都没有改。先按意见改好，或者补上材料，再提交。")


APPLICATION_STATES = StateTable(
    "application",
    (
        Transition(DRAFT, SUBMIT, SUBMITTED, "application_submitted", guard=_needs_evidence),
        Transition(RETURNED, SUBMIT, SUBMITTED, "application_submitted", guard=_needs_correction),
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
