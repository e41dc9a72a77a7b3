"""The folder of the embedded engine: generations, the pointer to the one that answers, locks.

    <folder>/current                 the name of the generation that answers, replaced atomically
    <folder>/gen-<time>-<random>/    one tantivy index and its generation.json
    <folder>/writer.lock             held while the answering generation is written or exchanged
    <folder>/rebuild.lock            held while a generation is built beside it

The locks are the kernel's (flock): they fall with the process that held them, however it ended.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import IO

import tantivy

from search.documents import Schema
from search.engines.embedded_schema import build_schema

_LOCK_POLL = 0.05


class Lock:
    """A lock between processes on one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the lock; whether it is held now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.close()
                    return False
                time.sleep(_LOCK_POLL)
            else:
                self._file = file
                return True

    def release(self) -> None:
        """Give the lock back; releasing a lock that is not held does nothing."""
        if self._file:
            self._file.close()
            self._file = None


class Generations:
    """The generations in one folder."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self.folder = folder
        self._schema = schema
        self.pointer = folder / "current"

    def current(self) -> str:
        """The name of the generation that answers, "" when there is none yet."""
        try:
            return self.pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def path(self, name: str) -> Path:
        """The folder of a generation."""
        return self.folder / name

    def create(self) -> str:
        """A new, empty generation with this schema; its name."""
        name = f"gen-{time.time_ns()}-{secrets.token_hex(3)}"
        path = self.path(name)
        path.mkdir(parents=True)
        about = {"fingerprint": self._schema.fingerprint}
        (path / "generation.json").write_text(json.dumps(about), encoding="utf-8")
        tantivy.Index(build_schema(self._schema), path=str(path))
        return name

    def is_of_schema(self, name: str) -> bool:
        """Whether a generation was made with this schema and these tokens.

        Raises OSError when the generation is not there (any more).
        """
        text = (self.path(name) / "generation.json").read_text(encoding="utf-8")
        try:
            about = json.loads(text)
        except ValueError:
            return False
        return isinstance(about, dict) and about.get("fingerprint") == self._schema.fingerprint

    def point_to(self, name: str) -> None:
        """Let a generation answer. The pointer is replaced whole, on disk before it is seen."""
        fresh = self.folder / f".current-{secrets.token_hex(4)}"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.pointer)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop(self, name: str) -> None:
        """Remove a generation that nobody reads."""
        shutil.rmtree(self.path(name), ignore_errors=True)

    def drop_others(self, *kept: str) -> None:
        """Remove all generations but those named.

        Readers of a removed one keep its files mapped until they notice the new pointer.
        """
        for path in self.folder.glob("gen-*"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob(".current-*"):
            path.unlink(missing_ok=True)
