"""JSON-LD: writing it safely into a page. What each kind of record says stands in its domain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

# A text that holds "</script>" or "<!--" would end or open what the browser reads; U+2028 and
# U+2029 end a line in older script engines. JSON allows all of them as escapes.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def as_json_ld(data: Mapping[str, Any]) -> Markup:
    """The data as the content of a ``script`` element; empty values are left out."""
    text = json.dumps(without_empty(data), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - no markup is left after escaping


def without_empty(value: Any) -> Any:
    """The value without entries that are ``None``, empty texts or empty collections."""
    if isinstance(value, Mapping):
        kept = {key: without_empty(entry) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if entry not in (None, "", [], {})}
    if isinstance(value, (list, tuple)):
        return [entry for item in value if (entry := without_empty(item)) not in (None, "", [], {})]
    return value
