"""The load of the fault test: writers with a journal of what was accepted, and readers.

``python -m tests.faults.load JOURNAL FIRST COUNT`` writes until it is ended: records FIRST to
FIRST + COUNT over and over, each time as a new edition. A line is in the journal, on disk, only
after the service has returned.
"""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import quote, urlsplit

from marketplace.catalogue.inputs import INPUTS, CleanRow
from marketplace.catalogue.saving import save_records
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.tables import match_columns
from marketplace.factory import create_app

SOURCE = "faults"
TOGETHER = 3
PAUSE_SECONDS = 0.05
LONGEST_ANSWER = 20.0
WORDS = ("砂轮", "锂电池", "主轴 补偿", "铸件 气孔 检测", "在线修整", "热泵", "毛刺", "光栅")


def title_of(number: int, edition: int) -> str:
    """The title of a record in an edition; the edition stands in it as a word of its own."""
    return f"第 {number} 号金刚石砂轮的在线修整方法 edition{edition}x"


def edition_in(title: str) -> int:
    """The edition that a title tells."""
    return int(title.rpartition("edition")[2].removesuffix("x"))


def write_for_ever(journal: Path, first: int, records: int) -> None:
    """Save records, a few in a transaction, and note what was accepted."""
    with create_app().app_context(), journal.open("a") as accepted:
        for turn in count():
            edition = turn * TOGETHER // records + 1
            numbers = [first + (turn * TOGETHER + step) % records for step in range(TOGETHER)]
            while not _save(numbers, edition):
                time.sleep(PAUSE_SECONDS)
            accepted.write("".join(f"{number} {edition}\n" for number in numbers))
            accepted.flush()
            os.fsync(accepted.fileno())
            time.sleep(PAUSE_SECONDS)


def _save(numbers: list[int], edition: int) -> bool:
    try:
        save_records(
            system("faults"), "result", [_row(one, edition) for one in numbers], source=SOURCE
        )
    except Exception as error:
        print(f"not accepted: {type(error).__name__}", file=sys.stderr)
        db.session.rollback()
        return False
    return True


def _row(number: int, edition: int) -> CleanRow:
    record = {
        "source_id": f"fault-{number}",
        "title": title_of(number, edition),
        "abstract": f"用第 {number} 组参数在线修整金刚石砂轮，磨削时不停机。",
    }
    declared = INPUTS["result"]
    row = declared.clean(
        number, record, match_columns(tuple(record), declared.accepted_names()).found
    )
    if not isinstance(row, CleanRow):
        raise TypeError(f"the market refuses the record of the fault test: {row}")
    return row


def editions_accepted(journals: list[Path]) -> dict[int, int]:
    """The newest edition of each record that was accepted."""
    newest: dict[int, int] = {}
    for journal in journals:
        for line in journal.read_text().splitlines():
            number, edition = map(int, line.split())
            newest[number] = max(edition, newest.get(number, 0))
    return newest


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the site: which page, which service was down all the while, what came."""

    page: str
    down: str
    status: int
    is_plain: bool
    seconds: float


class Readers:
    """Visitors who search and open records over and over, and note every answer.

    ``down`` says which service is down: "" for none, "?" while one comes or goes.
    """

    def __init__(self, address: str, records: list[str], down: Callable[[], str]) -> None:
        self.answers: list[Answer] = []
        self._parts = urlsplit(address)
        self._records = records
        self._down = down
        self._is_ending = False
        self._threads = [threading.Thread(target=self._read, args=(seed,)) for seed in range(3)]

    def start(self) -> None:
        """Begin to read."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Read no more."""
        self._is_ending = True
        for thread in self._threads:
            thread.join()

    def _read(self, seed: int) -> None:
        chance = Random(seed)
        while not self._is_ending:
            words = f"{chance.choice(WORDS)} {chance.randrange(500)}"
            for page, path in (
                ("search", f"/search?q={quote(words)}"),
                ("record", chance.choice(self._records)),
                ("suggest", f"/suggest?q={quote(words[:2])}"),
            ):
                self._open(page, path)
            time.sleep(PAUSE_SECONDS)

    def _open(self, page: str, path: str) -> None:
        before, began = self._down(), time.monotonic()
        status, text = self.ask(path)
        seconds = time.monotonic() - began
        is_same = before == self._down()
        is_plain = "Traceback" not in text and (page != "search" or status != 503 or _says_so(text))
        self.answers.append(Answer(page, before if is_same else "?", status, is_plain, seconds))

    def ask(self, path: str) -> tuple[int, str]:
        """Status and text of a page; 0 where nothing came."""
        connection = http.client.HTTPConnection(
            self._parts.hostname or "", self._parts.port, timeout=LONGEST_ANSWER
        )
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except OSError as error:
            return 0, str(error)
        finally:
            connection.close()


def _says_so(text: str) -> bool:
    return "搜索暂时不可用" in text or "暂时打不开，正在恢复" in text


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
