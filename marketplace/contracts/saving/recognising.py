"""By what a row of a register is found again: its number, else what it says."""

from __future__ import annotations

from collections import Counter

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.catalogue.inputs import CleanRow, Issue
from marketplace.catalogue.saving.outcome import Identity
from marketplace.contracts.saving.rows import NUMBERED, UNNUMBERED, read_row


class Recogniser:
    """Names each row of one file; keeps what it has seen, so one serves one file only."""

    def __init__(self, *, is_history: bool) -> None:
        self._is_history = is_history
        self._numbers = SeenIdentities()
        self._unnumbered: Counter[str] = Counter()

    def identify(self, row: CleanRow) -> tuple[Identity, ...]:
        """Give the row its name, and tell whoever reads the file what may not stand in it twice.

        In a finished register a number that an earlier row has already is left out and told:
        both rows were counted, and a number belongs to one contract.
        """
        number = row.values.get("number")
        if number and self._is_history:
            again = self._numbers.first_repeated((("number", number),), row.number)
            if again is not None:
                row.values["number"] = number = None
                column = row.columns.get("number", "")
                row.warnings = [
                    *row.warnings,
                    Issue("number", column, again[0][1], repeated(again[0], again[1])),
                ]
        if number:
            row.source_id = f"{NUMBERED}:{number}"
            return () if self._is_history else (("number", number),)
        original = read_row(row).original
        self._unnumbered[original] += 1
        row.source_id = f"{UNNUMBERED}:{original[:56]}#{self._unnumbered[original]}"
        return ()


def repeated(identity: Identity, first_row: int) -> LazyString:
    """The sentence for a row with the number of an earlier one."""
    return _(
        "第 %(row)s 行已经用了编号 %(number)s。一个编号只属于一份合同，请核对登记证明。",
        row=first_row,
        number=identity[1],
    )
