"""Whether a row says what is on the register already, and in which fields it says otherwise.

A register that comes again has what people have registered or changed here meanwhile; columns
that it lacks and cells that it leaves empty say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import RowMapping

from marketplace.catalogue.inputs import CleanRow
from marketplace.contracts.inputs import INPUT
from marketplace.contracts.saving.counting import EVENTS
from marketplace.contracts.saving.rows import CONTACT_KEYS, RegisterRow
from marketplace.core.i18n import listed

LABELS = {field.key: field.label for field in INPUT.fields}


@dataclass(frozen=True, slots=True)
class Entered:
    """A version of a contract, as far as rows are compared with it; amounts in 分."""

    event: str
    counts_on: date
    turnover: int
    tech_amount: int
    terms: dict[str, Any]


def differing_fields(
    row: CleanRow, read: RegisterRow, versions: Sequence[Entered], kept: RowMapping
) -> list[str]:
    """The keys of the fields in which a row isn't what is registered; none where it agrees.

    :param versions: all of the contract, oldest first, at least one; a row may have the terms as
        they were registered or those that stand now.
    :param kept: the contract's office, empty where nobody said, and its days, which are earlier
        than those on which it counts where their months were closed.
    """
    told = {
        key: read.stored[key]
        for key in row.columns
        if key in read.stored and key not in CONTACT_KEYS and read.stored[key] not in (None, "", [])
    }
    first, last = versions[0], versions[-1]
    terms = min(
        ([key for key in told if told[key] != one.terms.get(key)] for one in (first, last)),
        key=len,
    )
    others = {
        "registered_on": read.registered_on not in (first.counts_on, kept["registered_on"]),
        "office": bool(read.office and kept["office"] and read.office != kept["office"]),
        **_differing_change(read, last, kept["changed_on"]),
    }
    return [*terms, *(key for key, is_other in others.items() if is_other)]


def _differing_change(read: RegisterRow, last: Entered, changed_on: date | None) -> dict[str, bool]:
    change = read.change
    if change is None:
        return {}
    if last.event != EVENTS[change.state]:
        return {"state": True}
    return {
        "changed_on": change.on not in (last.counts_on, changed_on),
        "changed_turnover": change.turnover not in (None, last.turnover),
        "changed_tech_amount": change.tech_amount not in (None, last.tech_amount),
    }


def contradicts(fields: Sequence[str]) -> LazyString:
    """The sentence for a row that says otherwise in these fields."""
    return _l(
        "这份合同已经登记在册，这几项不一样：%(fields)s。"
        "登记过的内容要办变更登记，不能由导入改写。",
        fields=listed([LABELS[key] for key in fields]),
    )
