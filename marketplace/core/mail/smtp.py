"""Handing letters to a mail server, and what its answers mean (RFC 5321, 4.2; RFC 3207; RFC 4954).

A server that doesn't answer, or won't speak to us, makes all letters wait; what it says of one
letter or address concerns that one alone.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from marketplace.core.db import now
from marketplace.core.mail.message import Envelope
from marketplace.core.mail.waiting import LetterDelayed, LetterRejected, LettersWait
from marketplace.service_addresses import Encryption, MailServer

# For each answer of the server; a worker that ends waits 20 seconds for the round at hand.
ANSWER_SECONDS = 10.0
# The worker comes round every few seconds, and a server that swallows connections keeps it from
# other work for as long as it waits for one.
REST = timedelta(seconds=30)
CLOSING = 421
TOO_LARGE = 552
# Authentication is wanted, or the one given is too weak (RFC 4954, 6).
UNKNOWN_TO_SERVER = frozenset({530, 534, 535, 538})


class SmtpTransport:
    """Letters go to one mail server, over a connection for each round."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._rests_until: datetime | None = None
        self._reason = ""

    @contextmanager
    def round(self) -> Iterator[SmtpCarrier]:
        """Take some letters; the connection is opened for the first and closed after the last."""
        carrier = SmtpCarrier(self)
        try:
            yield carrier
        finally:
            carrier.disconnect()

    def opened(self) -> smtplib.SMTP:
        """A connection on which letters may be handed in.

        :raises LettersWait: when there is none, or was none less than :data:`REST` ago.
        """
        if self._rests_until is not None and now() < self._rests_until:
            raise LettersWait(self._reason)
        try:
            connection = open_connection(self._server)
        except (OSError, ValueError) as error:
            raise self.resting(reason_of_mail(error)) from error
        self._rests_until = None
        return connection

    def resting(self, reason: str) -> LettersWait:
        """What to raise now that the server takes no letter; it is left alone for a while."""
        self._reason = reason
        self._rests_until = now() + REST
        return LettersWait(reason)


class SmtpCarrier:
    """One round of letters; a connection that broke is opened anew for the next letter."""

    def __init__(self, transport: SmtpTransport) -> None:
        self._transport = transport
        self._connection: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Open the connection, unless it is open.

        :raises LettersWait: when the server takes no letter.
        """
        self._opened()

    def deliver(self, envelope: Envelope) -> None:
        """Hand one letter in.

        :raises LettersWait: when the server takes none of ours.
        :raises LetterDelayed: when it takes this one later (4xx), or broke off in the middle.
        :raises LetterRejected: when it never takes this one (5xx).
        """
        connection = self._opened()
        try:
            connection.sendmail(envelope.sender, [envelope.recipient], envelope.content)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._verdict(error.recipients[envelope.recipient][0]) from None
        except smtplib.SMTPSenderRefused as error:
            # The sender is the same for all. Only the size, which goes with it, is the letter's.
            if error.smtp_code == TOO_LARGE:
                raise self._verdict(error.smtp_code) from None
            raise self._transport.resting(reason_of_mail(error)) from None
        except smtplib.SMTPDataError as error:
            raise self._verdict(error.smtp_code) from None
        except OSError as error:
            self.disconnect()
            raise LetterDelayed(f"the connection broke: {type(error).__name__}") from None

    def disconnect(self) -> None:
        """Take leave, however the server takes it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError):
                connection.quit()
            connection.close()

    def _opened(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._transport.opened()
        return self._connection

    def _verdict(self, code: int) -> Exception:
        """What the server's answer to this letter means. Its words may repeat the address."""
        if code == CLOSING:
            self.disconnect()
        if code in UNKNOWN_TO_SERVER:
            return self._transport.resting(f"the server wants to know who sends: {code}")
        if 400 <= code < 500:
            return LetterDelayed(f"the server said {code}")
        return LetterRejected(f"the server said {code}")


def open_connection(server: MailServer) -> smtplib.SMTP:
    """A connection, encrypted as the server's address says, signed in where it names a user.

    :raises OSError: when the server can't be reached, trusted or signed in to (``SMTPException``
        and ``SSLError`` are among them).
    """
    connection: smtplib.SMTP
    if server.encryption is Encryption.FROM_THE_START:
        connection = smtplib.SMTP_SSL(
            server.host,
            server.port,
            timeout=ANSWER_SECONDS,
            context=ssl.create_default_context(),
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=ANSWER_SECONDS)
    try:
        if server.encryption is Encryption.STARTTLS:
            # Where the server offers none this fails, rather than send letters in the clear.
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def reason_of_mail(error: Exception) -> str:
    """What went wrong with a server, in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}".splitlines()[0]
    return str(error).splitlines()[0] if str(error) else type(error).__name__
