"""Which steps a request to reset a second step can take."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.db import now
from marketplace.core.states import StateTable, Transition

REQUESTED = "requested"
CONFIRMED = "confirmed"
REFUSED = "refused"
CONFIRM = "second_step_reset.confirm"
REFUSE = "second_step_reset.refuse"


def _is_in_time(reset: Any) -> LazyString | None:
    if reset.due_at > now():
        return None
    return _l("这个请求过了 24 小时，已经失效。还要重置，请重新提出。")


RESET_STATES = StateTable(
    "second_step_reset",
    (
        Transition(REQUESTED, CONFIRM, CONFIRMED, "second_step_reset_confirmed", guard=_is_in_time),
        Transition(REQUESTED, REFUSE, REFUSED, "second_step_reset_refused", needs_reason=True),
    ),
)
