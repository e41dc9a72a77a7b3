"""What every service can: be prepared, started, recognised, asked whether it answers."""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM, Signals

SAID_CHARACTERS = 2000


@dataclass(frozen=True)
class Site:
    """Where one service lives: its own folder, its port on 127.0.0.1, the password it asks for."""

    folder: Path
    port: int
    password: str

    def said(self) -> str:
        """The end of what it has said so far."""
        path = self.folder / "said.log"
        return path.read_text("utf-8", "replace")[-SAID_CHARACTERS:] if path.exists() else ""


class Service(ABC):
    """One kind of service.

    ``variable`` is the market's setting for its address; ``patience`` the seconds within which
    it ends after ``stop_signal``; ``start_patience`` those within which it answers after the
    start, with all that it has to recover first.
    """

    name: str
    variable: str
    stop_signal: Signals = SIGTERM
    patience: float = 30
    start_patience: float = 30

    @abstractmethod
    def look_for_programs(self) -> None:
        """:raises ServiceError: when a program is missing; says what to install."""

    @abstractmethod
    def prepare(self, site: Site) -> None:
        """Fill the folder, which is there and empty, once before the first start."""

    @abstractmethod
    def start(self, site: Site) -> subprocess.Popen[bytes]:
        """Start it; does not wait until it answers."""

    @abstractmethod
    def belongs(self, site: Site, program: str, arguments: Sequence[str]) -> bool:
        """Whether a process with this program and arguments is of this service."""

    @abstractmethod
    def address(self, site: Site) -> str:
        """What the market's setting holds."""

    @abstractmethod
    def is_answering(self, site: Site) -> bool:
        """Whether it does its work now."""
