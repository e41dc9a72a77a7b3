"""What a domain declares of its letters: topics, kinds, and what one letter is.

How a letter is rendered, addressed and sent stands beside this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString


@dataclass(frozen=True)
class Topic:
    """What letters may be about, and what a recipient can refuse; ``label`` names it to people."""

    name: str
    label: LazyString


@dataclass(frozen=True)
class Letter:
    """A letter in plain text, ``language`` ``zh`` or ``en``, to one address.

    ``recipient_id`` is the person whose letter it is; only who can refuse nothing has none.
    """

    to: str
    language: str
    subject: str
    text: str
    recipient_id: int | None = None


Compose = Callable[[int, Mapping[str, Any]], Letter | None]


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter; one without a topic belongs to the account itself and can't be refused.

    ``compose`` gets the id of the subject and the params of :func:`delivery.send_letter`, at the
    moment of sending. It reads the present state, mints the links that the letter carries, and
    answers nothing when the letter no longer applies. It is called again when sending failed, so
    it must bear that the links of an earlier call were never used.
    """

    name: str
    topic: Topic | None
    compose: Compose


_kinds: dict[str, LetterKind] = {}


def declare_letters(*kinds: LetterKind) -> None:
    """Add kinds of letter; saying the same again changes nothing."""
    _kinds.update({kind.name: kind for kind in kinds})


def letter_kind(name: str) -> LetterKind:
    """The kind of that name.

    :raises ValueError: when nobody has declared it.
    """
    kind = _kinds.get(name)
    if kind is None:
        raise ValueError(f"no kind of letter is called {name}")
    return kind


def letter_topics() -> Sequence[Topic]:
    """All topics that can be refused, in the order in which they were declared."""
    return list({kind.topic.name: kind.topic for kind in _kinds.values() if kind.topic}.values())


def letter_topic(name: str) -> Topic | None:
    """The topic of that name, if any kind of letter has it."""
    return next((topic for topic in letter_topics() if topic.name == name), None)
