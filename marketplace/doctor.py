"""``market doctor``: what is configured, what can be reached, what is behind."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import click
from flask import current_app

from marketplace.catalogue.indexing import compare_index, search_service
from marketplace.core.db import now
from marketplace.core.outbox import backlog
from marketplace.preparation import newest_revision, schema_revision
from marketplace.settings import Settings

LAG_WARNING_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen or what to do."""

    name: str
    is_well: bool
    detail: str


def examine(*, compare: bool = True) -> list[Finding]:
    """Look at settings, folders, database, outbox and index."""
    settings: Settings = current_app.extensions["settings"]
    checks: list[Callable[[], Finding]] = [
        lambda: Finding("mode", True, f"{settings.mode.value}, {settings.host}:{settings.port}"),
        lambda: _folder(settings),
        _schema,
        _outbox,
        _index,
    ]
    if compare:
        checks.append(_equality)
    return [_safely(check) for check in checks]


def _safely(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:
        name = check.__name__.strip("_<>")
        return Finding(name, False, f"{type(error).__name__}: {error}".split("\n")[0])


def _folder(settings: Settings) -> Finding:
    is_writable = os.access(settings.data_dir, os.W_OK)
    state = "writable" if is_writable else "NOT writable: change its owner or set DATA_DIR"
    return Finding("data folder", is_writable, f"{settings.data_dir} ({state})")


def _schema() -> Finding:
    present, newest = schema_revision(), newest_revision()
    if present == newest:
        return Finding("database", True, f"reachable, schema {present}")
    return Finding("database", False, f"schema {present or 'empty'}, needs {newest}: make setup")


def _outbox() -> Finding:
    state = backlog()
    lag = (now() - state.oldest).total_seconds() if state.oldest else 0
    detail = f"{state.waiting} waiting, oldest {lag:.0f} s, {state.dead} dead"
    return Finding("outbox", lag < LAG_WARNING_SECONDS and not state.dead, detail)


def _index() -> Finding:
    health = search_service().health()
    detail = f"{health.documents} documents, generation {health.generation}"
    if health.needs_reindex:
        detail += ": fields or segmentation changed, run market reindex"
    return Finding("index", health.is_ready and not health.needs_reindex, detail)


def _equality() -> Finding:
    difference = compare_index()
    if difference.is_equal:
        return Finding("index and database", True, "equal")
    return Finding(
        "index and database",
        False,
        f"{len(difference.missing)} missing, {len(difference.outdated)} outdated, "
        f"{len(difference.surplus)} surplus: run market reindex",
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def doctor(as_json: bool) -> None:
    """Say what is configured, reachable and behind. Exit 0: all well; 1: something is not."""
    findings = examine()
    if as_json:
        report: dict[str, Any] = {
            "well": all(finding.is_well for finding in findings),
            "findings": [asdict(finding) for finding in findings],
        }
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.is_well else 'BAD'}  {finding.name}: {finding.detail}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)
