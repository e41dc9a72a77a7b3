"""From what each channel found to one order: scores made comparable, weighted and added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from marketplace.matching.questions import Language
from search.engines.base import Scored

OTHER = "other"
WEIGHTS: dict[Language, dict[str, float]] = {
    "zh": {"characters": 1.0, "words": 0.25, "field": 0.25, "use-multilingual-3": 0.25, OTHER: 0.5},
    "en": {"characters": 0.25, "translated": 1.0, "use-multilingual-3": 1.0, OTHER: 1.0},
}
"""What a channel counts for by the language of the question: an encoder by its name, one brought
along as OTHER. Round numbers on purpose: between half and double each, the figures of
docs/matching.md stay within what chance explains."""


class Fused(NamedTuple):
    """A document with its score over all channels and what each of them gave to it."""

    id: str
    score: float
    shares: Mapping[str, float]


def weight_of(channel: str, language: Language, languages: Mapping[str, frozenset[str]]) -> float:
    """What a channel counts for. An encoder that does not read the language counts nothing.

    `languages`: by encoder name, those that it reads.
    """
    encoder, _slash, part = channel.rpartition("/")
    if not encoder:
        return WEIGHTS[language].get(part, 0.0)
    return weight_of_encoder(encoder, language, languages)


def weight_of_encoder(
    encoder: str, language: Language, languages: Mapping[str, frozenset[str]]
) -> float:
    """What an encoder counts for, see `weight_of`."""
    if language not in languages.get(encoder, frozenset()):
        return 0.0
    return WEIGHTS[language].get(encoder, WEIGHTS[language][OTHER])


def fuse(found: Mapping[str, Sequence[Scored]], weights: Mapping[str, float]) -> list[Fused]:
    """One order, best first; equal scores by id.

    A channel's scores count from its last one up, in units of their spread: a channel that finds
    everything nearly alike so has little to say.
    """
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for channel, hits in found.items():
        weight = weights.get(channel, 0.0)
        if not weight or not hits:
            continue
        scores = np.array([hit.score for hit in hits])
        spread = float(scores.std()) or 1.0
        for hit, height in zip(hits, (scores - scores.min()) / spread, strict=True):
            shares[hit.id][channel] = weight * float(height)
    fused = [Fused(one, sum(given.values()), given) for one, given in shares.items()]
    return sorted(fused, key=lambda one: (-round(one.score, 6), one.id))
