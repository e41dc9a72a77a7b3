"""What an uploaded file is, by its content alone: neither its name nor its declared type counts.

Belongs here: telling what is accepted from everything else, and naming the rest. What an Office
document may hold belongs to ``office``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.attachments.office import office_kind
from marketplace.core.attachments.problems import UploadRefused, damaged, not_accepted
from marketplace.core.tables.recognition import (
    FOREIGN_STARTS,
    MARKUP_STARTS,
    OLE_START,
    ZIP_START,
)

HEAD_BYTES = 4096
TAIL_BYTES = 4096
# A reader looks for the end of a PDF in its last kilobyte (ISO 32000-1, annex H.3, note 18).
LARGEST_SIDE = 65_535
"""Pixels of one side of an image; no format of photographs has more."""

PNG = b"\x89PNG\r\n\x1a\n"
# The table of formats names these as what it doesn't read; here they are read.
_READ_HERE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
_OTHER_STARTS: tuple[tuple[bytes, LazyString], ...] = (
    (b"MZ", _l("Windows 程序")),
    (b"\x7fELF", _l("程序")),
    (b"\xca\xfe\xba\xbe", _l("程序")),
    (b"\xcf\xfa\xed\xfe", _l("程序")),
    (b"#!", _l("脚本")),
    (b"BM", _l("BMP 图片")),
    (b"II*\0", _l("TIFF 图片")),
    (b"MM\0*", _l("TIFF 图片")),
    *(entry for entry in FOREIGN_STARTS if entry[0] not in _READ_HERE),
)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)\b", re.IGNORECASE)
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Kind:
    """An accepted format: its media type and the ending of its names."""

    media_type: str
    ending: str


PDF_KIND = Kind("application/pdf", ".pdf")
PNG_KIND = Kind("image/png", ".png")
JPEG_KIND = Kind("image/jpeg", ".jpg")
WEBP_KIND = Kind("image/webp", ".webp")
_OOXML = "application/vnd.openxmlformats-officedocument"
OFFICE_KINDS = {
    "docx": Kind(f"{_OOXML}.wordprocessingml.document", ".docx"),
    "xlsx": Kind(f"{_OOXML}.spreadsheetml.sheet", ".xlsx"),
    "pptx": Kind(f"{_OOXML}.presentationml.presentation", ".pptx"),
}
# What a browser offers to choose from; more than one ending may stand for a format.
ACCEPTED_ENDINGS = ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,.pptx"


def recognise(stream: BinaryIO) -> Kind:
    """What the file is; leaves the stream at no place in particular.

    :raises UploadRefused: with codes ``empty``, ``not_accepted``, ``damaged``, ``old_office``,
        ``password``, and those of ``office``.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if not head.strip(b"\0 \t\r\n"):
        raise UploadRefused("empty", _l("这个文件是空的。请看看是不是选错了文件。"))
    if head.startswith(b"%PDF-"):
        return _pdf(stream, head, size)
    if head.startswith(PNG):
        return _png(stream, size)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(stream, size)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head, size)
    if head.startswith(ZIP_START):
        return OFFICE_KINDS[office_kind(stream, size)]
    raise _refusal(stream, head)


def _refusal(stream: BinaryIO, head: bytes) -> UploadRefused:
    if head.startswith(OLE_START):
        return _old_office(stream)
    if head[4:8] == b"ftyp":
        is_photograph = head[8:12] in (b"heic", b"heix", b"mif1", b"avif")
        return not_accepted(_l("HEIC 照片") if is_photograph else _l("视频或音频"))
    for start, kind in _OTHER_STARTS:
        if head.startswith(start):
            return not_accepted(kind)
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").replace(b"\0", b"").lower()
    if text.startswith(MARKUP_STARTS) or _MARKUP.search(text):
        return not_accepted(_l("网页或 XML"))
    controls = sum(head.count(byte) for byte in range(0x20) if byte not in (0x09, 0x0A, 0x0D))
    return not_accepted(_l("文字") if not controls else _l("认不出的一种"))


def _old_office(stream: BinaryIO) -> UploadRefused:
    """An Office file with a password is the same kind of container ([MS-OFFCRYPTO] 1.3.2)."""
    stream.seek(0)
    before = b""
    while chunk := stream.read(1 << 20):
        if _ENCRYPTED_OFFICE in before + chunk:
            return UploadRefused("password", _l("这个文件设有密码，别人打不开。请取消密码再传。"))
        before = chunk[-len(_ENCRYPTED_OFFICE) :]
    return UploadRefused(
        "old_office",
        _l(
            "这是旧式的 Office 文件（.doc、.xls、.ppt），里面可能有宏，这里不收。"
            "请打开它，另存为 DOCX、XLSX、PPTX 或 PDF 再传。"
        ),
    )


def _pdf(stream: BinaryIO, head: bytes, size: int) -> Kind:
    # A page may hide before the first object: what a browser reads as one, no PDF needs there.
    if _MARKUP.search(head[:1024]):
        raise not_accepted(_l("装成 PDF 的网页"))
    stream.seek(max(0, size - TAIL_BYTES))
    tail = stream.read(TAIL_BYTES)
    if not re.match(rb"%PDF-[12]\.\d", head) or b"%%EOF" not in tail or b"startxref" not in tail:
        raise damaged(_l(" PDF"))
    return PDF_KIND


def _png(stream: BinaryIO, size: int) -> Kind:
    """Chunks from IHDR to IEND, and nothing after (PNG specification, part 5)."""
    stream.seek(len(PNG))
    is_first = True
    while True:
        header = stream.read(8)
        length = int.from_bytes(header[:4], "big")
        name = header[4:]
        if len(header) < 8 or is_first != (name == b"IHDR") or length > size:
            raise damaged(_l(" PNG 图片"))
        if is_first:
            sides = stream.read(8)
            _check_sides(int.from_bytes(sides[:4], "big"), int.from_bytes(sides[4:], "big"))
            stream.seek(-8, os.SEEK_CUR)
            is_first = False
        end = stream.seek(length + 4, os.SEEK_CUR)
        if name == b"IEND":
            if end != size:
                raise damaged(_l(" PNG 图片"))
            return PNG_KIND


def _jpeg(stream: BinaryIO, size: int) -> Kind:
    """Segments from SOI over a frame to the scan (ITU-T T.81, annex B).

    Telephones put more after the end of the image, so that is borne.
    """
    place, has_frame = 2, False
    while place + 4 <= size:
        stream.seek(place)
        marker = stream.read(4)
        if marker[0] != 0xFF:
            break
        if marker[1] == 0xFF:
            place += 1
            continue
        length = int.from_bytes(marker[2:], "big")
        is_frame = 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC)
        if is_frame:
            sides = stream.read(5)
            _check_sides(int.from_bytes(sides[1:3], "big"), int.from_bytes(sides[3:], "big"))
            has_frame = True
        if marker[1] == 0xDA:
            if has_frame and _has_end_of_image(stream):
                return JPEG_KIND
            break
        place += 2 + max(length, 2)
    raise damaged(_l(" JPEG 图片"))


def _has_end_of_image(stream: BinaryIO) -> bool:
    before = b""
    while chunk := stream.read(1 << 20):
        if b"\xff\xd9" in before + chunk:
            return True
        before = chunk[-1:]
    return False


def _webp(head: bytes, size: int) -> Kind:
    told = int.from_bytes(head[4:8], "little") + 8
    if head[12:16] not in (b"VP8 ", b"VP8L", b"VP8X") or told not in (size, size - 1):
        raise damaged(_l(" WebP 图片"))
    return WEBP_KIND


def _check_sides(width: int, height: int) -> None:
    if not 0 < width <= LARGEST_SIDE or not 0 < height <= LARGEST_SIDE:
        raise damaged(_l(" 图片"))
