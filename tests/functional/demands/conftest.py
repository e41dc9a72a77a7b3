"""Demanders of two organisations, two of the bureau, and a demand that they have written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.catalogue.models import Demand
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.posting.models import Posting
from marketplace.posting.reviewing import approve, publish
from marketplace.posting.writing import begin_posting, save_cells, submit
from tests.functional.posting.conftest import People, people
from tests.functional.posting.writing_down import fresh

__all__ = ["people"]

DEMAND: dict[str, Any] = {
    "title_zh": "极片分切毛刺要压到 7 μm 以下，不能降速",
    "demand_type": "problem",
    "problem_zh": "铜箔极片激光切完，边上的毛刺有时到十几微米，怕扎穿隔膜。",
    "goal_zh": "在现有的分切机上改，停线不超过一个周末。",
    "requirements": [
        {"name": "毛刺高度", "operator": "≤", "value": "7", "unit": "μm", "method": "共聚焦显微镜"}
    ],
    "deadline": "2099-12-31",
    "budget_kind": "range",
    "budget_min_fen": "80",
    "budget_max_fen": "150",
    "cooperation_modes": ["4"],
    "tech_field": "3",
    "keywords_zh": "极片；分切；毛刺",
    "wanted_trl": "6",
    "visibility": "public",
}
MASKED = {"masked_name_zh": "某动力电池企业"}


def begin(actor: Actor, **cells: Any) -> Posting:
    """A demand that is being written, complete but for what ``cells`` change."""
    posting_id = begin_posting(actor, "demand")
    posting = fresh(posting_id)
    return save_cells(actor, posting_id, posting.version, {**posting.cells, **DEMAND, **cells})


def submitted(actor: Actor, **cells: Any) -> Posting:
    """A demand that has been handed in."""
    return submit(actor, begin(actor, **cells).id, confirms_secrecy=True)


def opened(people: People, who: str = "demander", **cells: Any) -> int:
    """A demand that was reviewed twice and is open and indexed; its id."""
    found = reviewed(people, who, **cells)
    drain()
    return found


def reviewed(people: People, who: str = "demander", **cells: Any) -> int:
    """The same before it is indexed."""
    posting = submitted(people[who], **cells)
    approve(people["admin"], posting.id, opinion="齐全")
    found = publish(people["bureau"], posting.id, opinion="真实，可以征集").record_id
    assert found is not None
    return found


def demand_of(demand_id: int) -> Demand:
    """The demand as the database has it."""
    db.session.rollback()
    return db.session.get_one(Demand, demand_id, populate_existing=True)


@pytest.fixture
def open_demand(people: People) -> Callable[..., int]:
    """Opens a demand with some cells changed; returns its id."""
    return lambda **cells: opened(people, **cells)
