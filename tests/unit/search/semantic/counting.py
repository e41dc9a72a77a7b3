"""An encoder that counts what it encodes: the vector of a text is made of its characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.semantic.base import Vectors, unit_rows


class CountingEncoder:
    """See `search.semantic.Encoder`. `encoded`: every text that was encoded, in order."""

    dimensions = 64

    def __init__(self, name: str = "counting", languages: frozenset[str] | None = None) -> None:
        self.name = name
        self.languages = frozenset({"zh", "en"}) if languages is None else languages
        self.encoded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See the protocol."""
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimensions))
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) % self.dimensions] += 1
        return unit_rows(vectors)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See the protocol."""
        return self.passages(texts)
