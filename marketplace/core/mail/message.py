"""A letter as it goes over the wire: headers, text, footer (RFC 5322, 2045, 3834, 2369, 8058)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from marketplace.core.db import now
from marketplace.core.i18n import HTML_LANGUAGES
from marketplace.core.mail.letters import Letter, Topic
from marketplace.core.mail.links import link_to, site_address
from marketplace.core.mail.refusals import refusal_token
from marketplace.core.mail.rendering import one_line, rendered
from marketplace.settings import Settings

UNSUBSCRIBE = "mail.unsubscribe"
# The demo's letters go no further than its terminal.
NOBODY = "noreply@localhost"
_LINE_ENDS = re.compile(r"\r\n?|\n")
_WIRE = compat32.clone(linesep="\r\n")


@dataclass(frozen=True)
class Envelope:
    """What a mail server is given: from whom, to whom, and the letter itself."""

    sender: str
    recipient: str
    content: bytes


def envelope_of(
    letter: Letter, recipient: str, topic: Topic | None, event_id: int, created_at: datetime
) -> Envelope:
    """The letter of an outbox event, made ready to be sent to ``recipient``.

    Its ``Message-ID`` follows from the event, so that a letter sent twice can be seen to be one.
    """
    settings: Settings = current_app.extensions["settings"]
    sender = settings.mail_from or NOBODY
    site = settings.site_name(letter.language)
    leaving = ""
    if topic is not None and letter.recipient_id is not None:
        token = refusal_token(letter.recipient_id, topic.name)
        leaving = link_to(UNSUBSCRIBE, letter.language, token=token)
    message = MIMEText(_body(letter, site, topic, leaving), "plain", "utf-8")
    message["From"] = _header("From", site, f"<{sender}>")  # type: ignore[assignment]
    message["To"] = recipient
    message["Subject"] = _header("Subject", letter.subject)  # type: ignore[assignment]
    message["Date"] = format_datetime(now())
    message["Message-ID"] = _message_id(event_id, created_at)
    message["Content-Language"] = HTML_LANGUAGES[letter.language]
    message["Auto-Submitted"] = "auto-generated"
    if leaving:
        message["List-Unsubscribe"] = _Unfolded(f"<{leaving}>")  # type: ignore[assignment]
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Envelope(sender, recipient, message.as_bytes(policy=_WIRE))


class _Unfolded(Header):
    """A header whose value stays on the line of its name, where simple programs look for it."""

    def encode(self, *_how: Any, **_more: Any) -> str:
        """The value as it is; the caller sees to it that it is ASCII."""
        return str(self)


def _header(name: str, text: str, address: str = "") -> Header:
    """A text that people wrote as the value of a header, and an address after it.

    Always as encoded words, also in ASCII: a text may look like one (RFC 2047).
    """
    header = Header(one_line(text), "utf-8", header_name=name)
    if address:
        header.append(address, "us-ascii")
    return header


def _body(letter: Letter, site: str, topic: Topic | None, leaving: str) -> str:
    (footer,) = rendered(
        "_footer",
        letter.language,
        ["text"],
        site_name=site,
        site_address=site_address(),
        topic=topic.label if topic else "",
        leaving=leaving,
    )
    # The mark before a signature (RFC 3676, 4.3): programs fold it away.
    body = f"{letter.text}\n\n-- \n{footer}\n"
    # Lines of text end in CRLF also inside base64 (RFC 2046, 4.1.1; RFC 2045, 6.8).
    return _LINE_ENDS.sub("\r\n", body)


def _message_id(event_id: int, created_at: datetime) -> str:
    host = urlsplit(site_address()).hostname
    seal = hashlib.sha256(f"{event_id} {created_at.isoformat()}".encode()).hexdigest()[:16]
    return f"<{event_id}.{seal}@{host}>"
