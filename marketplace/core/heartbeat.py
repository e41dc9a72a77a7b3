"""The worker's sign of life: a file in the data folder whose time says when it last worked.

Does not belong here: what is behind because no worker runs; that is the outbox's to tell.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app

from marketplace.core.db import now
from marketplace.settings import Settings


def note_alive() -> None:
    """Say that the worker works now."""
    path = _file()
    path.touch()
    moment = now().timestamp()
    os.utime(path, (moment, moment))


def last_alive() -> datetime | None:
    """When the worker last worked (UTC); nothing when it never did in this data folder."""
    try:
        return datetime.fromtimestamp(_file().stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _file() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "worker.alive"
