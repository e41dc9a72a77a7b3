"""How long a holder's word counts, in days; the settings alone say it.

The mark of freshness, the rank in the search, and the letters that ask go by the same days.
"""

from __future__ import annotations

from flask import current_app

from marketplace.settings import Settings


def fresh_days() -> int:
    """So many days after its holder confirmed it a record counts as fresh; then it is asked for."""
    return _settings().confirm_days


def stale_days() -> int:
    """After so many days without a word it counts as unconfirmed, and the search lowers it."""
    return fresh_days() + _settings().confirm_lower_days


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
