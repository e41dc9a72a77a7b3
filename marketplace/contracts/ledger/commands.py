"""``market ledger verify``: whether the ledger is what the history of the contracts gives."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from time import monotonic

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.contracts.ledger.verifying import Verification, verify_ledger_now
from marketplace.core.amounts import yi
from marketplace.core.commandline import Command, Group, json_option


@click.group("ledger", cls=Group, help=_l("技术合同台账。"))
def ledger() -> None:
    """The commands stand below."""


@ledger.command(
    "verify",
    cls=Command,
    help=_l("从合同的历史重算整本台账，逐笔核对到分，并核对每份合同现在的内容。"),
)
@json_option
def verify_command(as_json: bool) -> None:
    """Exit codes: 0 everything agrees; 1 something differs."""
    began = monotonic()
    result = verify_ledger_now()
    seconds = monotonic() - began
    if as_json:
        report = {**asdict(result), "is_whole": result.is_whole, "seconds": round(seconds, 2)}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(result, seconds)
    sys.exit(0 if result.is_whole else 1)


def _print(result: Verification, seconds: float) -> None:
    click.echo(
        _(
            "重算了 %(contracts)s 份合同的 %(versions)s 个版本，核对了 %(entries)s 笔记账和 "
            "%(sums)s 个合计，用了 %(seconds)s 秒。",
            contracts=f"{result.contracts:,}",
            versions=f"{result.versions:,}",
            entries=f"{result.entries:,}",
            sums=f"{result.sums:,}",
            seconds=f"{seconds:.1f}",
        )
    )
    if result.is_whole:
        click.echo(
            _(
                "全部相符。台账位置 %(position)s，成交额合计 %(turnover)s 亿元。",
                position=result.position,
                turnover=f"{yi(result.turnover, 4):,}",
            )
        )
        return
    click.echo(_("有 %(count)s 处不符：", count=f"{result.differing:,}"))
    for one in result.differences:
        click.echo(
            _(
                "  %(subject)s：应为 %(expected)s，台账是 %(found)s",
                subject=one.subject,
                expected=one.expected,
                found=one.found,
            )
        )
    if result.wrong_contracts:
        numbers = ", ".join(str(one) for one in result.wrong_contracts)
        click.echo(_("涉及的合同（内部编号）：%(numbers)s", numbers=numbers))
