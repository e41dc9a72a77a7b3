"""How well the checks find planted faults: a register, and a file that says what is wrong in it.

The truth file has the columns ``fault_id, kind, family, rows, explanation``: entries ``F…`` are
faults, ``H…`` honest look-alikes; ``rows`` are the register's data rows from 1, with ``;`` between.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

from marketplace.contracts.checks import Finding, find_faults
from marketplace.contracts.terms import CHINA, Party, Registered, Terms
from marketplace.core.tables import Cell, open_table

HONEST = "honest"
TRUTH_COLUMNS = ("fault_id", "kind", "family", "rows")
REGISTER_COLUMNS = ("项目名称", "卖方名称", "买方名称", "合同成交额(元)", "技术交易额(元)")


class MissingColumns(Exception):
    """A file lacks columns; ``file`` and ``columns`` say which."""

    def __init__(self, file: Path, columns: Iterable[str]) -> None:
        self.file, self.columns = file, tuple(columns)
        super().__init__(file, self.columns)


class BadTruth(Exception):
    """An entry of the truth file names no rows; ``line`` is its line, the header being 1."""

    def __init__(self, file: Path, line: int) -> None:
        self.file, self.line = file, line
        super().__init__(file, line)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the truth file; ``rows`` from 1."""

    fault_id: str
    kind: str
    family: str
    rows: tuple[int, ...]


def evaluate_checks(register: Path, truth: Path) -> dict[str, Any]:
    """Find the faults of a register and compare them with the truth.

    Raises TableError, MissingColumns and BadTruth for files that cannot be used.
    """
    contracts = read_register(register)
    entries = read_truth(truth)
    start = perf_counter()
    findings = find_faults(contracts)
    seconds = perf_counter() - start
    rows = [contract.key for contract in contracts]
    return {**score(findings, entries, rows), "seconds": round(seconds, 2)}


def score(
    findings: Iterable[Finding], entries: Iterable[Entry], rows: Iterable[int]
) -> dict[str, Any]:
    """Shares of faults found, and of honest rows flagged, from 0 to 1.

    A fault is found when at least one pair of its rows (its row, where it has one) stands in a
    finding of its family. Every row in no fault is honest.
    """
    entries = list(entries)
    flagged_pairs: defaultdict[str, set[tuple[int, ...]]] = defaultdict(set)
    flagged: defaultdict[str, set[int]] = defaultdict(set)
    for finding in findings:
        flagged[finding.family] |= set(finding.keys)
        flagged_pairs[finding.family] |= {(key,) for key in finding.keys}
        flagged_pairs[finding.family] |= set(combinations(finding.keys, 2))
    faults = [entry for entry in entries if entry.family != HONEST]
    faulty = {row for entry in faults for row in entry.rows}
    honest = set(rows) - faulty
    lookalikes = {row for entry in entries for row in entry.rows} - faulty
    found = [entry for entry in faults if not flagged_pairs[entry.family].isdisjoint(_pairs(entry))]
    wrong = {family: keys & honest for family, keys in flagged.items()}
    flagged_honest = set().union(*wrong.values())
    return {
        "recall": _share(len(found), len(faults)),
        "by_kind": _shares(Counter(e.kind for e in found), Counter(e.kind for e in faults)),
        "by_family": _shares(Counter(e.family for e in found), Counter(e.family for e in faults)),
        "false_rate": _share(len(flagged_honest), len(honest)),
        "false_rate_lookalikes": _share(len(flagged_honest & lookalikes), len(lookalikes)),
        "false_by_family": {
            family: _share(len(wrong[family]), len(honest)) for family in sorted(wrong)
        },
        "n_faults": len(faults),
        "n_honest": len(honest),
    }


def _pairs(entry: Entry) -> set[tuple[int, ...]]:
    rows = sorted(entry.rows)
    return {(rows[0],)} if len(rows) == 1 else set(combinations(rows, 2))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _shares(part: Mapping[str, int], whole: Mapping[str, int]) -> dict[str, float]:
    return {name: _share(part.get(name, 0), whole[name]) for name in sorted(whole)}


def read_truth(path: Path) -> list[Entry]:
    """The entries of a truth file. Raises TableError, MissingColumns, BadTruth."""
    entries = []
    for number, cells in _rows(path, TRUTH_COLUMNS):
        rows = cells["rows"].split(";")
        if not all(row.strip().isdecimal() for row in rows):
            raise BadTruth(path, number + 1)
        entries.append(
            Entry(cells["fault_id"], cells["kind"], cells["family"], tuple(map(int, rows)))
        )
    return entries


def read_register(path: Path) -> list[Registered]:
    """The contracts of a register; their keys are the data rows from 1.

    Raises TableError, MissingColumns.
    """
    return [_contract(row, cells) for row, cells in _rows(path, REGISTER_COLUMNS)]


def _rows(path: Path, needed: Iterable[str]) -> Iterable[tuple[int, defaultdict[str, str]]]:
    with open_table(path) as table:
        if missing := [name for name in needed if name not in table.columns]:
            raise MissingColumns(path, missing)
        for number, row in enumerate(table, 1):
            texts = {name: _text(cell) for name, cell in row.cells.items()}
            yield number, defaultdict(str, texts)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _contract(row: int, cells: Mapping[str, str]) -> Registered:
    terms = Terms(
        title=cells["项目名称"],
        class_name=cells["合同类别"],
        subtype=cells["合同子类"],
        seller=Party(
            name=cells["卖方名称"],
            uscc=cells["卖方统一社会信用代码"],
            nature=cells["卖方性质代码"],
            division=cells["卖方行政区划"],
            phone=cells["联系电话"],
            representative=cells["法定代表人"],
        ),
        buyer=Party(
            name=cells["买方名称"],
            uscc=cells["买方统一社会信用代码"],
            nature=cells["买方性质代码"],
            division=cells["买方行政区划"],
            country=cells["买方国别"] or CHINA,
            phone=cells["买方联系电话"],
            representative=cells["买方法定代表人"],
        ),
        turnover=_fen(cells["合同成交额(元)"]),
        tech_amount=_fen(cells["技术交易额(元)"]),
        signed_on=_day(cells["签订日期"]),
        effective_on=_day(cells["生效日期"]),
        ends_on=_day(cells["终止日期"]),
        tech_field=cells["技术领域"],
        ip_type=cells["知识产权类型"],
        patent_numbers=tuple(re.split(r"[;；,，、\s]+", cells["专利号"]))
        if cells["专利号"]
        else (),
        is_related={"是": True, "否": False}.get(cells["是否关联交易声明"]),
    )
    return Registered(
        key=row,
        terms=terms,
        number=cells["合同登记编号"],
        office=cells["登记机构"],
        state=cells["状态"],
        registered_on=_day(cells["登记日期"]),
    )


def _fen(text: str) -> int:
    try:
        return int(Decimal(text.replace(",", "")) * 100)
    except InvalidOperation:
        return 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
