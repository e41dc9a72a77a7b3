"""A safety net below the log: what looks like a person or a secret is blotted out.

Log calls name ids and counts, and should never hand such values over; this catches the text of an
exception, a library's warning, and mistakes. It errs on the side of blotting out too much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

HIDDEN = "[hidden]"
CUT = " … [cut] … "
DEEPEST = 6
# Looked at when it came in (``request_ids``): in 32 hexadecimal digits a number may seem to stand.
REQUEST_ID = "request_id"
# In characters; a chained traceback has some thousands, and its last lines say most.
LONGEST = 10_000
# More than the longest address that a cut could have parted.
MARGIN = 400

_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?key)?|(?:api|access|auth|metrics)[_-]?(?:key|token)"
    r"|token|authorization|cookie|set-cookie|session|口令|密码|令牌"
)
_SECRET_KEY = re.compile(rf"(?:^|[_\-.])(?:{_NAMES})$", re.IGNORECASE)
# Each pattern and what takes the place of what it finds; the order matters. Some see what strangers
# sent, so none may take more than linear time: what repeats without bound begins at a word or mark
# that ends the repetition before.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ in an address.
    (re.compile(r"(?<=://)[^\s/?#'\"]*@"), f"{HIDDEN}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # password=…, "token": "…", 口令：….
    (
        re.compile(
            rf"((?:{_NAMES})[\"']?\s*(?:=>|[=:：])\s*)(?:\"[^\"]*\"?|'[^']*'?|[^\s,;&)}}\]]+)",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # An e-mail address: at most 64 characters, @, at most 255 (RFC 5321, 4.5.3.1).
    (
        re.compile(
            r"[^\s@<>()\[\]{}\"',;:=]{1,64}+@"
            r"[^\s@<>()\[\]{}\"',;:=/]{0,254}[^\s@<>()\[\]{}\"',;:=/.]"
        ),
        HIDDEN,
    ),
    # Resident identity number, GB 11643: 6 digits of division, 8 of birth, 3 and a check character.
    (
        re.compile(
            r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
        ),
        HIDDEN,
    ),
    # Mobile numbers: 11 digits from 13 to 19, perhaps in groups, perhaps after +86.
    (re.compile(r"(?<!\d)(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"), HIDDEN),
    # Fixed lines: an area code from 010 or after +86, then 7 or 8 digits.
    (
        re.compile(r"(?<!\d)(?:(?:\+|00)86[\s-]?\(?0?|\(?0)[1-9]\d{1,2}\)?[\s-]?\d{7,8}(?!\d)"),
        HIDDEN,
    ),
)


def redact(text: str) -> str:
    """The text without e-mail addresses, telephone and identity numbers, passwords and tokens.

    Of one longer than :data:`LONGEST` the beginning and the end are left.
    """
    if len(text) > LONGEST:
        half = LONGEST // 2
        return _blotted(text[:half])[:-MARGIN] + CUT + _blotted(text[-half:])[MARGIN:]
    return _blotted(text)


def _blotted(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_value(value: Any, depth: int = 0) -> Any:
    """The same for what stands inside lists and mappings; a secret's name hides its value."""
    if isinstance(value, str):
        return redact(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth >= DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {
            redact(str(key)): HIDDEN
            if _SECRET_KEY.search(str(key))
            else redact_value(entry, depth + 1)
            for key, entry in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact_value(entry, depth + 1) for entry in value]
    return redact(str(value))


def redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The processor of structlog: the last before the line is written."""
    hidden = redact_value(event)
    if REQUEST_ID in event:
        hidden[REQUEST_ID] = event[REQUEST_ID]
    event.clear()
    event.update(hidden)
    return event
