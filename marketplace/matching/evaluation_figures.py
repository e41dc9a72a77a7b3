"""From ranks to figures: recall, mean reciprocal rank, and how far chance may move them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

DEPTHS = (1, 5, 10, 50, 100)
_RANKS = 10
_DRAWS = 2_000
_SEED = 20_200
_LOW, _HIGH = 2.5, 97.5


def figures(ranks: Sequence[int | None]) -> dict[str, Any]:
    """`recall` by depth, `mrr10` and `n`; ranks count from 1, None is not found."""
    return {"recall": shares(ranks), "mrr10": _mrr(ranks), "n": len(ranks)}


def shares(ranks: Sequence[int | None]) -> dict[str, float | None]:
    """The share of ranks within each depth; None where there are no ranks."""
    return {str(depth): _mean(_within(ranks, depth)) for depth in DEPTHS}


def intervals(ranks: Sequence[int | None]) -> dict[str, Any]:
    """Between which bounds 95 of 100 figures lie when the questions are drawn again (bootstrap).

    `recall` by depth and `mrr10`, each a low and a high bound. The same for the same ranks.
    """
    if not ranks:
        return {"recall": dict.fromkeys(map(str, DEPTHS)), "mrr10": None}
    drawn = np.random.default_rng(_SEED).integers(0, len(ranks), size=(_DRAWS, len(ranks)))
    return {
        "recall": {str(depth): _bounds(_within(ranks, depth), drawn) for depth in DEPTHS},
        "mrr10": _bounds(_reciprocals(ranks), drawn),
    }


def _within(ranks: Sequence[int | None], depth: int) -> list[float]:
    return [float(rank is not None and rank <= depth) for rank in ranks]


def _reciprocals(ranks: Sequence[int | None]) -> list[float]:
    return [1 / rank if rank is not None and rank <= _RANKS else 0.0 for rank in ranks]


def _mrr(ranks: Sequence[int | None]) -> float | None:
    return _mean(_reciprocals(ranks))


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _bounds(values: Sequence[float], drawn: np.ndarray) -> list[float]:
    means = np.asarray(values)[drawn].mean(axis=1)
    low, high = np.percentile(means, [_LOW, _HIGH])
    return [round(float(low), 4), round(float(high), 4)]
