"""A sentence encoder of a few bytes: the model looks each token's vector up, and no more.

The model is written as ONNX's protocol buffers say (onnx.proto), so that no package is needed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

WORDS = ("[UNK]", "hot", "warm", "cold", "steel")
VECTORS = np.array([[0, 0, 0.1], [1, 0, 0], [0.9, 0.1, 0], [-1, 0, 0], [0, 1, 0]], dtype=np.float32)


def write_encoder(folder: Path, **changed: Any) -> None:
    """Put model, tokenizer and settings into a folder; `changed` says other settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(_model())
    tokenizer = Tokenizer(
        models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"name": "tiny", "dimensions": 3, "pooling": "mean", "languages": ["en"], **changed}
    (folder / "encoder.json").write_text(json.dumps(settings), encoding="utf-8")


def _model() -> bytes:
    opset = _field(2, 17)
    return _field(1, 8) + _field(8, opset) + _field(7, _graph())


def _graph() -> bytes:
    table = (
        b"".join(_field(1, size) for size in VECTORS.shape)
        + _field(2, 1)
        + _field(8, b"table")
        + _field(9, VECTORS.tobytes())
    )
    node = _field(1, b"table") + _field(1, b"input_ids") + _field(2, b"last") + _field(4, b"Gather")
    return (
        _field(1, node)
        + _field(2, b"tiny")
        + _field(5, table)
        + _field(11, _value(b"input_ids", 7, (b"batch", b"length")))
        + _field(12, _value(b"last", 1, (b"batch", b"length", 3)))
    )


def _value(name: bytes, kind: int, shape: tuple[bytes | int, ...]) -> bytes:
    sizes = b"".join(
        _field(1, _field(1, size) if isinstance(size, int) else _field(2, size)) for size in shape
    )
    tensor = _field(1, kind) + _field(2, sizes)
    return _field(1, name) + _field(2, _field(1, tensor))


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    written = b""
    while value > 127:
        written += bytes([value & 127 | 128])
        value >>= 7
    return written + bytes([value])
