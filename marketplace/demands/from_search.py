"""A search that found nothing becomes a demand: what was asked is what is looked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marketplace.catalogue.inputs.demand import KEYWORD_COUNT
from marketplace.catalogue.inputs.texts import KEYWORD_LIMIT, TITLE_LIMIT
from marketplace.core.actor import Actor
from marketplace.core.i18n import FEN_PER_WAN
from marketplace.posting.writing import begin_posting
from search.query import Query, read_box


def begin_from_search(actor: Actor, query: Query) -> int:
    """Begin a demand with what a search asked for; returns the id of its draft.

    :raises Forbidden: when the actor writes no demands for an organisation.
    """
    return begin_posting(actor, "demand", cells_of_search(query))


def cells_of_search(query: Query) -> dict[str, Any]:
    """The cells of a demand's form that a search fills in."""
    box = read_box(query.words)
    words = [*(one.text for one in box.phrases), *(one.text for one in box.words)]
    budget = query.ranges.get("price") or query.ranges.get("budget")
    level = query.ranges.get("trl")
    fields = query.filters.get("tech_field", ())
    cells: dict[str, Any] = {
        "title_zh": " ".join(query.words.split())[:TITLE_LIMIT],
        "keywords_zh": "；".join(
            [word for word in words if len(word) <= KEYWORD_LIMIT][:KEYWORD_COUNT]
        ),
        "tech_field": fields[0] if len(fields) == 1 else "",
        "topics": list(query.filters.get("topic", ())),
        "wanted_trl": str(level.low) if level and level.low else "",
    }
    if budget and isinstance(budget.high, int):
        cells["budget_kind"] = "range"
        cells["budget_max_fen"] = f"{(Decimal(budget.high) / FEN_PER_WAN).normalize():f}"
    return {key: cell for key, cell in cells.items() if cell}
