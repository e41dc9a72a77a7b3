"""``market edition verify``: whether a published edition is what the ledger gives for its place."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.amounts import yi
from marketplace.core.commandline import EXIT_UNUSABLE, Command, Group, json_option
from marketplace.core.db import db
from marketplace.statistics.edition_verifying import EditionCheck, verify_edition
from marketplace.statistics.models import Edition


@click.group("edition", cls=Group, help=_l("已发布的统计版本。"))
def edition() -> None:
    """The commands stand below."""


@edition.command(
    "verify",
    cls=Command,
    help=_l("从台账重算一个已发布的版本，逐个数核对到分。"),
)
@click.argument("number", type=click.IntRange(1, 2_147_483_647), metavar="N")
@json_option
def verify_command(number: int, as_json: bool) -> None:
    """Exit codes: 0 everything agrees; 1 something differs; 2 there is no such edition."""
    db.session.rollback()
    found = db.session.get(Edition, number)
    if found is None:
        click.echo(_("没有编号是 %(number)s 的版本。", number=number), err=True)
        sys.exit(EXIT_UNUSABLE)
    check = verify_edition(db.session, found)
    db.session.rollback()
    if as_json:
        report = {**asdict(check), "is_whole": check.is_whole}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(check)
    sys.exit(0 if check.is_whole else 1)


def _print(check: EditionCheck) -> None:
    click.echo(
        _(
            "编号 %(number)s：从台账第 1 笔到第 %(position)s 笔重算了 %(figures)s 个数，"
            "成交额 %(turnover)s 亿元。",
            number=check.edition,
            position=check.position,
            figures=f"{check.figures:,}",
            turnover=f"{yi(check.turnover, 4):,}",
        )
    )
    if not check.is_hash_right:
        click.echo(_("内容和它的校验值不符：内容被动过。"))
    if check.is_whole:
        click.echo(_("全部相符，到分。校验值 %(hash)s。", hash=check.content_hash))
        return
    if check.differing:
        click.echo(_("有 %(count)s 处不符：", count=f"{check.differing:,}"))
    for one in check.differences:
        click.echo(
            _(
                "  %(figure)s：发布的是 %(published)s，重算是 %(recomputed)s",
                figure=one.figure,
                published=one.published,
                recomputed=one.recomputed,
            )
        )
