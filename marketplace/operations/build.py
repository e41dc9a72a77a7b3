"""Which state of the source runs."""

from __future__ import annotations

import subprocess
from functools import lru_cache

from marketplace.settings import PROJECT_ROOT, Settings

UNKNOWN = "unknown"
GIT_SECONDS = 5


def commit_of(settings: Settings) -> str:
    """The commit: what ``MARKET_COMMIT`` says, else what git says of the folder, else unknown."""
    return settings.commit or _commit_of_folder()


@lru_cache(maxsize=1)
def _commit_of_folder() -> str:
    if not (PROJECT_ROOT / ".git").exists():
        return UNKNOWN
    # The folder is root's where the program runs as a user of its own.
    trusted = f"safe.directory={PROJECT_ROOT}"
    try:
        found = subprocess.run(  # noqa: S603 - the words are our own
            ["git", "-c", trusted, "rev-parse", "HEAD"],  # noqa: S607 - whichever git there is
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return found.stdout.strip() or UNKNOWN
