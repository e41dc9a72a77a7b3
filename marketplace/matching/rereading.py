"""The second look at the best candidates: characters near each other, and sentence by sentence.

Both are too dear for all records, and cheap for a hundred. Candidates come from `channels`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from marketplace.matching.fusing import Fused, weight_of_encoder
from marketplace.matching.questions import Question
from search.semantic import Encoder, Vectors, VectorStore, encode_once
from search.text import units_in

REREAD = 100
"""So many of the best are looked at again; with 200 the first ten are as good."""
SENTENCES, NEAR = "sentences", "near characters"
LOOKS = (NEAR, SENTENCES)
_WEIGHT = 0.5
"""Of each second look, in units of spread, beside the first one's 1."""
_REACH = 8
"""Units between two that count as near; 4 to 12 do as well."""
_USUAL_LENGTH = 220
_SHARE_OF_LENGTH = 0.75

Pair = tuple[str, str]
Scores = NDArray[np.float64]


class Readings(Protocol):
    """What is kept of the documents for the second look."""

    def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Title and text as one, of those of the documents that anyone may read so."""

    def vectors(self, encoder: Encoder, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of title and sentences of those of the documents that have them."""


def reread(
    question: Question,
    fused: Sequence[Fused],
    encoders: Sequence[Encoder],
    readings: Readings,
    kept: VectorStore | None = None,
    without: Collection[str] = (),
) -> list[Fused]:
    """The list with its best `REREAD` in the order of all looks; the rest follows as it was.

    A question of one sentence has been compared as a whole already and stays as it is. A document
    that a look knows nothing of counts there as average. `without`: looks to leave out, for
    measuring.
    """
    head, rest = list(fused[:REREAD]), list(fused[REREAD:])
    if len(question.parts) < 2 or len(head) < 2:
        return [*head, *rest]
    ids = [one.id for one in head]
    looks: dict[str, Scores] = {}
    if NEAR not in without:
        looks[NEAR] = _standard(_by_pairs(question, ids, readings))
    if SENTENCES not in without:
        looks[SENTENCES] = _by_sentences(question, ids, encoders, readings, kept)
    first = np.array([one.score for one in head])
    spread = float(first.std()) or 1.0
    added = {name: _WEIGHT * spread * scores for name, scores in looks.items()}
    totals = first + sum(added.values())
    # The head stays before the rest.
    totals += max((rest[0].score if rest else 0.0) - float(totals.min()), 0.0)
    again = [
        Fused(
            one.id,
            float(totals[place]),
            {**one.shares, **{name: float(given[place]) for name, given in added.items()}},
        )
        for place, one in enumerate(head)
    ]
    return [*sorted(again, key=lambda one: (-round(one.score, 6), one.id)), *rest]


def near_pairs(units: Sequence[str]) -> set[Pair]:
    """The pairs of different units that stand near each other, whichever comes first."""
    return {
        (one, other) if one < other else (other, one)
        for place, one in enumerate(units)
        for other in units[place + 1 : place + 1 + _REACH]
        if one != other
    }


def likeness(asked: Vectors, found: Vectors) -> float:
    """How near the best sentences of a document come to those asked, each asked one counting alike.

    Late interaction with the greatest likeness, as in ColBERT (Khattab and Zaharia, 2020), with
    sentences in place of tokens.
    """
    return float((asked @ found.T).max(axis=1).mean())


def _by_pairs(question: Question, ids: Sequence[str], readings: Readings) -> Scores:
    """How many near pairs of the question a document has, rare ones among these documents more.

    Workshop words and scientific ones for one thing often share characters in another order or
    with others between.
    """
    asked = near_pairs(units_in(question.whole))
    wanted = {unit for pair in asked for unit in pair}
    texts = readings.texts(ids)
    lengths, shared = [], []
    for one in ids:
        units = units_in(texts.get(one, ""))
        lengths.append(len(units))
        shared.append(_shared_pairs(units, asked, wanted))
    having = Counter(pair for pairs in shared for pair in pairs)
    rarity = {pair: log(1 + len(ids) / count) for pair, count in having.items()}
    scores = [
        sum(rarity[pair] for pair in pairs)
        / (1 - _SHARE_OF_LENGTH + _SHARE_OF_LENGTH * length / _USUAL_LENGTH)
        if one in texts
        else np.nan
        for one, pairs, length in zip(ids, shared, lengths, strict=True)
    ]
    return np.array(scores)


def _shared_pairs(units: Sequence[str], asked: set[Pair], wanted: set[str]) -> set[Pair]:
    places = [(place, unit) for place, unit in enumerate(units) if unit in wanted]
    found = set()
    for at, (place, one) in enumerate(places):
        for other_place, other in places[at + 1 : at + 1 + _REACH]:
            if other_place - place > _REACH:
                break
            pair = (one, other) if one < other else (other, one)
            if pair in asked:
                found.add(pair)
    return found


def _by_sentences(
    question: Question,
    ids: Sequence[str],
    encoders: Sequence[Encoder],
    readings: Readings,
    kept: VectorStore | None,
) -> Scores:
    languages = {one.name: one.languages for one in encoders}
    weights = {one: weight_of_encoder(one.name, question.language, languages) for one in encoders}
    whole = sum(weights.values())
    scores = np.zeros(len(ids))
    for encoder, weight in weights.items():
        if not weight:
            continue
        asked = encode_once(encoder, kept, question.parts, "query")
        found = readings.vectors(encoder, ids)
        likes = [likeness(asked, found[one]) if one in found else np.nan for one in ids]
        scores += _standard(np.array(likes)) * weight / whole
    return scores


def _standard(scores: Scores) -> Scores:
    """The scores around their mean, in units of their spread; unknown ones count as average."""
    if np.isnan(scores).all():
        return np.zeros(len(scores))
    standard = (scores - np.nanmean(scores)) / (float(np.nanstd(scores)) or 1.0)
    return np.asarray(np.nan_to_num(standard))
