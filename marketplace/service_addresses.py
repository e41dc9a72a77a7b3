"""Addresses of services as settings give them: which are right, and what to say of one that isn't.

Whether a service answers is looked at elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

CONSOLE = "console:"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# At most 254 characters (RFC 3696, erratum 1690); ASCII before the @, for not every server takes
# more (RFC 6531). Quoted local parts are left out on purpose: nobody has one.
_LONGEST_MAIL_ADDRESS = 254
_MAIL_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64})@(?P<domain>[^\s@]{1,255})"
)
_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


class Encryption(StrEnum):
    """How the way to a mail server is kept secret, by the scheme of its address."""

    STARTTLS = "smtp"
    FROM_THE_START = "smtps"
    NONE = "smtp+plain"


# RFC 6409 and RFC 8314: letters are handed in on 587, and on 465 where TLS comes first.
PORTS = {Encryption.STARTTLS: 587, Encryption.FROM_THE_START: 465, Encryption.NONE: 25}


@dataclass(frozen=True)
class MailServer:
    """A server that takes letters, and how it is spoken to."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)


def unescaped(name: str) -> object:
    """What to say of an address whose password would be taken for a host or a path, and shown."""
    return _l(
        "%(name)s 的口令里，这几个符号要转写：%(codes)s。",
        name=name,
        codes="@ %40, / %2F, ? %3F, # %23",
    )


def is_database_address(address: str) -> bool:
    """Whether SQLAlchemy can read the address."""
    try:
        make_url(address)
    except (ArgumentError, ValueError):  # a port that is no number
        return False
    return True


def service_url(name: str, url: str | None, schemes: set[str], advice: object) -> str | None:
    """The address of a service; an empty one counts as none.

    :raises ValueError: with the advice, when it is none of ``schemes`` with a host.
    """
    if not url or not url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        is_right = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that don't match
        is_right = False
    if not is_right:
        raise ValueError(advice)
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError(unescaped(name))
    return url.strip()


def mail_url(url: str | None) -> str | None:
    """The address that letters go to: ``console:`` or a mail server; an empty one counts as none.

    :raises ValueError: with a sentence, when it is neither, or unencrypted beyond this machine.
    """
    if url and url.strip() == CONSOLE:
        return CONSOLE
    advice = _l(
        "MARKET_MAIL_URL 应为 smtp://用户:口令@主机:587（STARTTLS）、"
        "smtps://用户:口令@主机:465 或 console:。"
    )
    found = service_url("MARKET_MAIL_URL", url, set(Encryption), advice)
    if found is None:
        return None
    parts = urlsplit(found)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(advice)
    if parts.scheme == Encryption.NONE and parts.hostname not in LOOPBACK:
        raise ValueError(_l("MARKET_MAIL_URL 的 smtp+plain:// 不加密，只能用于本机。"))
    return found


def mail_server(url: str, password: str | None) -> MailServer:
    """The server at an address that :func:`mail_url` has passed; ``password`` goes before its."""
    parts = urlsplit(url)
    encryption = Encryption(parts.scheme)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or PORTS[encryption],
        encryption=encryption,
        user=unquote(parts.username or ""),
        password=password if password is not None else unquote(parts.password or ""),
    )


def mail_address(text: str) -> str:
    """An e-mail address as mail servers take it, its domain in ASCII (IDNA).

    :raises ValueError: when the text is no such address.
    """
    found = _MAIL_ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError("not an e-mail address")
    try:
        domain = found["domain"].encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("not a domain of an e-mail address") from error
    address = f"{found['local']}@{domain}"
    if not _HOST_NAME.fullmatch(domain) or len(address) > _LONGEST_MAIL_ADDRESS:
        raise ValueError("not a domain of an e-mail address, or too long")
    return address
