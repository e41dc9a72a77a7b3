"""Which encoders a market has, and why it lacks the others."""

from dataclasses import dataclass, field
from pathlib import Path

from search.semantic.base import Encoder, EncoderUnusable
from search.semantic.onnx_folder import OnnxEncoder
from search.semantic.universal import UniversalEncoder


@dataclass(frozen=True, slots=True)
class Encoders:
    """The encoders in use, the strongest for Chinese last, and what keeps others away.

    `missing`: "universal" or "folder" to the code of `EncoderUnusable`. `is_off`: switched off, so
    nothing is missing.
    """

    used: tuple[Encoder, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    is_off: bool = False


def load_encoders(folder: Path | None, is_on: bool = True, threads: int = 1) -> Encoders:
    """The encoders of this machine: the one that comes along, and the one in `folder`.

    A folder without a settings file is no fault: the second encoder is optional. Never raises.
    """
    if not is_on:
        return Encoders(is_off=True)
    used: list[Encoder] = []
    missing: dict[str, str] = {}
    try:
        used.append(UniversalEncoder(threads))
    except EncoderUnusable as problem:
        missing["universal"] = problem.code
    if folder is not None:
        try:
            used.append(OnnxEncoder(folder, threads))
        except EncoderUnusable as problem:
            missing["folder"] = problem.code
    return Encoders(tuple(used), missing)
