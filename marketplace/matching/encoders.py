"""The encoders of the running market: loaded once a process, when the first text asks for them."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import current_app

from marketplace.matching.wording import missing_sentences
from marketplace.settings import Settings

if TYPE_CHECKING:
    from search.semantic import Encoders

_loading = Lock()


def market_encoders() -> Encoders:
    """The encoders that the market is set up with, on all cores of the machine."""
    if "encoders" not in current_app.extensions:
        with _loading:
            _load()
    return cast("Encoders", current_app.extensions["encoders"])


def _load() -> None:
    if "encoders" in current_app.extensions:
        return
    # Numerical libraries take a command as long to load as all the rest.
    from search.semantic import load_encoders

    settings: Settings = current_app.extensions["settings"]
    current_app.extensions["encoders"] = load_encoders(
        settings.encoder_folder, settings.has_semantic_search, os.cpu_count() or 1
    )


def encoder_sentences() -> list[str]:
    """What a page says where encoders are switched off or can't be used; none where all is well."""
    encoders = market_encoders()
    return missing_sentences(encoders.missing, encoders.is_off)
