"""Making a backup, while the market runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from marketplace.backup.archive import (
    DATABASE,
    FILES,
    FORMAT,
    BackupError,
    Manifest,
    writing_archive,
)
from marketplace.backup.databases import database
from marketplace.core.db import now
from marketplace.core.files import FileStore
from marketplace.core.schema import schema_revision
from marketplace.operations.build import commit_of
from marketplace.settings import Settings

# The share of the work that copying the database is; packing takes longer.
COPYING = 0.3
STAGING = ".market-backup-"

OnShare = Callable[[float], None]


@dataclass(frozen=True)
class Made:
    """A backup that was made: where it lies, its size in bytes, what is in it, how long it took."""

    manifest: Manifest
    path: Path
    size: int
    files: int
    seconds: float


def make_backup(
    target: Path, *, overwrite: bool = False, on_share: OnShare = lambda _share: None
) -> Made:
    """Write database and stored files of the running market into one file.

    Neither the index, which is built again, nor any secret of the environment is in it. The file
    appears under its name when it is complete; ``on_share`` hears how far it is (0–1).

    :raises BackupError: with a sentence; nothing is left behind.
    """
    began = time.monotonic()
    _refuse_unless_writable(target, overwrite)
    source = database()
    source.make_ready()
    revision = schema_revision()
    if revision is None:
        raise BackupError(_("这里还没有市场，没有什么可备份的。"))
    try:
        with _staging(target.parent) as folder:
            copy = folder / DATABASE
            source.dump(copy, lambda share: on_share(COPYING * share))
            # Listed after the copy was made: what it names is among them.
            files: FileStore = current_app.extensions["files"]
            contents = sorted(files.contents(), key=lambda one: one.sha256)
            manifest = _manifest(source.kind, revision)
            total = copy.stat().st_size + sum(one.size for one in contents)
            packed = 0

            def on_bytes(count: int) -> None:
                nonlocal packed
                packed += count
                on_share(min(COPYING + (1 - COPYING) * packed / max(total, 1), 1.0))

            whole = folder / target.name
            with writing_archive(whole, on_bytes) as archive:
                archive.add_manifest(manifest)
                with copy.open("rb") as handle:
                    archive.add(DATABASE, handle, copy.stat().st_size)
                for content in contents:
                    with files.open(content.sha256) as stored:
                        found = archive.add(FILES + content.sha256, stored, content.size)
                    if found != content.sha256:
                        raise BackupError(
                            _("存着的文件 %(name)s 坏了，备份没有做成。", name=content.sha256)
                        )
            whole.replace(target)
    except OSError as error:
        raise BackupError(
            _("写不了 %(path)s：%(reason)s。", path=target, reason=error.strerror or error)
        ) from error
    return Made(manifest, target, target.stat().st_size, len(contents), time.monotonic() - began)


@contextmanager
def _staging(beside: Path) -> Iterator[Path]:
    """A folder for what is half-done, locked as long as it is in use.

    Those of backups that were killed go first: whole copies of the database lie in them.
    """
    for left in beside.glob(f"{STAGING}*"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=beside) as folder, _locked(Path(folder)):
        yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, which ends with the process. Raises OSError when another has it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _refuse_unless_writable(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise BackupError(_("%(path)s 是文件夹，请写出文件名。", path=target))
    if target.exists() and not overwrite:
        raise BackupError(_("%(path)s 已经有了。要换掉它，请加 --overwrite。", path=target))
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise BackupError(_("写不进文件夹 %(path)s。", path=target.parent))


def _manifest(kind: str, revision: str) -> Manifest:
    settings: Settings = current_app.extensions["settings"]
    return Manifest(
        format=FORMAT,
        made_at=now().isoformat(timespec="seconds"),
        commit=commit_of(settings),
        schema_revision=revision,
        database=kind,
        mode=settings.mode.value,
    )
