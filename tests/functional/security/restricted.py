"""Which columns hold words that not everybody may read, found in the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, String

from marketplace.core.db import Base

Column = tuple[str, str]
SHORTEST_WORDS = 65
SHORT_CODES = (
    "action actor_kind code consumer conversion country digest discipline disclosure division "
    "ended_on field frequency hash industry kind language legal_status list_code mode nature "
    "outcome parent_code plan_source previous price_kind price_mode purpose result_attr "
    "result_class result_form result_level role rows_hash scope sha256 source stage started_on "
    "state subject_kind target tech_field topic"
)
"""Shorter columns hold words all the same, but for those of these names: codes and digests."""

CODES, OURS = "codes", "made by the market, no words of a person"
ASKED_FOR = "must hold none of the others: asked for in test_canaries"
NOT_RESTRICTED: dict[Column, str] = {
    **{("CodeList", name): "public code lists" for name in ("title", "source", "verified")},
    **{("CodeItem", name): "public code lists" for name in ("name", "short", "extra")},
    **{("Job", name): "an operator's import" for name in ("key", "label", "counts", "detail")},
    **{(model, "topics"): CODES for model in ("Result", "Patent", "Project")},
    **{(model, "conversion_modes"): CODES for model in ("Result", "Patent")},
    ("Patent", "ipc"): CODES,
    ("Application", "purposes"): CODES,
    ("Application", "uscc"): "a public code with a check character, which takes no words",
    ("Invitation", "roles"): CODES,
    ("Invitation", "districts"): CODES,
    ("Membership", "districts"): CODES,
    ("Person", "password_hash"): OURS,
    ("Person", "totp_secret"): OURS,
    ("SignIn", "device"): OURS,
    ("Attachment", "media_type"): OURS,
    ("ContractBatch", "key"): OURS,
    ("ContractBatch", "counts"): "numbers and amounts",
    ("ReconciliationRun", "counts"): "numbers and amounts",
    ("ReconciliationDifference", "key"): OURS,
    ("ReconciliationDifference", "content"): OURS,
    ("ReconciliationDifference", "reason_code"): CODES,
    ("OutboxEvent", "payload"): ASKED_FOR,
    ("OutboxEvent", "last_error"): ASKED_FOR,
    ("AuditEntry", "detail"): ASKED_FOR,
    ("Notification", "params"): ASKED_FOR,
}


def is_short(kind: Any) -> bool:
    """Whether a column of this type takes no more than a few words."""
    return (getattr(kind, "length", None) or SHORTEST_WORDS) < SHORTEST_WORDS


def wordy_columns() -> Iterator[tuple[type, str]]:
    """Every column of every table that holds words, JSON included."""
    for mapper in Base.registry.mappers:
        for attribute in mapper.column_attrs:
            kind: Any = attribute.columns[0].type
            kind = getattr(kind, "impl", kind)
            is_code = is_short(kind) and attribute.key in SHORT_CODES.split()
            if (isinstance(kind, String) and not is_code) or isinstance(kind, JSON):
                yield mapper.class_, attribute.key


def restricted_columns() -> dict[Column, tuple[type, str]]:
    """Those that may hold what not everybody may read, by name of the model and the column.

    Columns of public records are among them: the same record may be hidden as a whole.
    """
    return {
        (model.__name__, name): (model, name)
        for model, name in wordy_columns()
        if (model.__name__, name) not in NOT_RESTRICTED
    }
