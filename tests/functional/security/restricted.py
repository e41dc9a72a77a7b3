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

PUBLISHED = "stands on the public board or in an edition"
FIGURES = "city-wide figures and who keeps them: words of staff about no organisation"
CODES, OURS = "codes", "made by the market, no words of a person"
PARTY_CODES = ("nature", "division", "country")
ASKED_FOR = "must hold none of the others: asked for in test_canaries"
NOT_RESTRICTED: dict[Column, str] = {
    **{("CodeList", name): "public code lists" for name in ("title", "source", "verified")},
    **{("CodeItem", name): "public code lists" for name in ("name", "short", "extra")},
    **{("Job", name): "an operator's import" for name in ("key", "label", "counts", "detail")},
    **{(model, "topics"): CODES for model in ("Result", "Patent", "Project", "Demand")},
    **{
        ("Demand", name): CODES
        for name in (
            *("demand_type", "budget_kind", "cooperation_modes", "research_type", "ip_wish"),
            *("confidentiality", "visibility"),
        )
    },
    **{(model, "conversion_modes"): CODES for model in ("Result", "Patent")},
    ("Patent", "ipc"): CODES,
    **{
        ("Contract", name): CODES
        for name in (
            *("class_name", "subtype", "currency", "payment_mode", "ip_type", "socio_goal"),
            *("rule_version", "origin", "rate", "refuse_codes"),
            *(f"{side}_{part}" for side in ("seller", "buyer") for part in PARTY_CODES),
        )
    },
    ("Contract", "content"): "a digest",
    ("ContractBatch", "key"): "a digest",
    ("ContractFlag", "key"): "a digest",
    ("Contract", "held_change"): "a state, a day, amounts",
    ("ContractFlag", "rule"): CODES,
    ("ContractFlag", "family"): CODES,
    ("ContractVersion", "event"): CODES,
    ("ContractVersion", "facts"): CODES,
    ("ContractOpinion", "verdict"): CODES,
    ("ContractObjection", "raised_by"): CODES,
    **{
        ("LedgerEntry", name): CODES
        for name in (
            *("event", "line", "contract_class", "subtype", "flow", "ip_type", "socio_goal"),
            *("seller_nature", "seller_division", "buyer_nature", "buyer_division"),
        )
    },
    **{("LedgerSum", name): CODES for name in ("dimension", "line")},
    ("CalendarYear", "source"): "names a public notice",
    ("CalendarDay", "name"): "public holidays",
    ("Application", "purposes"): CODES,
    ("Application", "uscc"): "a public code with a check character, which takes no words",
    ("Invitation", "roles"): CODES,
    ("Invitation", "districts"): CODES,
    ("Membership", "districts"): CODES,
    ("Person", "password_hash"): OURS,
    ("Person", "totp_secret"): OURS,
    ("SignIn", "device"): OURS,
    ("Attachment", "media_type"): OURS,
    ("ContractBatch", "counts"): "numbers and amounts",
    ("ReconciliationRun", "counts"): "numbers and amounts",
    ("ReconciliationDifference", "key"): OURS,
    ("ReconciliationDifference", "content"): OURS,
    ("ReconciliationDifference", "reason_code"): CODES,
    ("OutboxEvent", "payload"): ASKED_FOR,
    ("OutboxEvent", "last_error"): ASKED_FOR,
    ("AuditEntry", "detail"): ASKED_FOR,
    **{("Goal", name): PUBLISHED for name in ("indicator", "value", "source", "note")},
    **{("Goal", name): CODES for name in ("operator", "strength", "unit")},
    **{("GoalVersion", name): FIGURES for name in ("content", "reason", "set_by")},
    **{("IndicatorBasis", name): FIGURES for name in ("indicator", "basis", "reason", "chosen_by")},
    **{("Edition", name): PUBLISHED for name in ("note", "content", "content_hash")},
    **{("Edition", name): PUBLISHED for name in ("published_by", "confirmed_by")},
    **{
        ("EditionDraft", name): FIGURES
        for name in ("note", "content", "submitted_by", "decided_by")
    },
    **{
        ("IndicatorValue", name): FIGURES
        for name in (
            "indicator",
            "basis",
            "value",
            "source",
            "submitted_by",
            "decided_by",
            "comment",
        )
    },
    ("StoredForecast", "content"): PUBLISHED,
    **{("Match", name): CODES for name in ("wants", "consents", "declined_by", "decline_code")},
    **{(model, "features"): "numbers and codes" for model in ("Match", "MatchDecision")},
    **{(model, "algorithm"): OURS for model in ("Match", "MatchDecision", "DemandRound")},
    ("RecordVector", "encoder"): OURS,
    ("MatchContact", "side"): CODES,
    ("MatchDecision", "side"): CODES,
    **{(model, "conditions"): CODES for model in ("UnmetSearch", "UnmetGroup")},
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
