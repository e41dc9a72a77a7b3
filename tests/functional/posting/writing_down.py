"""What a clerk types in these tests."""

from __future__ import annotations

from typing import Any

from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.posting.models import Posting
from marketplace.posting.writing import begin_posting, save_cells, submit

RESULT: dict[str, Any] = {
    "title_zh": "碲化铋薄片的低损切割",
    "result_class": "Y",
    "problem_zh": "薄片一切就裂，成品率不到六成。",
    "abstract_zh": "用冷却的线切碲化铋薄片，裂纹少，成品率九成。",
    "tech_field": "5",
    "stage": "2",
    "conversion_modes": ["3"],
    "price_kind": "negotiable",
}


def begin(actor: Actor, **cells: Any) -> Posting:
    """A result that is being written, complete but for what ``cells`` change."""
    posting_id = begin_posting(actor, "result")
    posting = fresh(posting_id)
    return save_cells(actor, posting_id, posting.version, {**posting.cells, **RESULT, **cells})


def submitted(actor: Actor, **cells: Any) -> Posting:
    """A result that has been handed in."""
    return submit(actor, begin(actor, **cells).id, confirms_secrecy=True)


def fresh(posting_id: int) -> Posting:
    """The posting as the database has it."""
    db.session.rollback()
    return db.session.get_one(Posting, posting_id, populate_existing=True)
