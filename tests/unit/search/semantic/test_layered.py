"""An index in two layers answers as one of one layer would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.semantic.base import unit_rows
from search.semantic.layered import LayeredIndex
from search.semantic.nearest import VectorIndex

VECTORS = unit_rows(np.random.default_rng(7).normal(size=(40, 8)))
STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "save"]), st.integers(0, 11), st.integers(0, 39)),
    max_size=25,
)


@given(steps=STEPS)
def test_whatever_is_put_removed_and_saved_the_nearest_are_those_of_a_plain_index(
    tmp_path_factory: object, steps: list[tuple[str, int, int]]
) -> None:
    folder = Path(tmp_path_factory.mktemp("layers"))  # type: ignore[attr-defined]
    layered, plain = LayeredIndex(8), VectorIndex(8)
    for step, key, vector in steps:
        if step == "put":
            layered.put([key], VECTORS[vector : vector + 1])
            plain.put([key], VECTORS[vector : vector + 1])
        elif step == "remove":
            layered.remove([key])
            plain.remove([key])
        else:
            layered.save(folder / "layers.usearch")
    assert len(layered) == len(plain)
    for asked in VECTORS[:3]:
        assert dict(layered.nearest(asked, 12)).keys() == dict(plain.nearest(asked, 12)).keys()


def test_a_second_index_opens_the_file_that_the_first_wrote(tmp_path: Path) -> None:
    file = tmp_path / "one.usearch"
    first = LayeredIndex(8)
    first.put(range(5), VECTORS[:5])
    first.save(file)
    second = LayeredIndex(8, file)
    second.put([3], VECTORS[9:10])
    second.remove([4])
    assert len(second) == 4
    assert second.nearest(VECTORS[9], 1)[0][0] == 3
    assert first.nearest(VECTORS[4], 1)[0][0] == 4
