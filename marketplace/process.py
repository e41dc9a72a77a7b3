"""How a process lives: tied to the one that started it, counting with others, tidying seldom.

``python -m marketplace.process PARENT COMMAND …`` becomes the command, tied to its parent, and
tells the processes that the command starts whose they are.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PARENT_VARIABLE = "MARKET_PARENT_PROCESS"
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
BLAS_VARIABLE = "OPENBLAS_NUM_THREADS"


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent dies, however it dies (Linux only).

    So a server killed with -9 leaves no worker behind that holds the port or the index.
    ``parent`` is the process id of the parent as it was known before this process began: one
    that has died meanwhile would otherwise never be missed.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def share_metrics(folder: Path) -> None:
    """Have this process and those that it starts count into one folder.

    To be called before anything counts. Where ``PROMETHEUS_MULTIPROC_DIR`` names a folder already,
    that one stays: processes in containers of their own have the same numbers, so each container
    needs its own folder. ``core.metrics`` makes it.
    """
    os.environ.setdefault(METRICS_VARIABLE, str(folder))


def forget_metrics() -> None:
    """Take what former processes counted out of the shared folder, and nothing else of it."""
    folder = Path(os.environ[METRICS_VARIABLE])
    for kind in ("counter", "histogram"):
        for counts in folder.glob(f"{kind}_*.db"):
            counts.unlink(missing_ok=True)


def calculate_on_one_core() -> None:
    """Have numerical libraries use one thread; to be called before any of them is loaded.

    Pages share the cores as it is, and threads of OpenBLAS go on spinning for a while after each
    text that was encoded: with them a site of two processes on two cores made 119 search pages a
    second, with one thread each 163 (docs/benchmarks.md). ``OPENBLAS_NUM_THREADS`` goes before.
    """
    os.environ.setdefault(BLAS_VARIABLE, "1")


def collect_seldom() -> None:
    """Spare the collector of cycles what is loaded by now, and most of its rounds.

    What is loaded stays, and a page or a task leaves thousands of objects but hardly a cycle. At
    1,000,000 records the collector took 15 to 20 ms of the 150 in which a demand is compared, and
    made the slowest twentieth half as slow again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    os.environ[PARENT_VARIABLE] = str(os.getpid())
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the server's own commands
