"""Vectors of real texts, perturbed: as many as are needed, no two the same.

Real texts lie in groups, as those of a field do, and an index of vectors is as quick as its groups
let it be. Copies of encoded texts, each pushed in a direction of its own, keep that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from search.semantic import Encoder, Vectors
from search.semantic.base import unit_rows
from search.semantic.store import VectorFiles, encode_once

SEED = 20_264
PUSH = 0.5
"""As long as this beside the text's own vector: about 0.89 of likeness is left."""


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines.

    :raises FileNotFoundError: where there is no such file.
    """
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def encoded(encoder: Encoder, texts: Sequence[str], folder: Path) -> Vectors:
    """The vectors of real texts; those that lie in the folder aren't encoded again."""
    return encode_once(encoder, VectorFiles(folder, encoder), texts)


def perturbed(base: Vectors, first: int, count: int) -> Vectors:
    """`count` vectors from number `first` on: number n is made of row n of the base, in turn."""
    rows = base[np.arange(first, first + count) % len(base)]
    push = np.random.default_rng((SEED, first)).standard_normal(rows.shape, dtype=np.float32)
    return unit_rows(rows + PUSH * unit_rows(push))
