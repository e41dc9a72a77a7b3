"""Locks among the processes of one machine, freed by the kernel when a holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from marketplace.settings import Settings


@contextmanager
def exclusive(name: str, *, waits: bool = False) -> Iterator[bool]:
    """Hold the lock called ``name``; yields whether it is held.

    Where another process holds it, ``waits`` says whether to wait until it is free.
    """
    settings: Settings = current_app.extensions["settings"]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
