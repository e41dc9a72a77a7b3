"""Licences and transfers of patents whose time was over when the contract was signed.

民法典 article 865: a licence holds only while the patent does. Whether fees were paid, and the
years that 专利法 article 42 adds for late grants and medicines, no register tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import PATENT, Finding, day_text
from marketplace.contracts.checks.thresholds import Thresholds
from marketplace.core.identifiers.characters import DASHES, DOTS, compact
from marketplace.core.identifiers.patent_application import KIND_BY_TYPE

_NUMBER = re.compile(r"(?:CN|ZL)*(?:(\d{4})([12389])\d{7}|(\d{2})([12389])\d{5})[\dX]?")
_SUBTYPES = ("LIC", "TRF")
_CLASSES = ("技术转让", "技术许可")
_FIRST_YEAR = 85


def ended_rights(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """One finding for a contract that licenses or transfers at least one patent that had ended."""
    for entry in entries:
        terms = entry.contract.terms
        is_of_rights = terms.subtype.startswith(_SUBTYPES) or terms.class_name in _CLASSES
        day = terms.signed_on or terms.effective_on
        if not (is_of_rights and day):
            continue
        ended = [
            (number, last)
            for number in terms.patent_numbers
            if (last := last_year(number, limits)) and last < day.year
        ]
        if ended:
            number, last = min(ended, key=lambda each: (each[1], each[0]))
            yield Finding(
                "patent.ended",
                PATENT,
                (entry.key,),
                {
                    "title": entry.subject.title,
                    "number": number,
                    "last_day": day_text(date(last, 12, 31)),
                    "signed_on": day_text(day),
                },
            )


def last_year(number: str, limits: Thresholds) -> int | None:
    """The year in which a right ends at the latest; None where the number doesn't tell.

    The number tells the year of filing only, so the right may end on any day of this year.
    """
    found = _NUMBER.fullmatch(compact(number, DASHES + DOTS))
    if found is None:
        return None
    if found[1]:
        filed, kind = int(found[1]), KIND_BY_TYPE[found[2]]
    else:
        short = int(found[3])
        filed, kind = short + (1900 if short >= _FIRST_YEAR else 2000), KIND_BY_TYPE[found[4]]
    if kind == "PAT-I":
        return filed + limits.invention_years
    if kind == "PAT-D" and filed >= limits.design_change_year:
        return filed + limits.design_years
    return filed + limits.model_years
