"""How well the rules find faults that somebody planted in a register: shares found and false.

A fault counts as found when at least one of its pairs of rows (for a fault of one row, that row)
is noticed in the right family. A row in no fault is honest, look-alikes among them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from time import monotonic
from typing import Any

from marketplace.catalogue.inputs import CleanRow
from marketplace.contracts.checks import FAMILIES, Finding, find_faults
from marketplace.contracts.inputs import HISTORY_INPUT
from marketplace.contracts.saving.rows import read_row
from marketplace.contracts.terms import Registered
from marketplace.core.tables import match_columns, open_table

HONEST = "honest"


@dataclass(frozen=True)
class Planted:
    """One entry of the truth: what kind of fault, or of honest look-alike, in which rows."""

    kind: str
    family: str
    rows: tuple[int, ...]

    @property
    def is_fault(self) -> bool:
        """Whether it is a fault, and not a look-alike."""
        return self.family != HONEST


def evaluate_checks(register: Path, truth: Path) -> dict[str, Any]:
    """Run the rules over a register and compare with the truth.

    Rows are numbered from 1 without the header, as the truth numbers them; one that can't be read
    is an honest row in which nothing is noticed.

    :raises marketplace.core.tables.TableError: for a file that can't be read as a whole.
    """
    contracts, count = read_register(register)
    planted = read_truth(truth)
    began = monotonic()
    found = find_faults(contracts)
    seconds = monotonic() - began
    return {**compare(found, planted, count), "seconds": round(seconds, 2)}


def read_register(path: Path) -> tuple[list[Registered], int]:
    """The contracts of a finished register, and how many rows it has."""
    contracts, count = [], 0
    with open_table(path) as table:
        columns = match_columns(table.columns, HISTORY_INPUT.accepted_names()).found
        already_read: dict[tuple[str, str, str], Any] = {}
        for count, row in enumerate(table, 1):
            cleaned = HISTORY_INPUT.clean(row.number, row.cells, columns, already_read)
            if isinstance(cleaned, CleanRow):
                contracts.append(_registered(count, cleaned))
    return contracts, count


def _registered(key: int, cleaned: CleanRow) -> Registered:
    read = read_row(cleaned)
    return Registered(
        key=key,
        terms=read.terms,
        number=read.number,
        office=read.office,
        state=cleaned.values["state"],
        registered_on=read.registered_on,
    )


def read_truth(path: Path) -> list[Planted]:
    """The entries of a truth file: columns kind, family, rows (numbers between semicolons)."""
    with open_table(path) as table:
        return [
            Planted(
                str(row.cells["kind"]),
                str(row.cells["family"]),
                tuple(int(part) for part in str(row.cells["rows"]).split(";")),
            )
            for row in table
        ]


def compare(found: Iterable[Finding], planted: Sequence[Planted], count: int) -> dict[str, Any]:
    """Shares of the faults found, by kind and family, and of honest rows that were noticed."""
    noticed: dict[int, set[str]] = defaultdict(set)
    pairs: set[tuple[str, int, int]] = set()
    for finding in found:
        for key in finding.keys:
            noticed[key].add(finding.family)
        pairs |= {(finding.family, *pair) for pair in combinations(sorted(finding.keys), 2)}
    faults = [one for one in planted if one.is_fault]
    is_found = {place: _is_found(one, noticed, pairs) for place, one in enumerate(faults)}
    faulty = {row for one in faults for row in one.rows}
    honest = [row for row in range(1, count + 1) if row not in faulty]
    alike = {row for one in planted if not one.is_fault for row in one.rows} - faulty
    false = [row for row in honest if noticed.get(row)]
    return {
        "recall": _share(sum(is_found.values()), len(faults)),
        "by_kind": _shares(faults, is_found, lambda one: one.kind),
        "by_family": _shares(faults, is_found, lambda one: one.family),
        "false_rate": _share(len(false), len(honest)),
        "false_rate_lookalikes": _share(len(alike.intersection(false)), len(alike)),
        "false_by_family": {
            family: sum(family in noticed[row] for row in false) for family in FAMILIES
        },
        "n_faults": len(faults),
        "n_honest": len(honest),
    }


def _is_found(
    one: Planted, noticed: Mapping[int, set[str]], pairs: set[tuple[str, int, int]]
) -> bool:
    if len(one.rows) == 1:
        return one.family in noticed.get(one.rows[0], set())
    return any((one.family, *pair) in pairs for pair in combinations(sorted(one.rows), 2))


def _shares(
    faults: Sequence[Planted], is_found: Mapping[int, bool], name_of: Any
) -> dict[str, float | None]:
    return dict(_each_share(faults, is_found, name_of))


def _each_share(
    faults: Sequence[Planted], is_found: Mapping[int, bool], name_of: Any
) -> Iterator[tuple[str, float | None]]:
    all_of = Counter(name_of(one) for one in faults)
    found = Counter(name_of(one) for place, one in enumerate(faults) if is_found[place])
    for name in sorted(all_of):
        yield name, _share(found[name], all_of[name])


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
