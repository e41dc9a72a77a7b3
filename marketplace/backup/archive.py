"""The file of a backup: a tar, compressed by gzip, of which every byte is accounted for.

``manifest.json`` comes first and says what it is, then the database, then each stored file under
its SHA-256, and at the end ``members.json`` with size and SHA-256 of all that came before: without
it the file is incomplete. How a database becomes a file belongs to ``databases``.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError

FORMAT = 1
MANIFEST, MEMBERS, DATABASE, FILES = "manifest.json", "members.json", "database", "files/"
LONGEST_MANIFEST = 1 << 16
LONGEST_MEMBERS = 1 << 30
CHUNK = 1 << 20
# A dump is written once and read hardly ever; a higher level takes thrice the time for a tenth.
COMPRESSION = 4
_FILE = re.compile(r"files/([0-9a-f]{64})")

OnBytes = Callable[[int], None]


class BackupError(Exception):
    """The backup or the restore can't be done; the text is a sentence for the administrator."""


class Manifest(BaseModel):
    """What a backup says of itself. ``made_at`` is ISO 8601 in UTC."""

    format: int
    made_at: str
    commit: str
    schema_revision: str
    database: str
    mode: str


class _Member(BaseModel):
    size: int
    sha256: str


class _Members(BaseModel):
    members: dict[str, _Member]


@dataclass(frozen=True)
class Unpacked:
    """A backup that was found whole: its database as a file, and its stored files by SHA-256."""

    manifest: Manifest
    database: Path
    files: dict[str, Path]


class _Hashed:
    """A reader that keeps account of what was read."""

    def __init__(self, source: IO[bytes], on_bytes: OnBytes) -> None:
        self._source = source
        self._on_bytes = on_bytes
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        chunk = self._source.read(size)
        self.digest.update(chunk)
        self.size += len(chunk)
        self._on_bytes(len(chunk))
        return chunk


class Archive:
    """A backup being written."""

    def __init__(self, tar: tarfile.TarFile, on_bytes: OnBytes) -> None:
        self._tar = tar
        self._on_bytes = on_bytes
        self._members: dict[str, _Member] = {}

    def add(self, name: str, source: IO[bytes], size: int) -> str:
        """Put ``size`` bytes of ``source`` in under a name; returns their SHA-256."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(source, self._on_bytes)
        self._tar.addfile(info, cast(IO[bytes], hashed))
        digest = hashed.digest.hexdigest()
        self._members[name] = _Member(size=size, sha256=digest)
        return digest

    def add_manifest(self, manifest: Manifest) -> None:
        """Say what it is; comes first."""
        self._add_text(MANIFEST, manifest.model_dump_json(indent=1))

    def finish(self) -> None:
        """Account for everything; comes last."""
        members = _Members(members=self._members)
        self._add_text(MEMBERS, members.model_dump_json())

    def _add_text(self, name: str, text: str) -> None:
        content = text.encode()
        self.add(name, io.BytesIO(content), len(content))


@contextmanager
def writing_archive(target: Path, on_bytes: OnBytes) -> Iterator[Archive]:
    """Write a backup that appears under its name only when it is whole and on the disk.

    Nobody but the owner may read it.
    """
    partial = target.with_name(f".{target.name}.{uuid4().hex}.partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with (
                gzip.GzipFile("", "wb", COMPRESSION, raw) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                archive = Archive(tar, on_bytes)
                yield archive
                archive.finish()
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def unpack(
    source: Path, folder: Path, judge: Callable[[Manifest], None], on_bytes: OnBytes
) -> Unpacked:
    """Lay the content of a backup into an empty folder, and account for every byte of it.

    ``judge`` gets the manifest before anything else is read, and may refuse.

    :raises BackupError: when the file is no backup, isn't whole, or holds what none holds.
    """
    try:
        with source.open("rb") as raw:
            reader = cast(IO[bytes], _Hashed(raw, on_bytes))
            with tarfile.open(fileobj=reader, mode="r|gz") as tar:
                return _unpack(tar, folder, judge)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(
            _("这不是完整的备份：要么抄的时候断了，要么不是 market backup 写的。")
        ) from error
    except ValidationError as error:
        raise BackupError(_("备份的目录读不懂：它不是 market backup 写的。")) from error


def _unpack(tar: tarfile.TarFile, folder: Path, judge: Callable[[Manifest], None]) -> Unpacked:
    manifest: Manifest | None = None
    found: dict[str, _Member] = {}
    files: dict[str, Path] = {}
    for info in tar:
        name = info.name
        content = tar.extractfile(info) if info.isreg() else None
        if content is None or name in found or (manifest is None) != (name == MANIFEST):
            raise _foreign(name)
        if name == MANIFEST:
            text = _short(content, LONGEST_MANIFEST, name)
            found[name] = _member_of(text)
            manifest = _manifest(text)
            judge(manifest)
        elif name == MEMBERS:
            listed = _Members.model_validate_json(_short(content, LONGEST_MEMBERS, name))
            if listed.members != found or DATABASE not in found:
                raise BackupError(_("备份里的内容和它的目录不符，这个文件坏了。"))
            if manifest is not None and tar.next() is None:
                return Unpacked(manifest, folder / DATABASE, files)
            raise _foreign(name)
        elif name == DATABASE:
            found[name] = _lay(content, folder / DATABASE)
        elif match := _FILE.fullmatch(name):
            place = folder / match[1]
            found[name] = _lay(content, place)
            if found[name].sha256 != match[1]:
                raise BackupError(_("备份里的内容和它的目录不符，这个文件坏了。"))
            files[match[1]] = place
        else:
            raise _foreign(name)
    raise EOFError


def _manifest(text: bytes) -> Manifest:
    """The manifest; one of a later format is told apart from nonsense."""
    try:
        written = json.loads(text)
    except ValueError as error:
        raise EOFError from error
    found = written.get("format") if isinstance(written, dict) else None
    if isinstance(found, int) and found > FORMAT:
        raise BackupError(
            _("这个备份的格式（%(format)s）比本程序新。请先更新程序，再恢复。", format=found)
        )
    return Manifest.model_validate(written)


def _foreign(name: str) -> BackupError:
    shown = name[:100].encode("unicode_escape").decode()
    return BackupError(
        _("备份里有不该有的一项：%(name)s。它不是 market backup 写的，什么都没有动。", name=shown)
    )


def _short(content: IO[bytes], limit: int, name: str) -> bytes:
    text = content.read(limit + 1)
    if len(text) > limit:
        raise _foreign(name)
    return text


def _member_of(text: bytes) -> _Member:
    return _Member(size=len(text), sha256=hashlib.sha256(text).hexdigest())


def _lay(content: IO[bytes], place: Path) -> _Member:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return _Member(size=size, sha256=digest.hexdigest())
