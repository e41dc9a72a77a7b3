"""How often an address may be asked for by one visitor, where that is less than for all others."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_limiter import Limiter

from marketplace.matching.radar.routes import RECORD_LIMIT
from marketplace.posting.uploads.routes import RECEIVE_LIMIT

EXPORT_LIMIT = "10 per minute"
"""A workbook of 10,000 rows keeps a processor busy for seconds."""
LIMITS = {
    **dict.fromkeys(
        (
            "catalogue.export",
            "goals.board_file",
            "oversight.export",
            "reconciliation.export",
            "statistics.contracts_csv",
            "statistics.contracts_xlsx",
        ),
        EXPORT_LIMIT,
    ),
    **dict.fromkeys(
        ("uploads.create", "contract_batches.create", "reconciliation.load"), RECEIVE_LIMIT
    ),
    "radar.record": RECORD_LIMIT,
}


def limit_routes(app: Flask, limiter: Limiter) -> None:
    """Put the views behind their limits."""
    for endpoint, limit in LIMITS.items():
        # The decorator marks the view that it is given and limits the one that it returns.
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(limit)(view)
    # What a view is wrapped in knows its limiter by a weak reference alone.
    app.extensions["limits"] = limiter
