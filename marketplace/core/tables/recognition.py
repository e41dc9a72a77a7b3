"""What kind of file this is, by its content: the format, and for text its encoding.

Belongs here: telling CSV, JSONL and XLSX from one another and from everything else, and refusing
the rest by name. Reading rows does not belong here.
"""

import mmap
from codecs import getincrementaldecoder
from dataclasses import dataclass
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.core.tables.errors import TableError, empty_file
from marketplace.core.tables.table import Format

SAMPLE = 1 << 16

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN_STARTS: tuple[tuple[bytes, LazyString], ...] = (
    (b"%PDF", _("PDF 文档")),
    (b"\x89PNG", _("PNG 图片")),
    (b"\xff\xd8\xff", _("JPEG 图片")),
    (b"GIF8", _("GIF 图片")),
    (b"\x1f\x8b", _("gzip 压缩包")),
    (b"PK\x05\x06", _("空的 ZIP 压缩包")),
    (b"7z\xbc\xaf\x27\x1c", _("7z 压缩包")),
    (b"Rar!", _("RAR 压缩包")),
    (b"BZh", _("bzip2 压缩包")),
    (b"\xfd7zXZ", _("xz 压缩包")),
    (b"\x28\xb5\x2f\xfd", _("zstd 压缩包")),
    (b"SQLite format 3", _("SQLite 数据库")),
    (b"{\\rtf", _("RTF 文档")),
)
MARKUP_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
UTF_32_MARKS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et")
SEPARATORS = frozenset(",;\t|")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A format; for text also its Python encoding, where the text starts (bytes), its beginning."""

    format: Format
    encoding: str = ""
    start: int = 0
    sample: str = ""


def recognise(path: Path) -> Recognised:
    """What the file at `path` is. Its name only decides between CSV and JSONL when both fit.

    A CSV that is called a workbook is read, any other text is not.

    Raises TableError: `empty_file`, `not_a_table`, `password`, `old_workbook`, `binary`,
    `encoding`, `json_array`, `json_not_lines`.
    """
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    if not head.strip():
        raise empty_file()
    if head.startswith(ZIP_START):
        return Recognised("xlsx")
    if head.startswith(OLE_START):
        raise _old_office_file(path)
    for start, kind in FOREIGN_STARTS:
        if head.startswith(start):
            raise not_a_table(kind)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP_STARTS):
        raise not_a_table(_("网页或 XML"))
    is_named_workbook = path.suffix.lower() in WORKBOOK_SUFFIXES
    try:
        encoding, start_of_text = _encoding(path, head)
    except TableError as error:
        if is_named_workbook:
            raise _not_a_workbook() from error
        raise
    decoder = getincrementaldecoder(encoding)(errors="replace")
    sample = decoder.decode(head[start_of_text:], final=len(head) < SAMPLE)
    if not sample.strip("\ufeff \t\r\n\0"):
        raise empty_file()
    format_ = _text_format(path, sample.lstrip())
    if is_named_workbook and format_ == "csv" and not _has_rows_of_cells(sample):
        raise _not_a_workbook()
    return Recognised(format_, encoding, start_of_text, sample)


def not_a_table(kind: LazyString) -> TableError:
    """The file is something that is no table, and is known by name."""
    return TableError(
        "not_a_table",
        _("这个文件的内容是%(kind)s，不是表格。请使用 CSV、JSONL 或 XLSX 文件。", kind=kind),
    )


def _not_a_workbook() -> TableError:
    return TableError(
        "not_a_table",
        _(
            "这个文件的名称像工作簿，内容却不是表格。"
            "请用表格软件打开原来的表，另存为 XLSX 或 CSV（UTF-8 编码），再试一次。"
        ),
    )


def _has_rows_of_cells(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and not SEPARATORS.isdisjoint(lines[0])


def _old_office_file(path: Path) -> TableError:
    # An XLSX with a password is an OLE container with a stream of this name ([MS-OFFCRYPTO] 1.3.2).
    stream_name = "EncryptedPackage".encode("utf-16-le")
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        is_encrypted = content.find(stream_name) >= 0
    if is_encrypted:
        return TableError(
            "password", _("这个工作簿设有密码，读不出来。请取消密码，另存为 XLSX 后再用。")
        )
    return TableError(
        "old_workbook",
        _("这是旧式的 Office 文件（如 .xls、.doc）。请用表格软件打开，另存为 XLSX 或 CSV。"),
    )


def _text_format(path: Path, text: str) -> Format:
    is_named_json = path.suffix.lower() in JSON_SUFFIXES
    first_line = text.split("\n", 1)[0].strip()
    if text.startswith("[") and (is_named_json or text[1:].lstrip().startswith("{")):
        raise TableError(
            "json_array",
            _("这个文件是一整个 JSON 数组。请改成 JSONL：每行一个 JSON 对象，行末没有逗号。"),
        )
    if first_line == "{":
        raise TableError(
            "json_not_lines",
            _("这个文件里的 JSON 对象分成了多行。请改成 JSONL：每行一个完整的 JSON 对象。"),
        )
    return "jsonl" if is_named_json or text.startswith("{") else "csv"


def _encoding(path: Path, head: bytes) -> tuple[str, int]:
    if head.startswith(UTF_32_MARKS):
        raise _unknown_encoding()
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    controls = sum(head.count(byte) for byte in range(0x20) if byte not in (0x09, 0x0A, 0x0D))
    if controls * 20 > len(head):
        # Also UTF-16 without a byte order mark, whose order would be a guess.
        raise TableError(
            "binary",
            _("这个文件不是文本，也不是 XLSX。请使用 CSV（UTF-8 编码）、JSONL 或 XLSX 文件。"),
        )
    return _encoding_without_mark(_first_block_with_more_than_ascii(path)), 0


def _first_block_with_more_than_ascii(path: Path) -> list[bytes]:
    # The beginning may be all ASCII (an English header) and the first 汉字 stand far below.
    with path.open("rb") as stream:
        while block := stream.read(SAMPLE):
            if not block.isascii():
                block += stream.read(SAMPLE)
                # All before was ASCII, so the block begins between two characters.
                return [line for line in block.split(b"\n") if not line.isascii()]
    return []


def _encoding_without_mark(lines: list[bytes]) -> str:
    """UTF-8 or GB18030, by what most of these lines (all with more than ASCII) can be read as."""
    if not lines:
        return "utf-8"
    if 2 * sum(_is_readable(line, "utf-8") for line in lines) >= len(lines):
        return "utf-8"
    readable = [line for line in lines if _is_readable(line, "gb18030")]
    common_in_gb = _share_of_common_characters(readable, leads=((0xA1, 0xA3), (0xB0, 0xD7)))
    if 2 * len(readable) < len(lines) or common_in_gb < 0.5:
        raise _unknown_encoding()
    in_big5 = [line for line in lines if _is_readable(line, "big5")]
    if len(in_big5) >= len(readable):
        common_in_big5 = _share_of_common_characters(
            in_big5, leads=((0xA1, 0xA3), (0xA4, 0xC6)), lowest_trail=0x40
        )
        if common_in_big5 > common_in_gb:
            raise _unknown_encoding()
    return "gb18030"


def _is_readable(line: bytes, encoding: str) -> bool:
    try:
        # Not final: a sample may end inside a character.
        getincrementaldecoder(encoding)().decode(line)
    except UnicodeDecodeError:
        return False
    return True


def _share_of_common_characters(
    lines: list[bytes], leads: tuple[tuple[int, int], ...], lowest_trail: int = 0xA1
) -> float:
    """Share of two-byte characters whose bytes lie where the standard keeps the common ones.

    GB 2312 has punctuation in rows A1–A3 and its 3,755 common 汉字 in B0–D7; Big5 its 5,401 in
    A4–C6. Almost any bytes are some GB18030 text; only real Chinese text uses common characters.
    """
    common = total = 0
    for line in lines:
        place = 0
        while place < len(line) - 1:
            lead, trail = line[place], line[place + 1]
            if lead < 0x80:
                place += 1
                continue
            place += 2
            total += 1
            if trail >= lowest_trail and any(low <= lead <= high for low, high in leads):
                common += 1
    return common / total if total else 0.0


def _unknown_encoding() -> TableError:
    return TableError(
        "encoding",
        _("认不出文件的文字编码。请把文件另存为 UTF-8（Excel 里选“CSV UTF-8”），再试一次。"),
    )
