"""``market evaluate matching`` and ``market evaluate titles``: how well what fits is found.

What measures is imported by the command that runs: numpy and usearch take a fifth of a second,
and this module is read at the start of every command.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from marketplace.core.commandline import Command, json_option, option
from marketplace.matching.encoders import market_encoders
from marketplace.matching.evaluation_files import (
    UnusableFile,
    read_demands,
    read_pairs,
    read_records,
)
from marketplace.matching.wording import missing_sentences
from marketplace.settings import Settings

if TYPE_CHECKING:
    from marketplace.matching.evaluation import Progress

FAILED = 2
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

Figures = dict[str, Any]


@click.command(
    "matching",
    cls=Command,
    help=_l("每条需求有一条对的成果：看它在匹配里排第几，每条途径带来多少。"),
)
@option("--demands", required=True, type=EXISTING, help=_l("需求：title、text、target_id、style。"))
@option("--records", required=True, type=EXISTING, help=_l("成果：id、title、abstract。"))
@option("--vectors", type=FOLDER, help=_l("把算好的向量留在这个文件夹，下次不再算。"))
@json_option
def matching_command(demands: Path, records: Path, vectors: Path | None, as_json: bool) -> None:
    """Exit codes: 0 measured; 2 a file can't be used."""
    from marketplace.matching.evaluation import evaluate_matching

    with _reading():
        asked, held = read_demands(demands), read_records(records)
    with _progress() as told:
        figures = evaluate_matching(asked, held, market_encoders(_cores()), _kept_in(vectors), told)
    _show(figures, as_json)


@click.command(
    "titles",
    cls=Command,
    help=_l("用英文题名找中文记录，记录的英文题名和摘要不进索引：看对的那条排第几。"),
)
@option("--pairs", required=True, type=EXISTING, help=_l("TSV：doc_id 和 title_en 两列。"))
@option("--records", required=True, type=EXISTING, help=_l("记录：id、title_zh、abstract_zh。"))
@option("--vectors", type=FOLDER, help=_l("把算好的向量留在这个文件夹，下次不再算。"))
@json_option
def titles_command(pairs: Path, records: Path, vectors: Path | None, as_json: bool) -> None:
    """Exit codes: 0 measured; 2 a file can't be used."""
    from marketplace.matching.evaluation import evaluate_titles

    with _reading():
        asked, held = read_pairs(pairs), read_records(records)
    with _progress() as told:
        figures = evaluate_titles(asked, held, market_encoders(_cores()), _kept_in(vectors), told)
    _show(figures, as_json)


def _cores() -> int:
    return os.cpu_count() or 1


def _kept_in(vectors: Path | None) -> Path:
    settings: Settings = current_app.extensions["settings"]
    return vectors or settings.data_dir / "evaluation"


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except UnusableFile as problem:
        click.echo(_about(problem), err=True)
        sys.exit(FAILED)


def _about(problem: UnusableFile) -> str:
    name = click.format_filename(problem.path)
    if problem.code == "not_utf8":
        return _("%(file)s 不是 UTF-8 编码的文字。请另存为 UTF-8 编码再试。", file=name)
    if problem.code == "bad_line":
        return _(
            "%(file)s 的第 %(line)s 行不是 JSON 对象，或缺少必要的字段。",
            file=name,
            line=problem.line,
        )
    return _("%(file)s 里没有可用的行。", file=name)


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), transient=True, console=Console(stderr=True)) as bar:
        row = bar.add_task(_("计算向量"), total=None)

        def told(name: str, done: int, total: int) -> None:
            bar.update(row, description=name, completed=done, total=total)

        yield told


def _show(figures: Figures, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    for line in _lines(figures):
        click.echo(line)


def _lines(figures: Figures) -> Iterator[str]:
    low, high = figures["confidence"]["recall"]["10"] or (0, 0)
    yield _(
        "前 10 条里有对的：%(recall)s%%（95%% 置信区间 %(low)s–%(high)s），"
        "前 100 条：%(deep)s%%，MRR@10 %(mrr)s，共 %(n)s 问、%(records)s 条记录。",
        recall=_percent(figures["recall"]["10"]),
        low=_percent(low),
        high=_percent(high),
        deep=_percent(figures["recall"]["100"]),
        mrr=figures["mrr10"],
        n=f"{figures['n']:,}",
        records=f"{figures['records']:,}",
    )
    for style, own in figures.get("by_style", {}).items():
        yield f"  {style}: {_percent(own['recall']['10'])}% ({own['n']})"
    for name, variants in figures["channels"].items():
        yield "  " + _(
            "%(channel)s：单独 %(alone)s%%，没有它 %(without)s%%",
            channel=name,
            alone=_percent(variants["alone"]["10"]) if "alone" in variants else "—",
            without=_percent(variants["without"]["10"]),
        )
    yield from missing_sentences(figures["encoders"]["missing"], figures["encoders"]["is_off"])


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}"
