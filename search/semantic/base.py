"""What an encoder is: texts in, vectors out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row a text, each of length 1, so that a product of two rows is their likeness."""


class EncoderUnusable(Exception):
    """An encoder can't be used: `code` says why, for the sentence that a page or command shows.

    Codes: "not_installed" (a package is missing), "no_model" (no settings file in the folder),
    "bad_settings" (the settings file can't be read or contradicts itself), "bad_model" (a model
    or tokenizer that is missing, broken, or does not give what the settings say). `detail`: what
    the cause said, for those who run the market.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Encoder(Protocol):
    """Turns texts into vectors of meaning.

    `name` changes whenever the vectors would, since vectors are kept under it. `languages`: the
    codes of those in which a question is understood ("zh", "en").
    """

    name: str
    dimensions: int
    languages: frozenset[str]

    def passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that are looked for, in their order."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that are asked, in their order."""


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """The rows at length 1; a row of zeros stays so."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
