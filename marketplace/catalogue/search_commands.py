"""Commands around the search: ``reindex``, ``search``, ``evaluate``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from marketplace.catalogue.documents import document_id, parse_document_id
from marketplace.catalogue.indexing import rebuild_index, reconcile_index, search_service
from marketplace.catalogue.queries import read_listings
from marketplace.catalogue.search_page import read_search
from marketplace.catalogue.wording import KINDS
from marketplace.core.actor import ANONYMOUS, system
from marketplace.core.commandline import Command, Group, json_option, option
from marketplace.core.outbox import drain
from search.engines.base import RebuildBusy
from search.evaluate import BadLine, known_items, read_items

FAILED = 2


@click.command(
    cls=Command,
    help=_l("在旁边建好新的索引再换上去，搜索照常。退出码 0：建好了；2：另一次重建正在进行。"),
)
@option("--check", is_flag=True, help=_l("只比较索引和数据库，修补不一致的地方。"))
@json_option
def reindex(check: bool, as_json: bool) -> None:
    """Exit codes: 0 done; 2 another rebuild is running."""
    if check:
        difference = reconcile_index(system("reindex"))
        drain(part="quick")
        report: dict[str, int | str] = {
            "missing": len(difference.missing),
            "outdated": len(difference.outdated),
            "surplus": len(difference.surplus),
        }
        sentence = _(
            "缺 %(missing)s 条，旧 %(outdated)s 条，多 %(surplus)s 条，都已经去修补。", **report
        )
    else:
        report = _rebuild()
        sentence = _("索引建好了：%(documents)s 条，第 %(generation)s 代。", **report)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else sentence)


def _rebuild() -> dict[str, int | str]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), transient=True) as bar:
        row = bar.add_task(_("重建索引"), total=None)
        try:
            rebuilt = rebuild_index(
                system("reindex"),
                on_progress=lambda done, total: bar.update(row, completed=done, total=total),
            )
        except RebuildBusy:
            click.echo(_("另一次重建正在进行，等它结束再试。"), err=True)
            sys.exit(FAILED)
    return {"documents": rebuilt.documents, "generation": rebuilt.generation}


@click.command(
    "search",
    cls=Command,
    help=_l("像访客一样搜索。退出码 0：找到了；1：没有找到。"),
)
@click.argument("words", nargs=-1)
@option(
    "--kind",
    type=click.Choice(KINDS),
    help=_l("只找这一类。"),
)
@option(
    "--limit",
    default=10,
    show_default=True,
    type=click.IntRange(1, 100),
    help=_l("最多列出几条。"),
)
@json_option
def search_command(words: tuple[str, ...], kind: str | None, limit: int, as_json: bool) -> None:
    """Exit codes: 0 something found; 1 nothing."""
    service = search_service()
    params = {"q": [" ".join(words)], **({"kind": [kind]} if kind else {})}
    reading = read_search(ANONYMOUS, params, limit)
    answer = service.search(reading.query)
    listings = read_listings(ANONYMOUS, [parse_document_id(hit.id) for hit in answer.hits])
    titles = {document_id(row.kind, row.id): str(row.title) for row in listings}
    hits = [
        {
            "id": hit.id,
            "title": titles.get(hit.id, ""),
            "score": round(hit.score, 4),
            "has_all_words": hit.has_all_words,
        }
        for hit in answer.hits
    ]
    if as_json:
        report = {"total": answer.total, "all_words_total": answer.all_words_total, "hits": hits}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(_("找到 %(count)s 条", count=f"{answer.total:,}"))
        for hit in hits:
            click.echo(f"{hit['id']:<16} {hit['title']}")
    sys.exit(0 if answer.total else 1)


@click.group(cls=Group, help=_l("用自己的记录量一量搜索和检查的质量。"))
def evaluate() -> None:
    """Measures of quality; later packages add theirs."""


@evaluate.command(
    "known-items",
    help=_l(
        "用每条记录自己的题名或前两个关键词去搜它，看它排第几。"
        "按题名量时只索引摘要，按关键词量时索引题名和摘要。退出码 0：量好了；2：文件不能用。"
    ),
)
@option(
    "--records",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_l("JSONL 文件，每行有 title、abstract、keywords。"),
)
@option(
    "--by",
    type=click.Choice(["title", "keywords"]),
    default="title",
    show_default=True,
    help=_l("按题名还是按关键词去搜。"),
)
@json_option
def known_items_command(records: Path, by: Literal["title", "keywords"], as_json: bool) -> None:
    """Exit codes: 0 measured; 2 the file can't be used."""
    try:
        figures = known_items(read_items(records), by=by)
    except BadLine as error:
        click.echo(
            _(
                "%(file)s 的第 %(line)s 行不是 JSON 对象。每行应为一个，有 title 和 abstract。",
                file=click.format_filename(records),
                line=error.number,
            ),
            err=True,
        )
        sys.exit(FAILED)
    except UnicodeDecodeError:
        click.echo(
            _(
                "%(file)s 不是 UTF-8 编码的文字。请另存为 UTF-8 编码的 JSONL。",
                file=click.format_filename(records),
            ),
            err=True,
        )
        sys.exit(FAILED)
    if not figures["n"]:
        click.echo(
            _(
                "%(file)s 里没有可用的记录。每条要有 title 和 abstract，"
                "按关键词量时还要有两个 keywords。",
                file=click.format_filename(records),
            ),
            err=True,
        )
        sys.exit(FAILED)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo(
            _(
                "前十名的平均倒数排名（MRR@10）%(mrr10)s，共 %(n)s 条",
                mrr10=f"{figures['mrr10']:.4f}",
                n=f"{figures['n']:,}",
            )
        )
