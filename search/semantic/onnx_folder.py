"""Any sentence encoder as ONNX in a folder: model, tokenizer and a small settings file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from search.semantic.base import EncoderUnusable, Vectors, unit_rows

SETTINGS_FILE = "encoder.json"
_AT_ONCE = 16


class EncoderSettings(BaseModel):
    """What the settings file says.

    `name` is part of the key of each vector: change it with the model. `model`, `tokenizer`: files
    of the folder. `pooling`: how the vectors of tokens become one, the "first" token's (CLS) or
    their "mean". `max_tokens`: longer texts are cut. `output`: the model's output, the first one
    by default; one of two dimensions is taken as pooled already.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    model: str = "model.onnx"
    tokenizer: str = "tokenizer.json"
    pooling: Literal["first", "mean"] = "mean"
    query_prefix: str = ""
    passage_prefix: str = ""
    dimensions: int = Field(ge=1, le=4096)
    max_tokens: int = Field(default=512, ge=8, le=8192)
    languages: tuple[Literal["zh", "en"], ...] = ("zh",)
    output: str = ""


class OnnxEncoder:
    """See `base.Encoder`. Raises EncoderUnusable for a folder that it can't use."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._settings = _read_settings(folder)
        self.name = self._settings.name
        self.dimensions = self._settings.dimensions
        self.languages: frozenset[str] = frozenset(self._settings.languages)
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as problem:
            raise EncoderUnusable("not_installed", str(problem)) from problem
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / self._settings.model), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / self._settings.tokenizer))
        except Exception as problem:  # both libraries raise bare exceptions of their own
            raise EncoderUnusable("bad_model", str(problem)) from problem
        self._tokenizer.enable_truncation(self._settings.max_tokens)
        self._tokenizer.no_padding()
        self._inputs = {one.name for one in self._session.get_inputs()}
        outputs = [one.name for one in self._session.get_outputs()]
        self._output = self._settings.output or outputs[0]
        if self._output not in outputs or "input_ids" not in self._inputs:
            raise EncoderUnusable("bad_model", f"{sorted(self._inputs)} → {outputs}")
        self._prove()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `base.Encoder.passages`."""
        return self._encode([self._settings.passage_prefix + text for text in texts])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `base.Encoder.queries`."""
        return self._encode([self._settings.query_prefix + text for text in texts])

    def _prove(self) -> None:
        try:
            shape = self._batch([self._tokenizer.encode("。").ids]).shape
        except Exception as problem:
            raise EncoderUnusable("bad_model", str(problem)) from problem
        if shape != (1, self.dimensions):
            raise EncoderUnusable("bad_model", f"{shape[-1]} ≠ {self.dimensions}")

    def _encode(self, texts: Sequence[str]) -> Vectors:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # Texts of one length together: what fills a short one up costs as much as text.
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        for start in range(0, len(order), _AT_ONCE):
            places = order[start : start + _AT_ONCE]
            vectors[places] = self._batch([tokens[place] for place in places])
        return vectors

    def _batch(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        longest = max(1, *(len(one) for one in tokens)) if tokens else 1
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(tokens):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
        given: dict[str, Any] = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
        }
        asked = {name: value for name, value in given.items() if name in self._inputs}
        found = np.asarray(self._session.run([self._output], asked)[0])
        return unit_rows(self._pooled(found, mask))

    def _pooled(self, found: Any, mask: Any) -> Any:
        if found.ndim == 2:
            return found
        if self._settings.pooling == "first":
            return found[:, 0]
        weights = mask[:, :, None].astype(np.float32)
        return (found * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)


def _read_settings(folder: Path) -> EncoderSettings:
    path = folder / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as problem:
        raise EncoderUnusable("no_model", str(path)) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise EncoderUnusable("bad_settings", f"{path}: {problem}") from problem
    try:
        return EncoderSettings.model_validate_json(text)
    except ValidationError as problem:
        raise EncoderUnusable("bad_settings", f"{path}: {problem}") from problem
