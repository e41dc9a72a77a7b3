"""Which steps a listing can take once it is public. How it gets there belongs to ``posting``.

Demands take a course of their own: what is not any more looked for can't be resumed or reserved,
but it can be taken up again with a new deadline. What was withdrawn can't.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import object_session

from marketplace.core.i18n import today
from marketplace.core.states import StateChange, StateTable, Transition

DRAFT = "draft"
PUBLISHED = "published"
SUSPENDED = "suspended"
RESERVED = "reserved"
CONVERTED = "converted"
WITHHELD = "withheld"
WITHDRAWN = "withdrawn"
DEPT_OK = "dept_ok"
OPEN = "open"
MATCHED = "matched"
CONTRACTED = "contracted"
CLOSED = "closed"
EXPIRED = "expired"
HIDE = "listing.hide"

OPEN_STATES = (PUBLISHED, RESERVED, CONVERTED)
"""The states in which everybody may read a listing."""
OPEN_DEMAND_STATES = (OPEN, MATCHED, CONTRACTED)
"""The states in which whoever a demand is for may read it."""
LASTING_DEMAND_STATES = (OPEN, MATCHED)
"""The states that a demand's deadline ends."""
ENDED_DEMAND_STATES = (EXPIRED, CLOSED)
"""The states from which its organisation can take a demand up again."""
OVER_STATES = (WITHHELD, WITHDRAWN, CLOSED, EXPIRED)
"""The states in which a page that was there says only that it is no longer."""


def _hidden_for_silence(record: Any) -> LazyString | None:
    if is_hidden_for_silence(record):
        return None
    return _l("这条不是因为没有确认而隐藏的，恢复展示由科技局审核人员进行。")


def _suspended_by_another(record: Any) -> LazyString | None:
    last = _last_step(record)
    if last is not None and last.organisation_id in record.owner_ids:
        return None
    return _l("暂停它的不是持有单位，恢复展示由科技局审核人员进行。")


def _deadline_is_past(record: Any) -> LazyString | None:
    if record.deadline is not None and record.deadline < today():
        return None
    return _l("还没有过截止日期，不能按到期处理。")


def _deadline_is_to_come(record: Any) -> LazyString | None:
    if record.deadline is not None and record.deadline >= today():
        return None
    return _l("重新征集要有新的截止日期，今天或以后。")


def opening_step(kind: str) -> Transition:
    """The row by which a new record of this kind becomes public."""
    return LISTING_STATES[kind].transitions[0]


def found_state(kind: str) -> str:
    """The state in which a new record of this kind is public."""
    return opening_step(kind).target


def searched_states(kind: str) -> tuple[str, ...]:
    """The states in which the search finds a record of this kind; who is matched may look on."""
    return LASTING_DEMAND_STATES if kind == "demand" else (found_state(kind),)


def changeable_states(kind: str) -> tuple[str, ...]:
    """The states in which its holder may change a record of this kind."""
    if kind == "demand":
        return (*LASTING_DEMAND_STATES, *ENDED_DEMAND_STATES)
    return (found_state(kind),)


def is_hidden_for_silence(record: Any) -> bool:
    """Whether the last step of a suspended listing was to be hidden because nobody confirmed it."""
    if record.state != SUSPENDED:
        return False
    last = _last_step(record)
    return last is not None and last.action == HIDE


def _last_step(record: Any) -> StateChange | None:
    session = object_session(record)
    if session is None:
        return None
    return session.scalar(
        select(StateChange)
        .where(
            StateChange.subject_kind == record.__tablename__, StateChange.subject_id == record.id
        )
        .order_by(StateChange.id.desc())
        .limit(1)
    )


SILENCE_STEPS = (
    Transition(PUBLISHED, HIDE, SUSPENDED, "listing_suspended", needs_reason=True),
    Transition(
        SUSPENDED, "listing.reconfirm", PUBLISHED, "listing_resumed", guard=_hidden_for_silence
    ),
)
"""Nobody confirmed it, so the system hides it; whoever holds it may confirm and show it again."""

LISTING_STEPS = (
    Transition(DRAFT, "listing.publish", PUBLISHED, "listing_published"),
    Transition(PUBLISHED, "listing.suspend", SUSPENDED, "listing_suspended", needs_reason=True),
    Transition(SUSPENDED, "listing.resume", PUBLISHED, "listing_resumed"),
    Transition(
        SUSPENDED,
        "listing.resume_own",
        PUBLISHED,
        "listing_resumed",
        guard=_suspended_by_another,
    ),
    *SILENCE_STEPS,
    Transition(PUBLISHED, "listing.withhold", WITHHELD, "listing_withheld", needs_reason=True),
    Transition(SUSPENDED, "listing.withhold", WITHHELD, "listing_withheld", needs_reason=True),
    Transition(PUBLISHED, "listing.reserve", RESERVED, "listing_reserved", needs_reason=True),
    Transition(RESERVED, "listing.release", PUBLISHED, "listing_released", needs_reason=True),
    Transition(RESERVED, "listing.convert", CONVERTED, "listing_converted", needs_reason=True),
    Transition(PUBLISHED, "listing.withdraw", WITHDRAWN, "listing_withdrawn", needs_reason=True),
    Transition(SUSPENDED, "listing.withdraw", WITHDRAWN, "listing_withdrawn", needs_reason=True),
)

EXPIRE = "demand.expire"
RENEW = "demand.renew"
DEMAND_STEPS = (
    Transition(DEPT_OK, "demand.open", OPEN, "demand_opened"),
    Transition(OPEN, "demand.match", MATCHED, "demand_matched"),
    Transition(MATCHED, "demand.contract", CONTRACTED, "demand_contracted"),
    Transition(OPEN, "demand.close", CLOSED, "demand_closed", needs_reason=True),
    Transition(MATCHED, "demand.close", CLOSED, "demand_closed", needs_reason=True),
    Transition(OPEN, EXPIRE, EXPIRED, "demand_expired", guard=_deadline_is_past),
    Transition(MATCHED, EXPIRE, EXPIRED, "demand_expired", guard=_deadline_is_past),
    Transition(EXPIRED, RENEW, OPEN, "demand_renewed", guard=_deadline_is_to_come),
    Transition(CLOSED, RENEW, OPEN, "demand_renewed", guard=_deadline_is_to_come),
    Transition(OPEN, "demand.withdraw", WITHDRAWN, "demand_withdrawn", needs_reason=True),
    Transition(MATCHED, "demand.withdraw", WITHDRAWN, "demand_withdrawn", needs_reason=True),
)

FRESHNESS_CHANGED = "listing_freshness_changed"
"""A holder has confirmed a listing, or the search began or ceased to count it as silent."""
LISTING_STATES = {
    kind: StateTable(kind, LISTING_STEPS)
    for kind in ("result", "patent", "project", "organisation")
} | {"demand": StateTable("demand", DEMAND_STEPS)}
LISTING_EVENTS = frozenset(row.event for row in (*LISTING_STEPS, *DEMAND_STEPS)) | {
    "listing_changed",
    FRESHNESS_CHANGED,
}
