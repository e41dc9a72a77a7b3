"""Commands of the demonstration: ``market demo load`` and ``market demo status``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.actor import system
from marketplace.core.commandline import Group, json_option
from marketplace.demo.loading import DemoDataError, demo_status, load_demo
from marketplace.settings import Mode, Settings


@click.group(cls=Group, help=_l("演示数据：一座虚构城市的机构、项目、专利、成果和需求。"))
def demo() -> None:
    """Everything here is marked as a demonstration on every page."""


@demo.command("load", help=_l("载入演示数据；可以重复运行。"))
@json_option
def load_command(as_json: bool) -> None:
    """Exit codes: 0 loaded; 2 the market is a real one, or the data break a rule."""
    settings: Settings = current_app.extensions["settings"]
    if settings.mode is Mode.PRODUCTION:
        click.echo(
            _(
                "这是正式运行的市场，不放演示数据。"
                "要看演示，请另配 DATA_DIR，并设 MARKET_MODE=demo。"
            ),
            err=True,
        )
        sys.exit(2)
    try:
        counts = load_demo(system("demo"))
    except DemoDataError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(counts))
        return
    for kind, count in counts.items():
        click.echo(
            _(
                "%(kind)s：新增 %(created)s，更新 %(updated)s，没有变化 %(unchanged)s",
                kind=_kind_names()[kind],
                created=count.get("created", 0),
                updated=count.get("updated", 0),
                unchanged=count.get("unchanged", 0),
            )
        )


@demo.command("status", help=_l("目录里有多少演示数据。"))
@json_option
def status_command(as_json: bool) -> None:
    """Counts by kind: those of the demonstration, and all."""
    status = demo_status()
    if as_json:
        click.echo(json.dumps({kind: asdict(count) for kind, count in status.items()}))
        return
    for kind, count in status.items():
        click.echo(
            _(
                "%(kind)s：演示 %(demo)s 条，共 %(all)s 条",
                kind=_kind_names()[kind],
                demo=count.demo,
                all=count.all,
            )
        )


def _kind_names() -> dict[str, str]:
    return {
        "organisation": _("机构"),
        "project": _("项目"),
        "patent": _("专利"),
        "result": _("成果"),
        "demand": _("需求"),
    }
