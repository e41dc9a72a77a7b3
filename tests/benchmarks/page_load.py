"""Requests a second of the search page, beside the same template with constant records.

One server, started as the site starts it; the two pages take turns in short blocks. No page is
asked twice with the same words, and nothing caches an answer.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import search_service
from marketplace.settings import PROJECT_ROOT
from tests.benchmarks.bare import Bare
from tests.benchmarks.cases import Cases
from tests.benchmarks.catalogue import Catalogue
from tests.benchmarks.constant_app import PATH as CONSTANT

SEARCH = "/search"
SMALL = "/suggest"
SHARE = 0.5
CONNECTIONS = 6
_START_SECONDS = 60
_END_SECONDS = 120
_HEADER_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Block:
    """What a stretch of load gave."""

    requests: int
    wall: float
    client_cpu: float
    body_bytes: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.wall


def measure_pages(catalogue: Catalogue, requests: int, blocks: int) -> dict[str, Any]:
    """Rates of both pages, each in `blocks` blocks of `requests` requests, and their ratio."""
    cases = Cases(search_service(), Bare(catalogue.settings.index_dir, SCHEMA))
    addresses = _distinct(cases, requests * (blocks + 1))
    with _server(catalogue) as port:
        for path in (SEARCH, CONSTANT):
            _load(port, [f"{path}?{one}" for one in addresses[-requests:]])
        ceiling = _load(port, [SMALL] * requests)
        real: list[Block] = []
        constant: list[Block] = []
        for number in range(blocks):
            wanted = addresses[number * requests : (number + 1) * requests]
            real.append(_load(port, [f"{SEARCH}?{one}" for one in wanted]))
            constant.append(_load(port, [f"{CONSTANT}?{one}" for one in wanted]))
    rate, base = (statistics.median(one.rate for one in part) for part in (real, constant))
    return {
        "records": catalogue.size,
        "workers": catalogue.settings.web_workers,
        "threads": catalogue.settings.web_threads,
        "connections": CONNECTIONS,
        "requests": requests * blocks,
        "distinct_requests": len(set(addresses[: requests * blocks])),
        "search_page": _told(real),
        "constant_page": _told(constant),
        "smallest_page": {"requests_per_second": round(ceiling.rate)},
        "ratio": round(rate / base, 3),
        "target": SHARE,
        "is_reached": rate / base >= SHARE,
    }


def _told(blocks: Sequence[Block]) -> dict[str, Any]:
    rates = [one.rate for one in blocks]
    size = sum(one.body_bytes for one in blocks) / sum(one.requests for one in blocks)
    return {
        "requests_per_second": round(statistics.median(rates), 1),
        "lowest": round(min(rates), 1),
        "highest": round(max(rates), 1),
        "kilobytes": round(size / 1_000),
        "client_share_of_a_core": round(
            sum(one.client_cpu for one in blocks) / sum(one.wall for one in blocks), 2
        ),
    }


def _distinct(cases: Cases, count: int) -> list[str]:
    found: dict[str, None] = {}
    for params in islice(cases.pages(), count * 20):
        found[urlencode(params)] = None
        if len(found) == count:
            break
    # A small catalogue has fewer different searches than the blocks ask for.
    distinct = list(found)
    return (distinct * -(-count // len(distinct)))[:count]


@contextmanager
def _server(catalogue: Catalogue) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = catalogue.settings
    granian = str(Path(sys.executable).with_name("granian"))
    command = [sys.executable, "-m", "marketplace.process", str(os.getpid())]
    command += [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(settings.web_workers)]
    command += ["--blocking-threads", str(settings.web_threads)]
    command += ["--log-level", "warning", "--no-ws", "tests.benchmarks.served_app:app"]
    environment = {**os.environ, **catalogue.environment()}
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdin=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(_END_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server of the benchmark does not answer")


def _load(port: int, paths: Sequence[str]) -> Block:
    """Ask for every path once, over a few connections that stay open."""
    waiting = iter(paths)
    lock = threading.Lock()
    sizes: list[int] = []
    problems: list[BaseException] = []

    def ask() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                while True:
                    with lock:
                        path = next(waiting, None)
                    if path is None:
                        return
                    sizes.append(_get(connection, path))
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(min(CONNECTIONS, len(paths)))]
    wall, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    if problems:
        raise problems[0]
    return Block(len(sizes), *spent, sum(sizes))


def _get(connection: socket.socket, path: str) -> int:
    """Bytes of the body; a small reader of HTTP, for the client must cost next to nothing."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    received = b""
    while (end := received.find(_HEADER_END)) < 0:
        received += _more(connection)
    header = received[:end].lower()
    if not header.startswith(b"http/1.1 200"):
        raise ValueError(f"{path}: {received[:end].decode('latin-1').splitlines()[0]}")
    length = int(header.split(b"content-length:")[1].split(b"\r\n")[0])
    missing = length - (len(received) - end - len(_HEADER_END))
    while missing > 0:
        missing -= len(_more(connection))
    return length


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(1 << 17)
    if not part:
        raise ConnectionError("the server of the benchmark closed the connection")
    return part
