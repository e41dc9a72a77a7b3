"""The link in a letter that confirms one listing: what it says, and that it is ours.

It stands for one person and one asking. Whether that asking is still open, the services find out.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.accounts.secrets import NotOurs, read_signed, sign

PURPOSE = "freshness"
READABLE_SECONDS = 3 * 365 * 86_400
"""So long a link can be read, to say what became of it; it confirms while its asking is open."""


@dataclass(frozen=True)
class Link:
    """Which asking a link answers, and to whom it was sent."""

    asking_id: int
    person_id: int


def make_link(asking_id: int, person_id: int) -> str:
    """The text that stands in the letter to this person."""
    return sign(PURPOSE, [asking_id, person_id])


def read_link(token: str) -> Link | None:
    """What a link of ours says; nothing for another one."""
    try:
        asking_id, person_id = read_signed(PURPOSE, token, READABLE_SECONDS)
    except NotOurs:
        return None
    return Link(asking_id, person_id)
