"""Kills PostgreSQL, Redis and Elasticsearch with -9, one after another, while people work.

The market runs as ``make run`` serves it, on services of its own. Writers save records without
pause and keep a journal of what was accepted; readers search and open records. Each fault kills
one service, lets the market be without it for a while, and starts it again on the same data. In
the end everything that was accepted must be in the database and, once, in the index; and at no
time may a visitor have got anything but a page or a plain sentence.

``python -m tests.faults.services_down --faults 100``
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.indexing import compare_index, search_service
from marketplace.catalogue.models import Result
from marketplace.core.db import db
from marketplace.core.outbox_upkeep import Backlog, backlog
from marketplace.factory import create_app
from marketplace.settings import Settings
from tests.e2e.conftest import PROJECT_ROOT, start_market
from tests.faults.load import SOURCE, Answer, Readers, edition_in, editions_accepted
from tests.services.machine import wait_until
from tests.services.running import Services

WRITERS = 2
RECORDS_A_WRITER = 120
NO_LIMIT = "1000000000 per minute"
SETTLED_SECONDS = 1.0
DOWN_SECONDS = (1.5, 4.0)
BACK_SECONDS = 300.0
QUIET_SECONDS = 300.0
SERVICES = ("elasticsearch", "postgresql", "redis")
EXPECTED = {
    "": {"search": {200}, "record": {200}, "suggest": {200}},
    "redis": {"search": {200}, "record": {200}, "suggest": {200}},
    "elasticsearch": {"search": {503}, "record": {200}, "suggest": {200}},
    "postgresql": {"search": {503}, "record": {503}, "suggest": {200, 503}},
    "?": {"search": {200, 503}, "record": {200, 503}, "suggest": {200, 503}},
}


@dataclass(frozen=True)
class Outcome:
    """What was left after all faults, and what visitors got meanwhile."""

    faults: dict[str, int]
    accepted: int
    records: int
    lost: int
    twice: int
    missing: int
    surplus: int
    outdated: int
    indexed_twice: int
    waiting: int
    dead: int
    answers: dict[str, int]
    unexpected: list[str]
    not_back: list[str]
    longest_answer: float
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost or came twice, and every visitor got what was due."""
        faults = (self.lost, self.twice, self.missing, self.surplus, self.outdated)
        faults += (self.indexed_twice, self.waiting, self.dead)
        return not any(faults) and not self.unexpected and not self.not_back


class Trial:
    """One run in a folder, on services that are up."""

    def __init__(self, folder: Path, services: Services, seed: int) -> None:
        self._folder = folder
        self._services = services
        self._chance = Random(seed)
        self._down = ""
        self._not_back: list[str] = []
        self._journals = [folder / f"accepted-{number}" for number in range(WRITERS)]

    def run(self, faults: int) -> Outcome:
        """Let people work through so many faults, and look at what is left."""
        began = time.monotonic()
        names = [*islice(cycle(SERVICES), faults)]
        self._chance.shuffle(names)
        with ExitStack() as stack:
            market = start_market(
                self._folder / "data", MARKET_REQUEST_LIMIT=NO_LIMIT, **self._services.addresses
            )
            stack.callback(market.stop)
            writers = [self._writer(number) for number in range(WRITERS)]
            for writer in writers:
                stack.callback(writer.kill)
            readers = Readers(market.address, self._records(), lambda: self._down)
            readers.start()
            stack.callback(readers.stop)
            self._await_search(readers, "the start")
            for number, name in enumerate(names, start=1):
                self._fault(readers, name)
                print(f"{number} of {faults}: {name}", file=sys.stderr)
            for writer in writers:
                writer.kill()
                writer.wait()
            readers.stop()
            return self._look(names, readers.answers, began)

    def _fault(self, readers: Readers, name: str) -> None:
        self._down = "?"
        self._services.kill(name)
        time.sleep(SETTLED_SECONDS)
        self._down = name
        time.sleep(self._chance.uniform(*DOWN_SECONDS))
        self._down = "?"
        self._services.restart(name)
        self._await_search(readers, name)
        self._down = ""
        time.sleep(self._chance.uniform(0.5, 2.0))

    def _await_search(self, readers: Readers, name: str) -> None:
        deadline = time.monotonic() + BACK_SECONDS
        while time.monotonic() < deadline:
            if readers.ask(f"/search?q={quote('砂轮')}")[0] == 200:
                return
            time.sleep(0.2)
        self._not_back.append(name)

    def _writer(self, number: int) -> subprocess.Popen[bytes]:
        first = 1 + number * RECORDS_A_WRITER
        arguments = [str(self._journals[number]), str(first), str(RECORDS_A_WRITER)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.load", *arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, "DATA_DIR": str(self._folder / "data"), **self._services.addresses},
            stderr=subprocess.DEVNULL,
        )

    def _records(self) -> list[str]:
        with self._app().app_context():
            ids = db.session.scalars(select(Result.id).where(Result.is_demo).limit(40)).all()
            db.session.rollback()
        return [f"/results/{one}" for one in ids]

    def _app(self) -> Flask:
        given = self._services.addresses.items()
        values = {name.removeprefix("MARKET_").lower(): value for name, value in given}
        return create_app(Settings(data_dir=self._folder / "data", **values))

    def _look(self, names: list[str], answers: list[Answer], began: float) -> Outcome:
        accepted = editions_accepted(self._journals)
        with self._app().app_context():
            wait_until(lambda: search_service().health().is_ready, BACK_SECONDS)
            left = _settled()
            rows = db.session.execute(
                select(Result.source_id, Result.title).where(Result.source == SOURCE)
            ).all()
            kept = {int(row.source_id.rpartition("-")[2]): edition_in(row.title.zh) for row in rows}
            difference = compare_index()
            indexed = Counter(name for name, _version in search_service().engine.versions())
        wrong = [one for one in answers if not _is_due(one)]
        return Outcome(
            faults=dict(Counter(names)),
            accepted=sum(len(path.read_text().splitlines()) for path in self._journals),
            records=len(kept),
            lost=sum(kept.get(number, 0) < edition for number, edition in accepted.items()),
            twice=len(rows) - len(kept),
            missing=len(difference.missing),
            surplus=len(difference.surplus),
            outdated=len(difference.outdated),
            indexed_twice=sum(times - 1 for times in indexed.values()),
            waiting=left.waiting,
            dead=left.dead,
            answers=dict(
                Counter(f"{one.page} {one.down or 'all up'} {one.status}" for one in answers)
            ),
            unexpected=sorted(
                {f"{one.page}, {one.down}: {one.status} {one.said}" for one in wrong}
            ),
            not_back=self._not_back,
            longest_answer=round(max(one.seconds for one in answers), 1),
            seconds=round(time.monotonic() - began, 1),
        )


def _is_due(answer: Answer) -> bool:
    return answer.is_plain and answer.status in EXPECTED[answer.down][answer.page]


def _settled() -> Backlog:
    """The backlog once the worker has handed everything over, or when that takes too long."""
    deadline = time.monotonic() + QUIET_SECONDS
    while (left := backlog()).waiting and time.monotonic() < deadline:
        time.sleep(0.5)
    return left


def main() -> int:
    """Run from the command line; the exit code is 0 when everything is whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    services = Services(folder / "services")
    try:
        services.start()
        outcome = Trial(folder, services, options.seed).run(options.faults)
    finally:
        services.stop()
    print(json.dumps({**asdict(outcome), "is_whole": outcome.is_whole}, ensure_ascii=False))
    if outcome.is_whole:
        shutil.rmtree(folder)
        return 0
    print(f"look into {folder}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
