"""A mail server on loopback that does as it is told, and remembers what it was sent."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

HANG_UP = "hang up"
"""An answer that is none: the server closes the connection."""

Answer = Callable[[str], str | None]


@dataclass
class Received:
    """A letter as the server got it."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter as a mail program reads it."""
        return cast(EmailMessage, message_from_bytes(self.content, policy=default))


@dataclass
class MailHost:
    """What the server answers, by command; by default it takes everything.

    ``answers`` maps ``CONNECT``, ``MAIL``, ``RCPT`` or ``DATA`` to a function, which answers
    nothing to agree. It is given the command's line, and for ``DATA``, once the text has come, the
    recipient.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    connections: int = 0
    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None
    is_tls_from_the_start: bool = False
    port: int = 0

    @property
    def recipients(self) -> list[str]:
        """To whom letters were taken, in their order."""
        return [one.recipient for one in self.received]

    def refuse(self, command: str, answer: str, *, about: str = "") -> None:
        """Give this answer to a command whose line names ``about``."""
        self.answers[command] = lambda line: answer if about in line else None


class _Handler(socketserver.StreamRequestHandler):
    timeout = 20

    @property
    def host(self) -> MailHost:
        return cast(_Server, self.server).host

    def setup(self) -> None:
        if self.host.is_tls_from_the_start and self.host.tls:
            self.request = self.host.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def say(self, line: str) -> None:
        if line == HANG_UP:
            raise ConnectionAbortedError
        self.wfile.write(f"{line}\r\n".encode())

    def agree(self, command: str, line: str, usual: str = "250 fine") -> bool:
        given = self.host.answers.get(command, lambda _line: None)(line)
        self.say(given or usual)
        return given is None

    def handle(self) -> None:
        self.host.connections += 1
        try:
            if self.agree("CONNECT", "", "220 mail.test ready"):
                self.converse()
        except (OSError, ConnectionAbortedError):
            return

    def converse(self) -> None:
        sender = recipient = ""
        is_encrypted = self.host.is_tls_from_the_start
        while raw := self.rfile.readline():
            line = raw.decode().rstrip("\r\n")
            self.host.lines.append(line)
            command = line.split(" ", 1)[0].upper()
            if command == "EHLO":
                offers = ["mail.test", "SIZE 1000000"]
                offers += ["STARTTLS"] if self.host.tls and not is_encrypted else []
                offers += ["AUTH PLAIN"] if self.host.user else []
                for offer in offers[:-1]:
                    self.say(f"250-{offer}")
                self.say(f"250 {offers[-1]}")
            elif command == "STARTTLS" and self.host.tls:
                self.say("220 go on")
                self.request = self.host.tls.wrap_socket(self.request, server_side=True)
                self.rfile = self.request.makefile("rb")
                self.wfile = self.request.makefile("wb", buffering=0)
                is_encrypted = True
            elif command == "AUTH":
                proof = base64.b64encode(f"\0{self.host.user}\0{self.host.password}".encode())
                is_right = line.rpartition(" ")[2] == proof.decode()
                self.say("235 welcome" if is_right else "535 5.7.8 who are you")
            elif command == "MAIL":
                if self.agree("MAIL", line):
                    sender = line.partition("<")[2].partition(">")[0]
            elif command == "RCPT":
                if self.agree("RCPT", line):
                    recipient = line.partition("<")[2].partition(">")[0]
            elif command == "DATA":
                self.say("354 go on")
                content = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    content += part[1:] if part.startswith(b".") else part
                if self.agree("DATA", recipient):
                    self.host.received.append(Received(sender, recipient, content))
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: MailHost) -> None:
        self.host = host
        super().__init__(("127.0.0.1", host.port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is part of the play."""


@contextmanager
def serving(host: MailHost) -> Iterator[MailHost]:
    """Let the server run while the block does, on its port or a free one."""
    with _Server(host) as server:
        host.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """The server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
