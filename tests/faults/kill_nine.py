"""Kills import and indexing together with -9, over and over, and counts what is left.

Each round starts an importer and an indexing worker in one process group on the same data
folder, lets them run for a moment drawn at random, and kills the group. The importer writes the
number of accepted rows into a journal of its own after each commit. When a file is in, the next
edition of it follows, which changes every row. At the end the import is finished, the outbox is
drained, and the database and the index are counted.

``python -m tests.faults.kill_nine --kills 200``
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from marketplace.catalogue.importing import Progress, import_file
from marketplace.catalogue.indexing import compare_index, search_service
from marketplace.catalogue.models import Patent
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.core.outbox_upkeep import backlog
from marketplace.factory import create_app
from marketplace.preparation import prepare_market
from tests.conftest import make_settings

SUBJECTS = (
    "锂电池极片",
    "数控机床主轴",
    "金刚石砂轮",
    "光纤光栅传感器",
    "铝合金铸件",
    "热泵干燥箱",
)
EFFECTS = ("毛刺抑制", "热误差补偿", "在线修整", "温度解调", "气孔检测", "余热回收")
LONGEST_MOMENT = 1.5
SOURCE = "faults"


@dataclass(frozen=True)
class Outcome:
    """What was left after all kills; rows are patents of the file."""

    kills: int
    rows: int
    editions: int
    kept: int
    twice: int
    accepted_but_lost: int
    indexed: int
    indexed_twice: int
    missing: int
    surplus: int
    outdated: int
    waiting: int
    dead: int
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost, nothing came twice, and index and database are equal."""
        faults = (self.twice, self.accepted_but_lost, self.indexed_twice, self.missing)
        faults += (self.surplus, self.outdated, self.waiting, self.dead)
        return self.kept == self.rows and not any(faults)


def write_patents(path: Path, rows: int, edition: int) -> None:
    """Write a file of fictional patents, all good, each with a number of its own."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["id", "title", "assignee", "abstract"])
        for number in range(rows):
            subject = SUBJECTS[number % len(SUBJECTS)]
            effect = EFFECTS[number // len(SUBJECTS) % len(EFFECTS)]
            writer.writerow(
                [
                    f"fault-{number:06d}",
                    f"{subject}的{effect}方法（第 {number} 号）",
                    f"虚构研究院{number % 40}",
                    f"针对{subject}，用第 {number} 组参数做到{effect}。 edition-{edition}.",
                ]
            )


def run_faults(folder: Path, kills: int, rows: int, seed: int = 1) -> Outcome:
    """Kill ``kills`` times in ``folder`` while ``rows`` rows are imported and indexed."""
    chance = random.Random(seed)
    began = time.monotonic()
    journal, edition = folder / "accepted", 1
    path = _next_edition(folder, rows, edition)
    app = create_app(make_settings(folder / "data"))
    with app.app_context():
        prepare_market()
        _let_go()
    lost = 0
    for _kill in range(kills):
        if _count(folder, edition) == rows:
            edition += 1
            path = _next_edition(folder, rows, edition)
        base = _count(folder, edition)
        journal.write_text(str(base))
        _run_and_kill(app, path, journal, base, chance.uniform(0.02, LONGEST_MOMENT))
        accepted = min(int(journal.read_text()), rows)
        lost += max(0, accepted - _count(folder, edition))
    app = create_app(make_settings(folder / "data"))
    with app.app_context():
        import_file(system("faults"), "patent", path, source=SOURCE)
        drain()
        lost += rows - _count(folder, edition)
        return _look(kills, rows, lost, edition, time.monotonic() - began)


def _next_edition(folder: Path, rows: int, edition: int) -> Path:
    path = folder / f"patents-{edition}.csv"
    write_patents(path, rows, edition)
    return path


def _run_and_kill(app: Flask, path: Path, journal: Path, base: int, moment: float) -> None:
    def accept(progress: Progress) -> None:
        partial = journal.with_suffix(".new")
        partial.write_text(str(base + progress.rows))
        partial.replace(journal)

    def bring_in() -> None:
        import_file(system("faults"), "patent", path, source=SOURCE, on_progress=accept)

    def index() -> None:
        while True:
            drain()
            time.sleep(0.05)

    group = _fork(app, bring_in, 0)
    _fork(app, index, group)
    time.sleep(moment)
    os.killpg(group, signal.SIGKILL)
    for _child in range(2):
        os.waitpid(-group, 0)


def _fork(app: Flask, work: Callable[[], None], group: int) -> int:
    child = os.fork()
    if child == 0:
        os.setpgid(0, group)
        status = 0
        try:
            with create_app(app.extensions["settings"]).app_context():
                work()
        except BaseException as error:
            print(f"{work.__name__}: {error!r}", file=sys.stderr)
            status = 1
        os._exit(status)
    os.setpgid(child, group or child)
    return child


def _let_go() -> None:
    db.session.rollback()
    db.session.close()
    db.engine.dispose()


def _count(folder: Path, edition: int) -> int:
    with sqlite3.connect(folder / "data" / "market.sqlite3", timeout=30) as connection:
        count: int = connection.execute(
            "SELECT count(*) FROM patent WHERE abstract LIKE ?", (f"%edition-{edition}.%",)
        ).fetchone()[0]
    connection.close()
    return count


def _look(kills: int, rows: int, lost: int, editions: int, seconds: float) -> Outcome:
    kept = db.session.scalar(select(func.count(func.distinct(Patent.source_id)))) or 0
    total = db.session.scalar(select(func.count()).select_from(Patent)) or 0
    indexed = Counter(name for name, _version in search_service().engine.versions())
    difference = compare_index()
    left = backlog()
    return Outcome(
        kills=kills,
        rows=rows,
        editions=editions,
        kept=kept,
        twice=total - kept,
        accepted_but_lost=lost,
        indexed=sum(name.startswith("patent-") for name in indexed),
        indexed_twice=sum(times - 1 for times in indexed.values()),
        missing=len(difference.missing),
        surplus=len(difference.surplus),
        outdated=len(difference.outdated),
        waiting=left.waiting,
        dead=left.dead,
        seconds=round(seconds, 1),
    )


def main() -> int:
    """Run from the command line; the exit code is 0 when everything is whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    outcome = run_faults(folder, options.kills, options.rows, options.seed)
    print(json.dumps({**asdict(outcome), "is_whole": outcome.is_whole}))
    if outcome.is_whole:
        shutil.rmtree(folder)
        return 0
    print(f"look into {folder}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
