"""The second encoder, taken out of the archive that Maven brings."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from marketplace.matching import fetching
from marketplace.matching.fetching import FILES, FetchingFailed, fetch_encoder, unpack_encoder
from search.semantic import load_encoders


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "model.jar"
    with zipfile.ZipFile(path, "w") as jar:
        for inside in FILES:
            jar.writestr(inside, f"content of {inside}")
    return path


def test_model_tokenizer_and_settings_are_put_into_the_folder(
    archive: Path, tmp_path: Path
) -> None:
    unpack_encoder(archive, tmp_path / "encoder", hashlib.sha512(archive.read_bytes()).hexdigest())
    names = {path.name for path in (tmp_path / "encoder").iterdir()}
    assert names == {"model.onnx", "tokenizer.json", "encoder.json"}
    # The settings are right; the model of this test is none.
    assert load_encoders(tmp_path / "encoder").missing == {"folder": "bad_model"}


def test_another_file_is_not_unpacked(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchingFailed) as refusal:
        unpack_encoder(archive, tmp_path / "encoder", "0" * 128)
    assert refusal.value.code == "wrong_file"
    assert not (tmp_path / "encoder").exists()


def test_a_machine_without_maven_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching.shutil, "which", lambda _name: None)
    with pytest.raises(FetchingFailed) as refusal:
        fetch_encoder(tmp_path / "encoder")
    assert refusal.value.code == "no_maven"
