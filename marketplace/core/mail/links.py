"""Addresses of this site in letters, which are written where no request is.

Pages ask ``core.web.addresses``, which knows the request.
"""

from __future__ import annotations

from typing import Any

from flask import current_app

from marketplace.settings import Settings


def site_address() -> str:
    """Scheme and host of the site: the public address, else where the demo answers."""
    settings: Settings = current_app.extensions["settings"]
    if settings.public_url:
        return settings.public_url
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def link_to(endpoint: str, language: str, **values: Any) -> str:
    """The whole address of a page in the language ``zh`` or ``en``."""
    return site_address() + path_to(endpoint, language, **values)


def path_to(endpoint: str, language: str, **values: Any) -> str:
    """The same without scheme and host."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    prefix = "/en" if language == "en" else ""
    return f"{prefix}{path}"
