"""The encoders of the running market: loaded once a process, when the first text asks for them."""

from __future__ import annotations

from threading import Lock, Thread
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, g
from flask_babel import gettext as _

from marketplace.matching.wording import missing_sentences
from marketplace.settings import Settings

if TYPE_CHECKING:
    from search.semantic import Encoders

_loading = Lock()


def market_encoders(threads: int = 1) -> Encoders:
    """The encoders that the market is set up with.

    `threads`: how many cores they take, as the first caller of the process says. The site has one
    for them, so that pages stay quick while an import is encoded.
    """
    if "encoders" not in current_app.extensions:
        with _loading:
            _load(threads)
    return cast("Encoders", current_app.extensions["encoders"])


def encoders_at_hand() -> Encoders | None:
    """The encoders where this process has them already; else nothing, and they are being loaded.

    So that a page which does without them never waits for them, seconds on a busy machine.
    """
    if "encoders" in current_app.extensions:
        return market_encoders()
    settings: Settings = current_app.extensions["settings"]
    if settings.has_semantic_search and not current_app.extensions.get("encoders_loading"):
        current_app.extensions["encoders_loading"] = True
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        Thread(target=_warm, args=(app,), name="encoders", daemon=True).start()
    return None


def _warm(app: Flask) -> None:
    with app.app_context():
        for encoder in market_encoders().used:
            encoder.queries(["。"])


def _load(threads: int) -> None:
    if "encoders" in current_app.extensions:
        return
    # Numerical libraries take a command as long to load as all the rest.
    from search.semantic import load_encoders

    settings: Settings = current_app.extensions["settings"]
    current_app.extensions["encoders"] = load_encoders(
        settings.encoder_folder, settings.has_semantic_search, threads
    )


def encoder_sentences() -> list[str]:
    """What a page says where encoders are switched off, can't be used or broke while it was made.

    None where all is well.
    """
    encoders = market_encoders()
    sentences = missing_sentences(encoders.missing, encoders.is_off)
    if g.get("encoder_broke"):
        sentences.append(_("语义匹配这次出了错，这一页只按字词比较。"))
    return sentences


def sentences_at_hand() -> list[str]:
    """The same for a page that waits for no encoder: none while they are being loaded."""
    settings: Settings = current_app.extensions["settings"]
    is_known = encoders_at_hand() is not None or not settings.has_semantic_search
    return encoder_sentences() if is_known else []


def note_breakage() -> None:
    """Have the present page say that an encoder broke."""
    g.encoder_broke = True
