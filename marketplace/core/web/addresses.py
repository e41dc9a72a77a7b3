"""Addresses that pages need: assets by content, the other language, the canonical form."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

from flask import current_app, g, request, url_for

from marketplace.core.i18n import language
from marketplace.settings import Settings

HASH_DIGITS = 10


def asset(filename: str, endpoint: str = "static") -> str:
    """The address of a static file, with a digest of its content and without a language.

    The same file has one address on all pages and a new one as soon as it changes, so that
    browsers may keep it for a year.
    """
    known: dict[tuple[str, str, str], str] = current_app.extensions.setdefault("assets", {})
    root = site_root()
    key = (root, endpoint, filename)
    if key not in known:
        path = url_for(endpoint, filename=filename).removeprefix(request.script_root)
        known[key] = f"{root}{path}?v={_digest(endpoint, filename)}"
    return known[key]


def _digest(endpoint: str, filename: str) -> str:
    owner = current_app
    folder = owner.static_folder
    if endpoint != "static":
        folder = owner.blueprints[endpoint.rpartition(".")[0]].static_folder
    content = (Path(str(folder)) / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:HASH_DIGITS]


def site_root() -> str:
    """The path under which the site is mounted, without the prefix of a language."""
    root = request.script_root
    return root.removesuffix("/en") if language() == "en" else root


def in_language(code: str, *, with_parameters: bool = True, is_absolute: bool = False) -> str:
    """The address of the present page in the language ``zh`` or ``en``."""
    prefix = "/en" if code == "en" else ""
    # One slash at the start: two would name another host.
    path = f"{site_root()}{prefix}/{quote(request.path.lstrip('/'), safe='/')}"
    query = request.query_string.decode("ascii", "replace") if with_parameters else ""
    address = f"{path}?{query}" if query else path
    return absolute(address) if is_absolute else address


def absolute(path: str) -> str:
    """A path of this site with scheme and host: of the public address where one is set."""
    settings: Settings = current_app.extensions["settings"]
    base = settings.public_url or request.host_url
    return base.rstrip("/") + path


def address_of(kind: str, record_id: int) -> str:
    """The address of the page of a record."""
    # A list asks for many of one kind; only the number differs.
    known: dict[str, str] = g.setdefault("record_addresses", {})
    if kind not in known:
        known[kind] = url_for(f"catalogue.{kind}", record_id=0).removesuffix("0")
    return f"{known[kind]}{record_id}"
