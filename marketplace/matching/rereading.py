"""The second look at the best candidates: sentence by sentence, by the vectors of each encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from marketplace.matching.fusing import Fused, weight_of_encoder
from marketplace.matching.questions import Question
from search.semantic import Encoder, Vectors, VectorStore, encode_once

REREAD = 200
"""So many of the best are looked at again; with 100 recall@100 stays as it was."""
_WEIGHT = 0.5
SENTENCES = "sentences"


class SentenceVectors(Protocol):
    """Where the vectors of sentences are kept, which publication had encoded."""

    def of(self, encoder: Encoder, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of title and sentences of those of the documents that have them."""


def likeness(asked: Vectors, found: Vectors) -> float:
    """How near the best sentences of a document come to those asked, each asked one counting alike.

    Late interaction with the greatest likeness, as in ColBERT (Khattab and Zaharia, 2020), with
    sentences in place of tokens.
    """
    return float((asked @ found.T).max(axis=1).mean())


def reread(
    question: Question,
    fused: Sequence[Fused],
    encoders: Sequence[Encoder],
    vectors: SentenceVectors,
    kept: VectorStore | None = None,
) -> list[Fused]:
    """The list with its best `REREAD` in the order of both looks; the rest follows as it was.

    A question of one sentence has been compared as a whole already and stays as it is, as does a
    list of which no sentence has been encoded yet. Documents without vectors count as average.
    """
    head, rest = list(fused[:REREAD]), list(fused[REREAD:])
    languages = {one.name: one.languages for one in encoders}
    weights = {one: weight_of_encoder(one.name, question.language, languages) for one in encoders}
    whole = sum(weights.values())
    if len(question.parts) < 2 or len(head) < 2 or not whole:
        return [*head, *rest]
    second = np.zeros(len(head))
    for encoder, weight in weights.items():
        if not weight:
            continue
        asked = encode_once(encoder, kept, question.parts, "query")
        found = vectors.of(encoder, [one.id for one in head])
        likes = np.array(
            [likeness(asked, found[one.id]) if one.id in found else np.nan for one in head]
        )
        second += np.nan_to_num(_standard(likes)) * weight / whole
    first = _standard(np.array([one.score for one in head]))
    lowest = rest[0].score if rest else 0.0
    spread = float(np.std([one.score for one in head])) or 1.0
    totals = (first + _WEIGHT * second) * spread
    totals += lowest - totals.min()
    again = [
        one._replace(
            score=float(total), shares={**one.shares, SENTENCES: float(_WEIGHT * more * spread)}
        )
        for one, total, more in zip(head, totals, second, strict=True)
    ]
    return [*sorted(again, key=lambda one: (-round(one.score, 6), one.id)), *rest]


def _standard(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores around their mean, in units of their spread; unknown ones stay so."""
    if np.isnan(scores).all():
        return scores
    return np.asarray((scores - np.nanmean(scores)) / (float(np.nanstd(scores)) or 1.0))
