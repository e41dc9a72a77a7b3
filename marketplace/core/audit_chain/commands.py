"""``market audit``: whether the sealed trail is whole, and the head to keep elsewhere."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.audit_chain.sealing import ChainBroken, chain_end
from marketplace.core.audit_chain.verifying import (
    ChainReport,
    Flaw,
    FlawKind,
    verify_audit_trail,
)
from marketplace.core.commandline import EXIT_UNUSABLE, Command, Group, json_option, option
from marketplace.core.db import db

EXIT_BROKEN = 1
HASH = re.compile(r"[0-9a-f]{64}")

SENTENCES = {
    FlawKind.ROW_CHANGED: _l("第 %(seal)s 个封印：%(count)s 条记录被改过，编号 %(rows)s"),
    FlawKind.ROW_MISSING: _l("第 %(seal)s 个封印：%(count)s 条记录不见了，编号 %(rows)s"),
    FlawKind.ROW_ADDED: _l("第 %(seal)s 个封印：封存之后多出 %(count)s 条记录，编号 %(rows)s"),
    FlawKind.ROWS_CHANGED: _l("第 %(seal)s 个封印：它的 %(count)s 条记录里有被改过的"),
    FlawKind.SEAL_CHANGED: _l("第 %(seal)s 个封印本身被改过"),
    FlawKind.SEAL_MISSING: _l("从第 %(seal)s 个起，少了 %(count)s 个封印"),
    FlawKind.CHAIN_CUT: _l("第 %(seal)s 个封印接不上它前面的一个"),
    FlawKind.HEAD_WRONG: _l("链的末尾不是记下的那个封印：末尾被截去、添上或改过"),
    FlawKind.HEAD_UNKNOWN: _l("链里没有你给的链头：那时的链已经不在"),
}


@click.group(cls=Group, help=_l("核对封存了的审计记录，取出链头。"))
def audit() -> None:
    """The sealed audit trail."""


@audit.command(
    "verify",
    cls=Command,
    help=_l("逐条核对审计记录和封印。退出码 0：完整；1：不完整；2：无法核对。"),
)
@option("--head", metavar="HASH", help=_l("以前记下的链头：它还在不在链里。"))
@json_option
def verify(head: str | None, as_json: bool) -> None:
    """Exit codes: 0 whole; 1 broken; 2 it can't be checked."""
    noted = head.strip().lower() if head is not None else None
    if noted is not None and not HASH.fullmatch(noted):
        raise click.BadParameter(_("链头是 64 个十六进制的字符。"))
    report = verify_audit_trail(noted)
    if as_json:
        click.echo(json.dumps(_as_dict(report), ensure_ascii=False))
    else:
        _print(report)
    sys.exit(0 if report.is_whole else EXIT_BROKEN)


@audit.command(
    "head",
    cls=Command,
    help=_l("写出链头，好记在别处。退出码 0：写了；1：链尾不对；2：还没有封印。"),
)
@json_option
def head_command(as_json: bool) -> None:
    """Exit codes: 0 written; 1 the end of the chain is broken; 2 there is no seal yet."""
    try:
        end = chain_end(db.session)
    except ChainBroken:
        click.echo(_("链尾不对。请运行 market audit verify。"), err=True)
        sys.exit(EXIT_BROKEN)
    if not end.number:
        click.echo(_("还没有封印：后台进程运行之后，一分钟之内会有。"), err=True)
        sys.exit(EXIT_UNUSABLE)
    if as_json:
        click.echo(json.dumps({"number": end.number, "head": end.hash, "last_row": end.last_id}))
    else:
        click.echo(end.hash)


def _as_dict(report: ChainReport) -> dict[str, Any]:
    return {"whole": report.is_whole, **asdict(report)}


def _print(report: ChainReport) -> None:
    click.echo(
        _(
            "核对了 %(seals)s 个封印，%(rows)s 条记录；还有 %(unsealed)s 条没有封存。",
            seals=f"{report.seals:,}",
            rows=f"{report.rows:,}",
            unsealed=f"{report.unsealed:,}",
        )
    )
    if report.head is not None:
        click.echo(
            _(
                "链头是第 %(number)s 个封印，%(time)s：%(head)s",
                number=report.head_number,
                time=report.sealed_at,
                head=report.head,
            )
        )
    for flaw in report.flaws:
        click.echo(_sentence(flaw))
    if more := report.flaw_count - len(report.flaws):
        click.echo(_("另外还有 %(count)s 处。", count=f"{more:,}"))
    click.echo(_("完整。") if report.is_whole else _("不完整。"))


def _sentence(flaw: Flaw) -> str:
    rows = _("、").join(str(id_) for id_ in flaw.rows)
    if flaw.count > len(flaw.rows):
        rows += _(" 等")
    return str(SENTENCES[flaw.kind]) % {"seal": flaw.seal, "count": flaw.count, "rows": rows}
