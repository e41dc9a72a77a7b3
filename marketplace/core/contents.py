"""Which stored contents somebody still needs, and dropping those that nobody does.

The same content may be named by rows of several tables: a file of a record and a spreadsheet.
Whoever names contents declares it, and takes :func:`hold_contents` before naming one, so that
none goes that is being named anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Select, except_
from sqlalchemy.orm import Session

from marketplace.core.db import writing
from marketplace.core.files import FileStore
from marketplace.core.locks import lock_until_commit

CONTENTS = "attachment-contents"

Hashes = Callable[[], Select[str]]


@dataclass(frozen=True)
class ContentUser:
    """A table that names contents: the hashes that it needs now, and those that it did once."""

    name: str
    needed: Hashes
    let_go: Hashes


_users: dict[str, ContentUser] = {}


def declare_content_user(user: ContentUser) -> None:
    """Add a table that names contents; saying the same again changes nothing."""
    _users[user.name] = user


def hold_contents(session: Session) -> None:
    """Let no content be dropped until the transaction has ended."""
    lock_until_commit(session, CONTENTS)


def forget_contents() -> int:
    """Drop the contents that somebody let go and nobody needs; how many went."""
    files: FileStore = current_app.extensions["files"]
    needed = [user.needed() for user in _users.values()]
    with writing() as session:
        hold_contents(session)
        gone = {
            sha256
            for user in _users.values()
            for sha256 in session.scalars(except_(user.let_go(), *needed))
            if files.holds(sha256)
        }
        for sha256 in gone:
            files.remove(sha256)
    return len(gone)
