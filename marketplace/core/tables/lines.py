"""Bytes to lines with exact positions, in constant memory.

Belongs here: splitting a byte stream. Decoding and meaning belong to the readers.
"""

from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 18
# A record of 38 columns of long text stays far below; a file without line ends must not be
# collected in memory.
LINE_LIMIT = 8_000_000


def read_lines(stream: BinaryIO, at: int, newline: bytes) -> Iterator[tuple[bytes | None, int]]:
    """The lines from byte `at` on, each without its line end, with the offset after it.

    `newline` is the line end in the file's encoding: one byte, or two for UTF-16. A line over
    LINE_LIMIT bytes comes as None. In UTF-8 and GB18030 the byte 0x0A is never part of a longer
    character, so lines can be cut before decoding, and a wrong byte spoils one line only.
    """
    stream.seek(at)
    rest = b""
    is_overlong = False
    while chunk := stream.read(CHUNK):
        parts = (rest + chunk).split(newline)
        if len(newline) == 2:
            parts = _join_misaligned(parts, newline)
        rest = parts.pop()
        for part in parts:
            at += len(part) + len(newline)
            yield (None if is_overlong else part), at
            is_overlong = False
        if len(rest) > LINE_LIMIT:
            # Keep an even number of bytes so that UTF-16 stays aligned.
            dropped = len(rest) & ~1
            at += dropped
            rest = rest[dropped:]
            is_overlong = True
    if rest or is_overlong:
        yield (None if is_overlong else rest), at + len(rest)


def _join_misaligned(parts: list[bytes], newline: bytes) -> list[bytes]:
    """Undo the cuts of UTF-16 text that fell between the halves of two characters.

    上 is 0A 4E, so the bytes of a line end can straddle two characters; such a cut leaves an odd
    number of bytes before it.
    """
    whole: list[bytes] = []
    pending: bytes | None = None
    for place, part in enumerate(parts):
        joined = part if pending is None else pending + newline + part
        pending = None
        if len(joined) % 2 == 0 or place == len(parts) - 1:
            whole.append(joined)
        else:
            pending = joined
    return whole
