"""Which steps an entered value and an edition can take: one person brings it, another decides."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import object_session

from marketplace.core.attachments import Attachment
from marketplace.core.states import StateTable, Transition

WAITING, RELEASED, RETURNED = "waiting", "released", "returned"
PUBLISHED, DROPPED = "published", "dropped"

RELEASE_VALUE, RETURN_VALUE = "indicator_value.release", "indicator_value.return"
CONFIRM_EDITION, REFUSE_EDITION = "edition.confirm", "edition.refuse"
DROP_EDITION = "edition.drop"


def _lacks_evidence(value: Any) -> LazyString | None:
    session = object_session(value)
    found = select(Attachment.id).where(
        Attachment.subject_kind == "indicator_value",
        Attachment.subject_id == value.id,
        Attachment.removed_at.is_(None),
    )
    if session is not None and session.scalar(found.limit(1)) is not None:
        return None
    return _l("证明材料已经删去，不能放行。请退回，让填报的人重新附上。")


VALUE_STATES = StateTable(
    "indicator_value",
    (
        Transition(
            WAITING,
            RELEASE_VALUE,
            RELEASED,
            "indicator_value_released",
            guard=_lacks_evidence,
        ),
        Transition(WAITING, RETURN_VALUE, RETURNED, "indicator_value_returned", needs_reason=True),
        Transition(RELEASED, RETURN_VALUE, RETURNED, "indicator_value_returned", needs_reason=True),
    ),
)

EDITION_STATES = StateTable(
    "edition_draft",
    (
        Transition(WAITING, CONFIRM_EDITION, PUBLISHED, "edition_published"),
        Transition(WAITING, REFUSE_EDITION, RETURNED, "edition_returned", needs_reason=True),
        Transition(WAITING, DROP_EDITION, DROPPED, "edition_dropped"),
    ),
)
