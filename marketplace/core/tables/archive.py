"""An XLSX is a ZIP: is it safe to unpack, and which cells does its XML mark as faulty?

Belongs here: limits against archives that unpack to far more than they weigh, and what the
workbook reader cannot tell (error cells and formulas without a value come from it as empty).
Does not belong here: the values of cells.

Nothing the archive's directory says is trusted: each part is inflated here, counted, thrown away.
"""

import re
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flask_babel import lazy_gettext as _

from marketplace.core.tables.errors import TableError
from marketplace.core.tables.recognition import not_a_table

MAX_FILE_BYTES = 100 * 1024**2
MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 1024**3
# Sheets of repeated cells reach about 100; deflate itself ends at 1,032.
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 1024**2
# The reader holds a dense rectangle up to the outermost cell, 32 bytes a cell, so that two cells
# in opposite corners of a sheet would take 500 GB.
MAX_CELLS = 20_000_000
# The reader copies a shared string into each cell that refers to it.
MAX_TEXT_BYTES = 512 * 1024**2
MAX_SHARED_STRINGS = 20_000_000
MAX_FAULTS = 100_000
CHUNK = 1 << 18
OVERLAP = 4_096

# The first four read what `_compact` leaves of the XML.
_REFERENCE = re.compile(rb'r="([A-Za-z]{0,3})([0-9]{1,8})"')
_SHARED_CELL = b't="s"'
_ERROR_TYPE = b't="e"'
# Every piece stops at the next "<" and, possessive, never goes back: no XML, however crafted, is
# read more than a few times.
_SHARED_INDEX = re.compile(rb"(<[^<>]*+>)<(?:\w++:)?v[^<>]*+>([0-9]{1,9})")
_SHARED_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")
_WORKBOOK = "xl/workbook.xml"
# Some programs number the workbook's part; calamine knows no name of it but `_WORKBOOK`.
_NUMBERED_WORKBOOK = re.compile(r"xl/workbook\d+\.xml", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_ERROR_CELL = re.compile(
    rb"""<(?:\w++:)?c(?=[^<>]*?\st\s*+=\s*+["']e["'])(\s[^<>]*+)>\s*+"""
    rb"""(?:<(?:\w++:)?f\b[^<>]*+>(?:[^<]*+</(?:\w++:)?f>\s*+)?+)?+"""
    rb"""<(?:\w++:)?v\b[^<>]*+>([^<]*+)</"""
)
_EMPTY_FORMULA = re.compile(
    rb"""<(?:\w++:)?c(\s[^<>]*+)>\s*+"""
    rb"""<(?:\w++:)?f\b[^<>]*+>(?:([^<]*+)</(?:\w++:)?f>\s*+)?+"""
    rb"""(?:<(?:\w++:)?v\b[^<>]*+>(?:</(?:\w++:)?v>)?+\s*+)?+</(?:\w++:)?c>"""
)
_PLACE = re.compile(rb"""\sr\s*+=\s*+["']([A-Z]{1,3})([0-9]{1,7})["']""")


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell without a usable value: `code` is `error_value` or `formula_without_value`."""

    code: str
    text: str


@dataclass(slots=True)
class PartScan:
    """What one pass over a part's XML found. `faults` maps (row from 1, column from 0)."""

    has_cells: bool = False
    last_row: int = 0
    last_column: int = 0
    shared_cells: int = 0
    shared_lengths: "array[int]" = field(default_factory=lambda: array("I"))
    faults: dict[tuple[int, int], CellFault] = field(default_factory=dict)


def scan_archive(path: Path) -> dict[str, PartScan]:
    """Unpack every part of the XLSX once without keeping it; what was seen, by part name.

    Raises TableError: `too_large`, `zip_bomb`, `too_many_cells`, `not_a_table` (another kind of
    ZIP), `unusual_workbook`, `password`, `xml_entities`, `broken_workbook`.
    """
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise TableError(
            "too_large",
            _(
                "XLSX 文件有 %(size)s MB，上限是 %(limit)s MB。请另存为 CSV，CSV 不限大小。",
                size=-(-size // 1024**2),
                limit=MAX_FILE_BYTES // 1024**2,
            ),
        )
    scans: dict[str, PartScan] = {}
    unpacked = 0
    with path.open("rb") as stream:
        entries = entries_of(stream)
        _check_directory(entries, size)
        for entry in entries:
            scan = scans[entry.filename] = PartScan()
            for chunk in _with_overlap(inflate(stream, entry, MAX_UNPACKED_BYTES - unpacked)):
                unpacked += len(chunk.fresh)
                _scan_chunk(scan, chunk)
        for scan in scans.values():
            if scan.last_row * (scan.last_column + 1) > MAX_CELLS:
                raise _too_many_cells()
        _check_shared_text(stream, entries, scans)
    return scans


def entries_of(stream: BinaryIO) -> list[ZipInfo]:
    """The directory of a ZIP, none of it trusted yet. Raises TableError: `broken_workbook`."""
    try:
        with ZipFile(stream) as archive:
            return archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise broken_workbook() from error


def broken_workbook() -> TableError:
    """The ZIP or the XML inside is damaged."""
    return TableError(
        "broken_workbook",
        _("这个 XLSX 文件已损坏，读不出来。请用表格软件打开，重新另存为 XLSX 或 CSV。"),
    )


@dataclass(frozen=True, slots=True)
class _Chunk:
    """New bytes, and the end of those before, so that no tag is cut."""

    before: bytes
    fresh: bytes


def _check_directory(entries: list[ZipInfo], size: int) -> None:
    names = {entry.filename for entry in entries}
    if not any(name.lower() == _WORKBOOK for name in names):
        raise _other_zip(names)
    check_sizes(entries, size)


def check_sizes(entries: list[ZipInfo], size: int) -> None:
    """Refuse a directory that announces more than a ZIP of `size` bytes sensibly holds.

    Raises TableError: `password`, `broken_workbook` (packed in an unknown way), `zip_bomb`.
    """
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise TableError(
            "password", _("这个工作簿设有密码，读不出来。请取消密码，另存为 XLSX 后再用。")
        )
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise broken_workbook()
    if (
        len(entries) > MAX_ENTRIES
        or len(names) < len(entries)
        or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES
        or sum(entry.compress_size for entry in entries) > size
        or any(_is_bomb(entry.file_size, entry.compress_size) for entry in entries)
    ):
        raise _zip_bomb()


def _other_zip(names: set[str]) -> TableError:
    if "word/document.xml" in names:
        return not_a_table(_("Word 文档"))
    if "ppt/presentation.xml" in names:
        return not_a_table(_("PowerPoint 演示文稿"))
    if "xl/workbook.bin" in names:
        return not_a_table(_("二进制工作簿（.xlsb）"))
    if "mimetype" in names and "content.xml" in names:
        return not_a_table(_("OpenDocument 文件"))
    if any(_NUMBERED_WORKBOOK.fullmatch(name) for name in names):
        return TableError(
            "unusual_workbook",
            _("这个 XLSX 的内部命名少见，这里读不了。请用表格软件打开，重新另存为 XLSX 或 CSV。"),
        )
    return not_a_table(_("ZIP 压缩包"))


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MAX_RATIO * max(packed, 1)


def inflate(stream: BinaryIO, entry: ZipInfo, allowance: int) -> Iterator[bytes]:
    """The part's true bytes, however many the directory announced; stops at the limits.

    Raises TableError: `broken_workbook`, `zip_bomb` (beyond `allowance` bytes or the usual ratio).
    """
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise broken_workbook()
    # APPNOTE.TXT 4.3.7: lengths of name and extra field at 26 and 28.
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    stream.seek(skip, 1)
    remaining = entry.compress_size
    produced = 0
    inflater = zlib.decompressobj(-15) if entry.compress_type == ZIP_DEFLATED else None
    waiting = b""
    while remaining or waiting:
        if not waiting:
            waiting = stream.read(min(CHUNK, remaining))
            if not waiting:
                raise broken_workbook()
            remaining -= len(waiting)
        if inflater is None:
            piece, waiting = waiting, b""
        else:
            try:
                piece = inflater.decompress(waiting, CHUNK)
            except zlib.error as error:
                raise broken_workbook() from error
            waiting = inflater.unconsumed_tail
        produced += len(piece)
        if produced > allowance or _is_bomb(produced, entry.compress_size):
            raise _zip_bomb()
        yield piece
        if inflater is not None and inflater.eof:
            return


def _with_overlap(pieces: Iterator[bytes]) -> Iterator[_Chunk]:
    before = b""
    for piece in pieces:
        yield _Chunk(before, piece)
        before = (before + piece)[-OVERLAP:]


def _scan_chunk(scan: PartScan, chunk: _Chunk) -> None:
    text = chunk.before + chunk.fresh
    if _DECLARATION.search(text):
        raise TableError(
            "xml_entities",
            _("这个 XLSX 里声明了外部实体，正常的工作簿没有。请用表格软件打开，另存为 XLSX。"),
        )
    _measure_shared_strings(scan, chunk, text)
    scan.has_cells = scan.has_cells or b"sheetData" in text
    if scan.has_cells:
        _scan_cells(scan, text)


def _scan_cells(scan: PartScan, text: bytes) -> None:
    compact = _compact(text)
    references = _REFERENCE.findall(compact)
    if references:
        columns = {letters for letters, _digits in references}
        rows = {digits for _letters, digits in references}
        scan.last_column = max(scan.last_column, *map(_column, columns))
        scan.last_row = max(scan.last_row, *map(int, rows))
    scan.shared_cells += compact.count(_SHARED_CELL)
    if _ERROR_TYPE in compact:
        for match in _ERROR_CELL.finditer(text):
            _note_fault(
                scan, match[1], CellFault("error_value", match[2].decode("utf-8", "replace"))
            )
    if b"<f" in compact or b":f" in compact:
        for match in _EMPTY_FORMULA.finditer(text):
            shown = "=" + (match[2] or b"").decode("utf-8", "replace")
            _note_fault(scan, match[1], CellFault("formula_without_value", shown))


def _compact(text: bytes) -> bytes:
    """XML without white space and with one kind of quotation mark, for simple, fast expressions."""
    return text.translate(None, b" \t\r\n").replace(b"'", b'"')


def _measure_shared_strings(scan: PartScan, chunk: _Chunk, text: bytes) -> None:
    lengths = scan.shared_lengths
    if not lengths and b"<sst" in text:
        lengths.append(0)
    if not lengths:
        return
    previous = 0
    for match in _SHARED_END.finditer(text):
        if match.end() <= len(chunk.before):
            continue
        end = match.end() - len(chunk.before)
        lengths[-1] += end - previous
        lengths.append(0)
        previous = end
    lengths[-1] += len(chunk.fresh) - previous
    if len(lengths) > MAX_SHARED_STRINGS:
        raise _too_many_cells()


def _note_fault(scan: PartScan, attributes: bytes, fault: CellFault) -> None:
    place = _PLACE.search(attributes)
    if place and len(scan.faults) < MAX_FAULTS:
        scan.faults[int(place[2]), _column(place[1])] = fault


def _check_shared_text(
    stream: BinaryIO, entries: list[ZipInfo], scans: dict[str, PartScan]
) -> None:
    lengths = max((scan.shared_lengths for scan in scans.values()), key=len)
    longest = max(lengths, default=0)
    if sum(scan.shared_cells for scan in scans.values()) * longest <= MAX_TEXT_BYTES:
        return
    total = 0
    for entry in entries:
        scan = scans[entry.filename]
        if not scan.shared_cells:
            continue
        known = 0
        for chunk in _with_overlap(inflate(stream, entry, MAX_UNPACKED_BYTES)):
            indexes = [
                int(index)
                for tag, index in _SHARED_INDEX.findall(_compact(chunk.before + chunk.fresh))
                if _SHARED_CELL in tag
            ]
            known += len(indexes)
            total += sum(lengths[index] for index in indexes if index < len(lengths))
        # A cell written in a way that the expression does not know counts as the longest.
        total += max(0, scan.shared_cells - known) * longest
        if total > MAX_TEXT_BYTES:
            raise _zip_bomb()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return max(number - 1, 0)


def _zip_bomb() -> TableError:
    return TableError(
        "zip_bomb",
        _(
            "这个 XLSX 解压后大得不正常，为安全起见没有读。"
            "请另存为 CSV，CSV 不限大小；或只保留需要的工作表。"
        ),
    )


def _too_many_cells() -> TableError:
    return TableError(
        "too_many_cells",
        _(
            "工作表的范围超过 %(limit)s 万格，可能有一格写在很远的行或列。"
            "请删去数据以外的行和列，或另存为 CSV。",
            limit=MAX_CELLS // 10_000,
        ),
    )
