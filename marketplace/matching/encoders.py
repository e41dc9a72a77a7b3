"""The encoders of the running market: loaded once a process, when the first text asks for them."""

from __future__ import annotations

import os
from threading import Lock

from flask import current_app

from marketplace.matching.wording import missing_sentences
from marketplace.settings import Settings
from search.semantic import Encoders, load_encoders

_loading = Lock()


def market_encoders() -> Encoders:
    """The encoders that the market is set up with, on all cores of the machine."""
    kept = current_app.extensions.get("encoders")
    if isinstance(kept, Encoders):
        return kept
    with _loading:
        if "encoders" not in current_app.extensions:
            settings: Settings = current_app.extensions["settings"]
            current_app.extensions["encoders"] = load_encoders(
                settings.encoder_folder, settings.has_semantic_search, os.cpu_count() or 1
            )
    encoders: Encoders = current_app.extensions["encoders"]
    return encoders


def encoder_sentences() -> list[str]:
    """What a page says where encoders are switched off or can't be used; none where all is well."""
    encoders = market_encoders()
    return missing_sentences(encoders.missing, encoders.is_off)
