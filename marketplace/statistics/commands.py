"""``market statistics``: the totals of the register, to the 分."""

from __future__ import annotations

import json

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.contracts.ledger.sums import position
from marketplace.core.amounts import yi
from marketplace.core.commandline import Command, json_option
from marketplace.core.db import db
from marketplace.statistics.recount import recount


@click.command(
    "statistics", cls=Command, help=_l("技术合同按年、月、类别、区县、领域和流向的合计。")
)
@json_option
def statistics_command(as_json: bool) -> None:
    """Exit code 0; a register without contracts has no years."""
    db.session.rollback()
    found = recount(db.session)
    last = position(db.session)
    db.session.rollback()
    if as_json:
        click.echo(json.dumps({**found, "ledger_position": last}, ensure_ascii=False))
        return
    for year, (count, turnover, tech_amount) in found["by_year"].items():
        click.echo(
            _(
                "%(year)s 年：%(count)s 项，合同成交额 %(turnover)s 亿元，"
                "技术交易额 %(tech_amount)s 亿元",
                year=year,
                count=f"{count:,}",
                turnover=f"{yi(turnover):,}",
                tech_amount=f"{yi(tech_amount):,}",
            )
        )
    if not found["by_year"]:
        click.echo(_("台账里还没有合同。"))
    click.echo(_("台账位置 %(position)s。", position=last))
