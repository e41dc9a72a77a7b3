"""``market backup`` and ``market restore``."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from marketplace.backup.archive import BackupError
from marketplace.backup.making import make_backup
from marketplace.backup.restoring import restore_backup
from marketplace.core.commandline import Command, json_option, option

FAILED = 2
# What a shell says of a program that a signal ended, less the signal's number.
SIGNALLED = 128
MEGABYTE = 1_000_000


@click.command(
    cls=Command,
    help=_l(
        "把数据库和存着的文件写进一个文件，市场照常运行。索引不在里面（恢复时重建），"
        "MARKET_SECRET_KEY 之类的口令也不在里面，请另外保管。"
        "退出码 0：写好了；2：没有写成，什么也没有留下。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--overwrite", is_flag=True, help=_l("已经有这个文件就换掉它。"))
@json_option
def backup(file: Path, overwrite: bool, as_json: bool) -> None:
    """Exit codes: 0 made; 2 not made, and nothing is left."""
    try:
        with _ending_well(), _progress(_("备份")) as on_share:
            made = make_backup(file, overwrite=overwrite, on_share=on_share)
    except BackupError as error:
        _refuse(error, as_json=as_json)
    if as_json:
        report = {
            "file": str(made.path),
            "bytes": made.size,
            "files": made.files,
            "seconds": round(made.seconds, 3),
            **made.manifest.model_dump(),
        }
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(
        _(
            "备份好了：%(path)s，%(size)s MB，结构版本 %(revision)s，%(files)s 个文件，"
            "用了 %(seconds)s 秒。",
            path=click.format_filename(made.path),
            size=f"{made.size / MEGABYTE:,.1f}",
            revision=made.manifest.schema_revision,
            files=f"{made.files:,}",
            seconds=f"{made.seconds:.1f}",
        )
    )
    click.echo(_("里面没有索引，也没有口令；MARKET_SECRET_KEY 请另外保管。"))


@click.command(
    cls=Command,
    help=_l(
        "从 market backup 写的文件恢复。先核对整个文件，再动市场；服务要先停下。"
        "恢复之后重建索引。退出码 0：恢复了；2：没有恢复，或要再来一次。"
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--replace", is_flag=True, help=_l("市场里已经有数据，用备份换掉它们。"))
@json_option
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Exit codes: 0 restored; 2 not, or not wholly."""
    try:
        with _ending_well(), _progress(_("恢复")) as on_share:
            restored = restore_backup(file, replace=replace, on_share=on_share)
    except BackupError as error:
        _refuse(error, as_json=as_json)
    if as_json:
        report = {
            "published": restored.published,
            "documents": restored.documents,
            "files": restored.files,
            **restored.manifest.model_dump(),
        }
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(
        _(
            "恢复了 %(moment)s（UTC）的备份：公开的记录 %(published)s 条，索引里 %(documents)s 条，"
            "文件 %(files)s 个。",
            moment=restored.manifest.made_at[:19].replace("T", " "),
            published=f"{restored.published:,}",
            documents=f"{restored.documents:,}",
            files=f"{restored.files:,}",
        )
    )


@contextmanager
def _ending_well() -> Iterator[None]:
    """At a SIGTERM clear away what is half-done, as at Ctrl-C."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(SIGNALLED + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[float], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), transient=True, console=console) as bar:
        row = bar.add_task(title, total=1.0)
        yield lambda share: bar.update(row, completed=share)


def _refuse(error: BackupError, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
    else:
        click.echo(str(error), err=True)
    sys.exit(FAILED)
