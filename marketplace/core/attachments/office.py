"""Whether a ZIP is a document of Word, Excel or PowerPoint, and holds nothing that acts.

Limits against archives that unpack to far more than they weigh are those of tables.
"""

from __future__ import annotations

import re
from typing import BinaryIO
from zipfile import ZipInfo

from flask_babel import lazy_gettext as _l

from marketplace.core.attachments.problems import UploadRefused, damaged, not_accepted
from marketplace.core.tables.archive import check_sizes, entries_of, inflate
from marketplace.core.tables.errors import TableError

MAX_UNPACKED_BYTES = 256 * 1024**2
LONGEST_TYPES = 4 * 1024**2
TYPES = "[content_types].xml"

_MAIN = {
    b"wordprocessingml.document.main+xml": ("docx", "word/"),
    b"spreadsheetml.sheet.main+xml": ("xlsx", "xl/"),
    b"presentationml.presentation.main+xml": ("pptx", "ppt/"),
}
# ECMA-376 knows none of these in documents without macros ([MS-OFFMACRO2]).
_ACTIVE = re.compile(
    r"vbaproject|vbadata|(^|/)macrosheets/|(^|/)activex/|\.(exe|dll|js|vbs|bat|cmd|ps1|scr)$"
)
_DECLARATION = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_XML_ENDINGS = (".xml", ".rels", ".vml")
OVERLAP = 64


def office_kind(stream: BinaryIO, size: int) -> str:
    """``docx``, ``xlsx`` or ``pptx``; every part was unpacked once, counted and thrown away.

    :raises UploadRefused: ``zip_bomb``, ``password``, ``xml_entities``, ``macros``, ``damaged``,
        or ``not_accepted`` for another kind of ZIP.
    """
    try:
        entries = entries_of(stream)
        check_sizes(entries, size)
        types = _check_parts(stream, entries)
    except TableError as error:
        raise _refusal(error) from error
    names = [entry.filename.lower() for entry in entries]
    if b"macroenabled" in types or any(_ACTIVE.search(name) for name in names):
        raise UploadRefused(
            "macros",
            _l("这个 Office 文件里有宏或别的程序，这里不收。请另存为不含宏的 DOCX、XLSX 或 PPTX。"),
        )
    kinds = [
        kind
        for mark, (kind, folder) in _MAIN.items()
        if mark in types and any(name.startswith(folder) for name in names)
    ]
    if len(kinds) != 1:
        raise _other_zip(names)
    return kinds[0]


def _check_parts(stream: BinaryIO, entries: list[ZipInfo]) -> bytes:
    """The part that says what each part is, in small letters."""
    types, unpacked = bytearray(), 0
    for entry in entries:
        name = entry.filename.lower()
        before = b""
        for piece in inflate(stream, entry, MAX_UNPACKED_BYTES - unpacked):
            unpacked += len(piece)
            if name.endswith(_XML_ENDINGS):
                # In UTF-16 each letter of the declaration has a zero beside it.
                text = (before + piece).replace(b"\0", b"")
                if _DECLARATION.search(text):
                    raise TableError("xml_entities", _l("声明了外部实体"))
                before = (before + piece)[-OVERLAP:]
            if name == TYPES and len(types) < LONGEST_TYPES:
                types += piece.replace(b"\0", b"").lower()
    return bytes(types)


def _refusal(error: TableError) -> UploadRefused:
    if error.code == "zip_bomb":
        return UploadRefused(
            "zip_bomb", _l("这个文件解压后大得不正常，为安全起见没有收。请另存为 PDF 再传。")
        )
    if error.code == "password":
        return UploadRefused("password", _l("这个文件设有密码，别人打不开。请取消密码再传。"))
    if error.code == "xml_entities":
        return UploadRefused(
            "xml_entities",
            _l(
                "这个 Office 文件里声明了外部实体，正常的文件没有。请用办公软件打开，重新保存再传。"
            ),
        )
    return damaged(_l(" Office 文件"))


def _other_zip(names: list[str]) -> UploadRefused:
    if "mimetype" in names and "content.xml" in names:
        return not_accepted(_l("OpenDocument 文件"))
    if "xl/workbook.bin" in names:
        return not_accepted(_l("二进制工作簿（.xlsb）"))
    return not_accepted(_l("ZIP 压缩包"))
