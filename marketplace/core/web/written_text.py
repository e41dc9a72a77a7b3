"""What somebody wrote into a form that wasn't taken, for the page that says so.

Pages of forms are kept by no browser, so going back shows an empty form: what was written stands
on the error page, to be copied from there. It goes nowhere else, neither into a log nor a session.
What a field is called a domain tells with :func:`name_written_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from marketplace.core.db import SAFE_METHODS

MOST_FIELDS = 60
LONGEST_TEXT = 20_000
LONGEST_PAGE = 200_000
SECRET = re.compile("password|token|secret", re.IGNORECASE)
NOT_WRITTEN = frozenset({"old", "new", "code", "sealed", "next", "search", "version"})
"""Passwords and codes of the account's forms, and what a form carries hidden."""
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
COMMON: dict[str, LazyString] = {
    "email": _l("邮箱"),
    "heading_en": _l("英文标题，可不填"),
    "heading_zh": _l("标题"),
    "name": _l("名称"),
    "note": _l("备注，只有你看得到"),
    "purpose": _l("用途"),
    "reason": _l("原因"),
    "text": _l("内容"),
    "text_en": _l("英文内容，可不填"),
    "text_zh": _l("内容"),
    "why": _l("原因"),
}

Namer = Callable[[str], str | LazyString | None]
_namers: dict[str, Namer] = {}


@dataclass(frozen=True)
class WrittenText:
    """What stood in one field; of a very long text only the beginning."""

    label: str
    text: str
    is_cut: bool

    @property
    def rows(self) -> int:
        """How many lines a page needs to show it, within reason."""
        return min(12, max(1, self.text.count("\n") + 1, len(self.text) // 40 + 1))


def name_written_fields(blueprint: str, namer: Namer) -> None:
    """Let a domain name the fields of its forms.

    :param namer: gets a field's name; gives its label, an empty one where nobody writes text
        there, or nothing where it doesn't know.
    """
    _namers[blueprint] = namer


def written_texts() -> list[WrittenText]:
    """The texts of the form that the present request sent, in its order; no secrets, no codes."""
    if request.method in SAFE_METHODS or not _comes_from_here():
        return []
    try:
        fields = request.form
    except HTTPException:
        # It can't be read, which is what the page is about.
        return []
    found: list[WrittenText] = []
    left = LONGEST_PAGE
    for name in fields:
        text = "\n".join(one.strip() for one in fields.getlist(name) if one.strip())
        label = _label(name, text) if text else ""
        if not label or len(found) == MOST_FIELDS or left <= 0:
            continue
        kept = text[: min(LONGEST_TEXT, left)]
        left -= len(kept)
        found.append(WrittenText(label, kept, is_cut=len(kept) < len(text)))
    return found


def _label(name: str, text: str) -> str:
    """What to call the field; nothing where it holds no text that somebody wrote."""
    if name in NOT_WRITTEN or SECRET.search(name):
        return ""
    namer = _namers.get(request.blueprint or "")
    label = namer(name) if namer else None
    if label is not None:
        return str(label)
    # A chosen code or the number of a record.
    if all(_CODE.fullmatch(line) for line in text.splitlines()):
        return ""
    return str(COMMON.get(name.partition("-")[0], name))[:80]


def _comes_from_here() -> bool:
    """Whether a page of this site sent the form: no other may have its words shown here."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
