"""What templates may call: filters, globals, and the values that every page needs.

The typography stands in ``wording``, addresses in ``addresses``, JSON-LD in ``structured``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, current_app
from jinja2 import StrictUndefined
from markupsafe import Markup

from marketplace.core.actor import ActorKind
from marketplace.core.attachments.recognition import ACCEPTED_ENDINGS
from marketplace.core.codelists import code_label, code_name
from marketplace.core.i18n import (
    HTML_LANGUAGES,
    LANGUAGE_NAMES,
    format_count,
    format_moment,
    format_wan,
    format_wan_range,
    language,
    time_element,
)
from marketplace.core.web.addresses import absolute, asset, in_language
from marketplace.core.web.slots import Slots
from marketplace.core.web.structured import as_json_ld
from marketplace.core.web.translations import compile_catalogues
from marketplace.core.web.wording import (
    gettext,
    lang,
    paragraphs,
    tie,
    translate_templates_tied,
    words,
)
from marketplace.settings import Mode, Settings

FILTERS = {
    "tie": tie,
    "words": words,
    "paragraphs": paragraphs,
    "lang": lang,
    "count": format_count,
    "wan": format_wan,
    "day": time_element,
    "moment": format_moment,
    "json_ld": as_json_ld,
}


def slot(name: str, **context: Any) -> Markup:
    """The fragments that later packages have put into a named place."""
    slots: Slots = current_app.extensions["slots"]
    return slots.render(name, **context)


def upload_limit_mb() -> int:
    """The largest file that is taken, in MB."""
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_limit_mb


def who_acted(entry: Any) -> str:
    """Who did what a row of a history tells: a person's name, or that the site itself did."""
    is_system = entry.actor_kind == ActorKind.SYSTEM.value
    return gettext("本站") if is_system else str(entry.actor_name)


GLOBALS = {
    "who_acted": who_acted,
    "asset": asset,
    "absolute": absolute,
    "in_language": in_language,
    "slot": slot,
    "code_name": code_name,
    "code_label": code_label,
    "wan_range": format_wan_range,
    "upload_limit_mb": upload_limit_mb,
    "upload_endings": ACCEPTED_ENDINGS,
}


def _page_values() -> dict[str, Any]:
    settings: Settings = current_app.extensions["settings"]
    shown = language()
    other = "zh" if shown == "en" else "en"
    return {
        "page_language": shown,
        "html_language": HTML_LANGUAGES[shown],
        "other_language": other,
        "other_html_language": HTML_LANGUAGES[other],
        "other_language_name": LANGUAGE_NAMES[other],
        "site_name": settings.site_name(shown),
        "footer": settings,
        "is_demo_site": settings.mode is Mode.DEMO,
    }


def register_filters(app: Flask) -> None:
    """Give the templates of ``app`` their filters, globals and translations."""
    compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    environment = app.jinja_env
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    # A misspelt name fails in the first test that renders the page, not silently on it.
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    translate_templates_tied(environment)
    app.context_processor(_page_values)
