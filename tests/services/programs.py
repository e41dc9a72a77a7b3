"""Where the programs are that the services consist of, and what to do where one is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

OLDEST_JAVA = 21
JAVA_FOLDER = Path("/usr/lib/jvm")


class ServiceError(Exception):
    """A service can't be started; the text says what to do."""


def find_program(name: str, package: str, *patterns: str) -> Path:
    """The newest program of this name in the folders ``patterns``, or else on the PATH.

    :raises ServiceError: naming the package to install.
    """
    found = sorted(
        (path for pattern in patterns for path in Path("/").glob(f"{pattern.lstrip('/')}/{name}")),
        key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))],
    )
    if found:
        return found[-1]
    if on_path := shutil.which(name):
        # Not what a link leads to: some programs look at the name by which they were started.
        return Path(on_path)
    raise ServiceError(f"{name} is missing: install the package {package} (apt install {package}).")


def find_java() -> Path:
    """The home of a Java that is new enough: ES_JAVA_HOME, JAVA_HOME, PATH, /usr/lib/jvm.

    :raises ServiceError: when none of them is.
    """
    seen = []
    for home in dict.fromkeys(_java_homes()):
        version = _java_version(home)
        if version >= OLDEST_JAVA:
            return home
        if version:
            seen.append(f"{home} is Java {version}")
    raise ServiceError(
        f"Elasticsearch needs a Java of version {OLDEST_JAVA} or newer"
        + (f" ({'; '.join(seen)})" if seen else "")
        + ": install one (packages: openjdk-21-jre-headless, or temurin-25-jdk of adoptium.net) "
        "and, where it doesn't lie under /usr/lib/jvm, set ES_JAVA_HOME to its folder."
    )


def _java_homes() -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if os.environ.get(name):
            yield Path(os.environ[name]).resolve()
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parent.parent
    for home in sorted(JAVA_FOLDER.glob("*"), reverse=True):
        yield home.resolve()


def _java_version(home: Path) -> int:
    """The major version, 0 where there is no Java that runs."""
    try:
        told = subprocess.run(
            [home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found.group(1)) if found else 0
