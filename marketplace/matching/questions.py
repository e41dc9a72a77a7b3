"""What is asked, as the channels read it: the text of a demand, or of a record in the other way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from marketplace.matching.sentences import sentences_of
from search.text import is_han, pieces

Language = Literal["zh", "en"]
_LEAST_HAN = 0.2
"""Share of Han characters among the units from which on a text is read as Chinese."""


@dataclass(frozen=True)
class Question:
    """A title and a text; either may be empty."""

    title: str
    text: str = ""

    @cached_property
    def whole(self) -> str:
        """Title and text as one."""
        return "。".join(part for part in (self.title.strip(), self.text.strip()) if part)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The title and each sentence of the text."""
        title = (self.title.strip(),) if self.title.strip() else ()
        return title + tuple(sentence.text for sentence in sentences_of(self.text))

    @cached_property
    def language(self) -> Language:
        """The language that most of it is written in."""
        return language_of(self.whole)


def language_of(text: str) -> Language:
    """``zh`` where Han characters make up a fifth of the units or more, else ``en``."""
    han = words = 0
    for kind, piece in pieces(text):
        if kind == "han":
            han += len(piece)
        elif kind == "latin" and not is_han(piece) and piece[0].isalpha():
            words += 1
    return "zh" if han >= _LEAST_HAN * (han + words) and han else "en"
