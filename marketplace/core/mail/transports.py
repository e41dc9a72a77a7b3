"""Where letters go: a mail server, the terminal of the demo, or the memory of a test.

The mail server's own language stands in ``smtp``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from marketplace.core.db import now
from marketplace.core.mail.message import Envelope
from marketplace.core.mail.smtp import SmtpTransport
from marketplace.core.mail.waiting import LettersWait
from marketplace.settings import Mode, Settings

KEPT_LETTERS = 200


class Carrier(Protocol):
    """Takes the letters of one round."""

    def connect(self) -> None:
        """Be ready to take a letter.

        :raises LettersWait: when no letter can go at present.
        """

    def deliver(self, envelope: Envelope) -> None:
        """Take one letter.

        :raises LettersWait: when no letter can go at present.
        :raises LetterDelayed: when this one can't, for now.
        :raises LetterRejected: when this one never can.
        """


class Transport(Protocol):
    """A way for letters."""

    def round(self) -> AbstractContextManager[Carrier]:
        """Take some letters one after the other, over one connection where there are any."""


def make_transport(settings: Settings) -> Transport:
    """The way that the settings name: a server, else the console, memory for tests.

    Production has neither, so letters wait there until a server and the site's address are set.
    """
    if settings.mode is Mode.PRODUCTION and not settings.public_url:
        return NoWay("MARKET_PUBLIC_URL is not set")
    if settings.mail_server is not None:
        return SmtpTransport(settings.mail_server)
    if settings.mode is Mode.PRODUCTION:
        return NoWay("MARKET_MAIL_URL is not set")
    if settings.mode is Mode.TEST and not settings.mail_url:
        return MemoryTransport()
    return ConsoleTransport(settings.mail_dir)


def parsed(content: bytes) -> EmailMessage:
    """A letter that was sent, as a mail program reads it."""
    return message_from_bytes(content, policy=default)


class NoWay:
    """Letters wait until somebody sets what is missing."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Take nothing."""
        yield self

    def connect(self) -> None:
        """Say what is missing."""
        raise LettersWait(self._reason)

    def deliver(self, envelope: Envelope) -> None:  # noqa: ARG002
        """Say what is missing."""
        raise LettersWait(self._reason)


class MemoryTransport:
    """Keeps the letters of a test, the oldest first."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Take letters."""
        yield self

    def connect(self) -> None:
        """Memory is always there."""

    def deliver(self, envelope: Envelope) -> None:
        """Keep a letter."""
        self.letters.append(parsed(envelope.content))


class ConsoleTransport:
    """Prints letters, and keeps the last :data:`KEPT_LETTERS` in a folder, as mail programs do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def round(self) -> Iterator[Carrier]:
        """Take letters."""
        yield self

    def connect(self) -> None:
        """The terminal is always there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def deliver(self, envelope: Envelope) -> None:
        """Keep a letter in a file of its own, in place only when it is whole, and print it."""
        name = f"{now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.eml"
        partial = self._folder / f".{name}.partial"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(envelope.content)
        partial.replace(self._folder / name)
        for old in sorted(self._folder.glob("*.eml"))[:-KEPT_LETTERS]:
            old.unlink(missing_ok=True)
        letter = parsed(envelope.content)
        # Standard output belongs to the answer of the command that may be running.
        print(f"\n{letter['To']}: {letter['Subject']}\n\n{letter.get_content()}", file=sys.stderr)
