"""Commands about files: ``market import`` and ``market template``, for every kind of record."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from marketplace.catalogue.importing import (
    ImportReport,
    Progress,
    Target,
    catalogue_target,
    import_into,
)
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.template import write_template
from marketplace.contracts.saving import contract_target
from marketplace.core.actor import system
from marketplace.core.commandline import Command, json_option, option
from marketplace.core.i18n import listed
from marketplace.core.outbox import drain
from marketplace.core.outbox_upkeep import backlog
from marketplace.core.tables import RowError, TableError

CONTRACTS = "contracts"
KINDS = {
    "results": "result",
    "patents": "patent",
    "demands": "demand",
    "projects": "project",
    "organisations": "organisation",
    CONTRACTS: CONTRACTS,
}
OBJECTS_BETWEEN_COLLECTIONS = 200_000
SECONDS_BETWEEN_LINES = 5.0
SHOWN_LINES = 5
INDEX_POLL_SECONDS = 0.5
# About two seconds' worth, so that the progress can be told in between.
INDEX_STEP = 5_000

kind_argument = click.argument("kind", type=click.Choice(list(KINDS)))
file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.command(
    "import",
    cls=Command,
    help=_l("把 CSV、JSONL 或 XLSX 文件导入市场；中断后用同样的命令接着导。"),
)
@kind_argument
@file_argument
@option("--mapping", help=_l("列名对照：JSON 文件，或 字段=列名,字段=列名。"))
@option("--errors", type=click.Path(path_type=Path), help=_l("错误清单写到哪里（CSV）。"))
@option("--source", help=_l("记录的来源，不写就是文件名。"))
@option(
    "--released",
    "is_released",
    is_flag=True,
    help=_l("合同是已办结的登记册，导入就计入台账；不写就等第二个人放行。"),
)
@json_option
def import_command(
    kind: str,
    file: Path,
    mapping: str | None,
    errors: Path | None,
    source: str | None,
    is_released: bool,
    as_json: bool,
) -> None:
    """Exit codes: 0 every row is in; 1 some rows are not; 2 the file can't be used."""
    if is_released and kind != CONTRACTS:
        raise click.UsageError(_("--released 只用于导入合同。"))
    few_collections()
    try:
        with _shown_progress() as show:
            report = import_into(
                system("import"),
                _target(kind, is_released=is_released),
                file,
                mapping=_read_mapping(mapping),
                errors_path=errors,
                source=source,
                on_progress=show,
            )
    except TableError as error:
        _refuse(error, as_json=as_json)
    except KeyboardInterrupt:
        click.echo(_("已停下。已经导入的都保存了，再用同样的命令就从这里接着导。"), err=True)
        sys.exit(1)
    try:
        if kind != CONTRACTS:
            _wait_for_index()
    except KeyboardInterrupt:
        click.echo(_("没有再等索引。数据都导入了，索引会由后台进程跟上。"), err=True)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        _print_report(report)
    sys.exit(1 if report.failed else 0)


def few_collections() -> None:
    """Look for cycles seldom: rows make none, and it took an eighth of the time of 20,000 rows."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _target(kind: str, *, is_released: bool) -> Target:
    if kind == CONTRACTS:
        return contract_target(is_history=is_released)
    return catalogue_target(KINDS[kind])


def _wait_for_index() -> None:
    """Stay until everything is findable: by the worker that is at it, else by this process.

    Not while the search takes nothing: that may last, and the data are in.
    """
    said_at: float | None = None
    while due := backlog().due:
        if said_at is None:
            said_at = monotonic()
            click.echo(_("正在等索引跟上……"), err=True)
        elif monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            said_at = monotonic()
            click.echo(_("索引还差 %(count)s 条。", count=f"{due:,}"), err=True)
        if not drain(INDEX_STEP, part="quick"):
            if not search_service().health().is_ready:
                click.echo(
                    _("搜索暂时不可用，没有等索引。数据都导入了，搜索恢复后会自动跟上。"), err=True
                )
                return
            sleep(INDEX_POLL_SECONDS)


@click.command("template", cls=Command, help=_l("写一份空的、有说明的导入表格。"))
@kind_argument
@file_argument
@option("--overwrite", is_flag=True, help=_l("文件已经有了也覆盖它。"))
def template_command(kind: str, file: Path, overwrite: bool) -> None:
    """Exit codes: 0 written; 2 it can't be written there."""
    try:
        target = _target(kind, is_released=False)
        write_template(target.declared, file, has_to_replace=overwrite)
    except TableError as error:
        _refuse(error, as_json=False)
    click.echo(_("模板写好了：%(path)s", path=_shown_path(file)))


def _read_mapping(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    path = Path(text)
    if "=" not in text:
        try:
            content = json.loads(path.read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise click.BadParameter(
                _("读不了列名对照 %(path)s：要一个 JSON 对象，字段对列名。", path=text)
            ) from error
        if not isinstance(content, dict):
            raise click.BadParameter(_("列名对照要是一个 JSON 对象，字段对列名。"))
        return {str(field): str(column) for field, column in content.items()}
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if any(not (field.strip() and column.strip()) for field, _sign, column in pairs):
        raise click.BadParameter(_("列名对照的写法是 字段=列名,字段=列名。"))
    return {field.strip(): column.strip() for field, _sign, column in pairs}


@contextmanager
def _shown_progress() -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, else a line every few seconds; both on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines().show
        return
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), _PaceColumn())
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("", total=1.0)

        def show(progress: Progress) -> None:
            bar.update(task, completed=progress.share_done, progress=progress)

        yield show


class _PaceColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        progress: Progress | None = task.fields.get("progress")
        return Text(_pace_sentence(progress) if progress else "")


class _Lines:
    def __init__(self) -> None:
        self._last = monotonic()

    def show(self, progress: Progress) -> None:
        if monotonic() - self._last >= SECONDS_BETWEEN_LINES:
            self._last = monotonic()
            click.echo(f"{progress.share_done:.0%} {_pace_sentence(progress)}", err=True)


def _pace_sentence(progress: Progress) -> str:
    seconds = int(progress.left.total_seconds()) if progress.left is not None else 0
    return _(
        "%(rows)s 行，每秒 %(pace)s 行，还要 %(left)s",
        rows=f"{progress.rows:,}",
        pace=f"{progress.rows_per_second:,.0f}",
        left=f"{seconds // 60}:{seconds % 60:02d}",
    )


def _print_report(report: ImportReport) -> None:
    click.echo(
        _(
            "读了 %(read)s 行：新增 %(created)s，更新 %(updated)s，没有变化 %(unchanged)s，"
            "没有导入 %(failed)s。",
            read=f"{report.read:,}",
            created=f"{report.created:,}",
            updated=f"{report.updated:,}",
            unchanged=f"{report.unchanged:,}",
            failed=f"{report.failed:,}",
        )
    )
    click.echo(
        _(
            "用了 %(seconds)s 秒，每秒 %(pace)s 行。来源记作“%(source)s”。",
            seconds=f"{report.seconds:.1f}",
            pace=f"{report.rows_per_second:,.0f}",
            source=report.source,
        )
    )
    if report.resumed_from:
        click.echo(
            _("上次停在第 %(rows)s 条之后，从那里接着导的。", rows=f"{report.resumed_from:,}")
        )
    if report.unknown_columns:
        click.echo(_("没有用到的列：%(columns)s", columns=listed(report.unknown_columns)))
    if report.warnings:
        click.echo(_("已导入但要留意的有 %(count)s 处，例如：", count=f"{report.warnings:,}"))
        _print_rows(report.first_warnings)
    if report.failed:
        click.echo(_("没有导入的行在 %(path)s，例如：", path=_shown_path(report.errors_path)))
        _print_rows(report.first_errors)


def _shown_path(path: Path | None) -> str:
    return click.format_filename(path) if path else ""


def _print_rows(errors: tuple[RowError, ...]) -> None:
    for error in errors[:SHOWN_LINES]:
        place = _("第 %(row)s 行", row=error.row)
        column = f" {error.column}" if error.column else ""
        click.echo(f"  {place}{column}：{error.reason}")


def _refuse(error: TableError, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": error.code, "message": str(error)}, ensure_ascii=False))
    else:
        click.echo(str(error), err=True)
    sys.exit(2)
