"""``market evaluate contracts``: how well the rules find planted faults."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.contracts.checks import FAMILIES
from marketplace.contracts.evaluation import evaluate_checks
from marketplace.core.commandline import Command, json_option, option
from marketplace.core.tables import TableError

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "contracts", cls=Command, help=_l("登记册里埋了已知的问题：看规则找出多少，误报多少。")
)
@option("--contracts", "register", required=True, type=EXISTING, help=_l("登记册。"))
@option("--truth", required=True, type=EXISTING, help=_l("埋下的问题：kind、family、rows 三列。"))
@json_option
def evaluate_contracts(register: Path, truth: Path, as_json: bool) -> None:
    """Exit codes: 0 measured; 2 a file can't be used."""
    try:
        figures = evaluate_checks(register, truth)
    except (TableError, KeyError, ValueError) as error:
        reason = (
            str(error) if isinstance(error, TableError) else _("要有 kind、family、rows 三列。")
        )
        if as_json:
            click.echo(json.dumps({"error": "unusable", "message": reason}, ensure_ascii=False))
        else:
            click.echo(reason, err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    click.echo(
        _(
            "%(faults)s 个问题找出 %(recall)s%%，%(honest)s 行正常合同误报 %(false)s%%，"
            "用了 %(seconds)s 秒。",
            faults=f"{figures['n_faults']:,}",
            recall=_percent(figures["recall"]),
            honest=f"{figures['n_honest']:,}",
            false=_percent(figures["false_rate"]),
            seconds=figures["seconds"],
        )
    )
    for family, share in figures["by_family"].items():
        click.echo(f"  {FAMILIES.get(family, family)}: {_percent(share)}%")


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.2f}"
