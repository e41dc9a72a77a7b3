"""Passwords, keys, links and what is encrypted: all that is derived from the market's secret.

What a link opens and who may use it belongs to the services.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from marketplace.settings import Mode, Settings

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
KEY_BYTES = 32


class NotOurs(Exception):
    """A link or an encrypted text that this market did not make, or made too long ago."""


def hash_password(password: str) -> str:
    """The password as it is kept: argon2id."""
    return _hasher().hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether the password is the one that is kept; takes as long where none is."""
    matches = _hasher().verify(password[:LONGEST_PASSWORD], kept or _nobodys_hash())
    return matches and kept is not None


def new_key() -> str:
    """A key for a browser: 256 random bits."""
    return secrets.token_urlsafe(KEY_BYTES)


def digest(text: str) -> str:
    """What is kept of a random key or code: SHA-256, which random bits don't let be reversed."""
    return hashlib.sha256(text.encode()).hexdigest()


def keyed_digest(text: str) -> str:
    """What is kept of something that could be guessed: HMAC-SHA-256 under the market's secret."""
    return hmac.new(_key("digest"), text.encode(), hashlib.sha256).hexdigest()


def sign(purpose: str, value: Any) -> str:
    """A text for a link that says ``value`` and for what it was made."""
    return _serializer(purpose).dumps(value)


def read_signed(purpose: str, text: str, seconds: int) -> Any:
    """What a link says.

    :raises NotOurs: when it wasn't made here, for this, in the last so many seconds.
    """
    try:
        return _serializer(purpose).loads(text, max_age=seconds)
    except BadData as error:
        raise NotOurs from error


def encrypt(text: str) -> str:
    """The text as only this market can read it."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """What :func:`encrypt` was given.

    :raises NotOurs: when the market has another secret since.
    """
    try:
        return _fernet().decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise NotOurs from error


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _key(purpose: str) -> bytes:
    return hashlib.blake2b(
        purpose.encode(), key=hashlib.sha256(_settings().secret().encode()).digest()
    ).digest()[:KEY_BYTES]


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("encryption")))


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key("links"), salt=purpose)


def _hasher() -> PasswordHash:
    return _cheap_hasher() if _settings().mode is Mode.TEST else _real_hasher()


@cache
def _real_hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _cheap_hasher() -> PasswordHash:
    """For tests, which sign in hundreds of times."""
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def _nobodys_hash() -> str:
    kept: dict[str, str] = current_app.extensions.setdefault("accounts.nobody", {})
    if "hash" not in kept:
        kept["hash"] = hash_password(secrets.token_hex())
    return kept["hash"]
