"""Reads a Dockerfile and a ``.dockerignore`` as far as ours go.

Whatever else stands there is refused, so that nothing is passed over silently.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

KNOWN = frozenset({"ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "STOPSIGNAL"})
COMMANDS = frozenset({"HEALTHCHECK", "CMD"})


@dataclass
class Stage:
    """One stage: its instructions in order, each a word and the rest of its line."""

    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all_of(self, word: str) -> list[str]:
        """What follows each instruction of this kind."""
        return [rest for found, rest in self.instructions if found == word]

    def last(self, word: str) -> list[str]:
        """The command of the last CMD or HEALTHCHECK, which is a JSON list."""
        rest = self.all_of(word)[-1]
        command: list[str] = json.loads(rest[rest.index("[") :])
        return command

    @property
    def environment(self) -> dict[str, str]:
        """The variables of all ENV instructions."""
        pairs = [pair for rest in self.all_of("ENV") for pair in shlex.split(rest)]
        return dict(pair.split("=", 1) for pair in pairs)


def read_dockerfile(path: Path) -> list[Stage]:
    """The stages of a Dockerfile."""
    text = "\n".join(
        line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")
    )
    stages: list[Stage] = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip():
            continue
        word, rest = line.split(maxsplit=1)
        if word not in KNOWN | COMMANDS:
            raise ValueError(f"an instruction that this check doesn't know: {word}")
        if word == "FROM":
            stages.append(Stage(rest.partition(" AS ")[2]))
        elif stages:
            stages[-1].instructions.append((word, " ".join(rest.split())))
    return stages


def context_files(root: Path) -> list[Path]:
    """What the build sees of a folder: our ``.dockerignore`` names what comes in, and no more."""
    lines = [
        line
        for line in (root / ".dockerignore").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    if lines[0] != "*":
        raise ValueError("the .dockerignore should begin by leaving everything out")
    named = [root / line[1:] for line in lines if line.startswith("!")]
    left_out = [line.removeprefix("**/") for line in lines[1:] if not line.startswith("!")]
    files = [
        path
        for one in named
        for path in ([one] if one.is_file() else one.rglob("*"))
        if path.is_file()
    ]
    return [
        path
        for path in files
        if not any(part.match(rule) for rule in left_out for part in (path, *path.parents))
    ]
