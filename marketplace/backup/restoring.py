"""Restoring a backup into a market that stands still.

Everything is unpacked and accounted for before anything changes. Then the stored files come in,
which harms nobody; then the database is exchanged in one step; what follows (surplus files, newer
schema, index) can be done again at any time, and is, by the next preparation, where it was cut off.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from marketplace.backup.archive import BackupError, Manifest, Unpacked, unpack
from marketplace.backup.databases import Database, database, holds_data
from marketplace.catalogue.indexing import count_published, search_service
from marketplace.core.files import FileStore
from marketplace.core.locks import exclusive_in_folder
from marketplace.core.schema import known_revisions
from marketplace.preparation import mark_index_stale, prepare_market
from marketplace.settings import Settings

STAGING = "restore-"
UNPACKING, INDEXING = 0.4, 0.6

OnShare = Callable[[float], None]


@dataclass(frozen=True)
class Restored:
    """What is there after a restore."""

    manifest: Manifest
    published: int
    documents: int
    files: int


class RestoreUnfinished(BackupError):
    """The data are restored, but not all that follows from them."""


def restore_backup(
    source: Path, *, replace: bool = False, on_share: OnShare = lambda _share: None
) -> Restored:
    """Put database and stored files of a backup into the market of the settings.

    ``on_share`` hears how far it is (0–1). The index is built again.

    :raises BackupError: with a sentence; the market is as it was before, but for
        :class:`RestoreUnfinished`, after which the next start finishes.
    """
    settings: Settings = current_app.extensions["settings"]
    with exclusive_in_folder("server") as is_alone:
        if not is_alone:
            raise BackupError(
                _("有一个服务在用 %(folder)s。请先停下它，再恢复。", folder=settings.data_dir)
            )
        if not replace and holds_data():
            raise BackupError(_("这个市场里已经有数据。要用备份换掉它们，请加 --replace。"))
        target = database()
        target.make_ready()
        for left in settings.data_dir.glob(f"{STAGING}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=settings.data_dir) as folder:
            unpacked = _unpack(source, Path(folder), target, on_share)
            target.check(unpacked.database, unpacked.manifest.schema_revision)
            _put_in(unpacked, target)
        return _finish(unpacked, on_share)


def _unpack(source: Path, folder: Path, target: Database, on_share: OnShare) -> Unpacked:
    done, total = 0, max(source.stat().st_size, 1)

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        on_share(min(UNPACKING * done / total, UNPACKING))

    def judge(manifest: Manifest) -> None:
        if manifest.database != target.kind:
            raise BackupError(
                _(
                    "备份来自 %(theirs)s，这个市场用的是 %(ours)s："
                    "恢复只能在同一种数据库之间进行。",
                    theirs=NAMES.get(manifest.database, manifest.database[:20]),
                    ours=NAMES[target.kind],
                )
            )
        if manifest.schema_revision not in known_revisions():
            raise BackupError(
                _(
                    "备份的结构版本是 %(theirs)s，本程序只到 %(ours)s。请先更新程序，再恢复。",
                    theirs=manifest.schema_revision[:20],
                    ours=known_revisions()[0],
                )
            )

    try:
        return unpack(source, folder, judge, on_bytes)
    except OSError as error:
        raise BackupError(
            _("读不了 %(path)s：%(reason)s。", path=source, reason=error.strerror or error)
        ) from error


NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _put_in(unpacked: Unpacked, target: Database) -> None:
    """Files first: the database must never name one that isn't there."""
    files: FileStore = current_app.extensions["files"]
    there = {one.sha256 for one in files.contents()}
    added = [sha256 for sha256 in unpacked.files if sha256 not in there]
    try:
        for sha256 in added:
            with unpacked.files[sha256].open("rb") as handle:
                files.save(handle, unpacked.files[sha256].stat().st_size)
        mark_index_stale()
        target.replace(unpacked.database)
    except (BackupError, OSError) as error:
        # The old database is still there, for sure. After any other end it may be either of the
        # two, and a content too many harms nobody.
        for sha256 in added:
            files.remove(sha256)
        raise error if isinstance(error, BackupError) else _unwritable(error) from error


def _unwritable(error: OSError) -> BackupError:
    return BackupError(
        _(
            "写不进数据文件夹：%(reason)s。市场还是原来的样子。",
            reason=error.strerror or error,
        )
    )


def _finish(unpacked: Unpacked, on_share: OnShare) -> Restored:
    files: FileStore = current_app.extensions["files"]
    try:
        for content in list(files.contents()):
            if content.sha256 not in unpacked.files:
                files.remove(content.sha256)
        on_share(INDEXING)
        prepare_market(
            on_indexing=lambda done, total: on_share(
                INDEXING + (1 - INDEXING) * done / max(total, 1)
            )
        )
        published, documents = count_published(), search_service().health().documents
        on_share(1.0)
    except BaseException as error:
        raise RestoreUnfinished(
            _(
                "数据已经恢复，索引还没有建好：在这台机器上启动服务，"
                "或再运行一次 market restore --replace，就会接着做完。"
            )
        ) from error
    return Restored(unpacked.manifest, published, documents, len(unpacked.files))
