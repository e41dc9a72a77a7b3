"""Browsers in which somebody has signed in before: strangers' attempts don't slow them down.

What such a browser keeps is a signed text that names accounts by keyed digests and each password
by a mark, so that a changed password makes it worthless. It opens nothing; how attempts are
counted belongs to :mod:`marketplace.accounts.attempts`.
"""

from __future__ import annotations

from marketplace.accounts.models import Person
from marketplace.accounts.secrets import NotOurs, digest, keyed_digest, new_key, read_signed, sign

PURPOSE = "account.known-browser"
KEPT_SECONDS = 180 * 86_400
MOST_ACCOUNTS = 6
"""People who share one browser; whoever signed in longest ago is dropped first."""
KEY_LENGTH = 22


def known_browser(kept: str, person: Person | None) -> str | None:
    """The key under which this browser's attempts at the account are counted, if it knows it.

    :param kept: what the browser kept, or anything that somebody sent in its place.
    """
    if person is None or person.password_hash is None:
        # The same work as for an account that is there.
        _entries(kept)
        return None
    for account, mark, key in _entries(kept):
        if account == _account_of(person) and mark == _mark_of(person):
            return key
    return None


def remember_person(kept: str, person: Person) -> str:
    """What the browser keeps from now on, with this account in it and under a new key."""
    account = _account_of(person)
    others = [entry for entry in _entries(kept) if entry[0] != account]
    entry = [account, _mark_of(person), new_key()[:KEY_LENGTH]]
    return sign(PURPOSE, [*others, entry][-MOST_ACCOUNTS:])


def _entries(kept: str) -> list[list[str]]:
    try:
        found: list[list[str]] = read_signed(PURPOSE, kept, KEPT_SECONDS)
    except NotOurs:
        return []
    return found


def _account_of(person: Person) -> str:
    return keyed_digest(f"known-browser {person.id}")[:24]


def _mark_of(person: Person) -> str:
    return digest(f"{person.password_hash}")[:16]
