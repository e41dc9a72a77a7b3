"""What the services need of this machine: an account that isn't root's, ports, processes.

Processes are known by their command line, never by a remembered number, so that what is found
is ours also after a crash or a restart of the machine.
"""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ACCOUNTS = ("postgres", "nobody")
POLL_SECONDS = 0.05


def account() -> str | None:
    """Whom services run as: PostgreSQL and Elasticsearch refuse root. Nothing: as oneself."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ACCOUNTS if name in known)


def hand_over(path: Path) -> None:
    """Give a file or a folder with all in it to the account that services run as."""
    if name := account():
        entry = pwd.getpwnam(name)
        for one in (path, *path.rglob("*")):
            os.chown(one, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_as_account(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; what it says goes to ``folder``/said.log."""
    whose: dict[str, Any] = {}
    if name := account():
        entry = pwd.getpwnam(name)
        whose = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    with (folder / "said.log").open("ab") as said:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), **environment},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **whose,
        )


Belongs = Callable[[str, Sequence[str]], bool]
"""Whether a process with this program (its name without folder) and arguments is meant."""


def processes(belongs: Belongs) -> list[int]:
    """The ids of the processes that are meant."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_text("utf-8", "replace").replace("\0", " ").split()
            state = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if words and state != "Z" and belongs(Path(words[0]).name, words[1:]):
            found.append(int(entry.name))
    return found


def end(belongs: Belongs, number: signal.Signals, patience: float) -> None:
    """Send a signal to all that are meant and wait until they are gone.

    Those that are still there after ``patience`` seconds are killed.
    """
    _send(belongs, number)
    if not wait_until(lambda: not processes(belongs), patience):
        _send(belongs, signal.SIGKILL)
        wait_until(lambda: not processes(belongs), 10)


def _send(belongs: Belongs, number: signal.Signals) -> None:
    for process in processes(belongs):
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Look again and again for at most so long; whether it came to be so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
