"""Official numbers in the search box, however they are written.

A person types ``ZL 2021 1 0318264.1`` as a certificate prints it; the record holds
``2021103182641``. Where the whole box is one valid number it is searched for in its stored form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from marketplace.core.identifiers import (
    IdentifierError,
    Parsed,
    ipc,
    patent_application,
    patent_publication,
    result_registration,
    uscc,
)

LONGEST = 40
_PUBLICATION_WITHOUT_KIND = re.compile(r"CN[1-3]\d{6,8}")
_PARSERS: tuple[Callable[[str], Parsed], ...] = (
    patent_application.parse,
    patent_publication.parse,
    result_registration.parse,
    uscc.parse,
)


def as_stored(words: str) -> str:
    """The stored form of the number that the words are, else the words as they came."""
    if not words or len(words) > LONGEST or not any(one.isdigit() for one in words):
        return words
    for parse in _PARSERS:
        try:
            parsed = parse(words)
        except IdentifierError:
            continue
        if not parsed.warnings:
            return parsed.value
    compact = "".join(unicodedata.normalize("NFKC", words).split()).upper()
    if _PUBLICATION_WITHOUT_KIND.fullmatch(compact):
        return compact
    try:
        return f'"{ipc.parse(words).value}"'
    except IdentifierError:
        return words
