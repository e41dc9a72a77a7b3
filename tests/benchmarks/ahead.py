"""Work on other processes, a few jobs ahead of whoever takes the results."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from multiprocessing.pool import AsyncResult
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")

PROCESSES = 2
_AHEAD = 6
_SMALL = 6
"""So few jobs are done here: starting a process takes longer."""


def in_order(work: Callable[[Job], Done], jobs: Iterable[Job]) -> Iterator[Done]:
    """The results in the order of the jobs.

    Jobs are taken by the caller's thread and no more than a few ahead, for they may be read from
    a database of the caller's and a million of them do not fit into memory.
    """
    rest = iter(jobs)
    first = list(islice(rest, _SMALL + 1))
    if len(first) <= _SMALL:
        yield from map(work, first)
        return
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        begun: deque[AsyncResult[Done]] = deque()
        for job in chain(first, rest):
            begun.append(pool.apply_async(work, (job,)))
            if len(begun) > _AHEAD:
                yield begun.popleft().get()
        yield from (result.get() for result in begun)
