"""The files of an evaluation of matching: demands and records as JSONL, titles as TSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class UnusableFile(ValueError):
    """A file can't be evaluated. `code`: "not_utf8", "bad_line" or "no_rows"; `line` from 1."""

    def __init__(self, path: Path, code: str, line: int = 0) -> None:
        super().__init__(f"{path}: {code} {line}")
        self.path = path
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Record:
    """A record that may be found."""

    id: str
    title: str
    abstract: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and the id of the one record that is right."""

    title: str
    text: str
    target_id: str
    style: str = ""


def read_records(path: Path) -> list[Record]:
    """The records of a JSONL file: `id`, `title` and `abstract`, or these with `_zh`.

    What stands in `title_en` and `abstract_en` is not read. Raises UnusableFile.
    """
    records = [
        Record(str(row["id"]), _text(row, "title"), _text(row, "abstract"))
        for row in _rows(path, ("id",))
        if _text(row, "title") or _text(row, "abstract")
    ]
    if not records:
        raise UnusableFile(path, "no_rows")
    return records


def read_demands(path: Path) -> list[Asked]:
    """The demands of a JSONL file: `title`, `text`, `target_id`, and `style` where there is one."""
    demands = [
        Asked(_text(row, "title"), _text(row, "text"), str(row["target_id"]), _text(row, "style"))
        for row in _rows(path, ("target_id",))
        if _text(row, "title") or _text(row, "text")
    ]
    if not demands:
        raise UnusableFile(path, "no_rows")
    return demands


def read_pairs(path: Path) -> list[Asked]:
    """The rows of a TSV file with the columns `doc_id` and `title_en`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except UnicodeDecodeError as problem:
        raise UnusableFile(path, "not_utf8") from problem
    pairs = [
        Asked(title=(row.get("title_en") or "").strip(), text="", target_id=row.get("doc_id") or "")
        for row in rows
    ]
    pairs = [pair for pair in pairs if pair.title and pair.target_id]
    if not pairs:
        raise UnusableFile(path, "no_rows")
    return pairs


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError as problem:
                    raise UnusableFile(path, "bad_line", number) from problem
                if not isinstance(row, dict) or any(name not in row for name in needed):
                    raise UnusableFile(path, "bad_line", number)
                yield row
    except UnicodeDecodeError as problem:
        raise UnusableFile(path, "not_utf8") from problem


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name) or row.get(f"{name}_zh")
    return value.strip() if isinstance(value, str) else ""
