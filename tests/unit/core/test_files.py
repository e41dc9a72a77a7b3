"""Stored files: whole or not at all, once for the same content."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core import files
from marketplace.core.files import FileStore, FileTooLarge, StoredFile

CONTENT = "一份合同".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LIMIT = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def store(folder: Path) -> FileStore:
    return FileStore(str(folder))


def save(store: FileStore, content: bytes, limit: int = LIMIT) -> StoredFile:
    return store.save(io.BytesIO(content), limit)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_content_lies_under_its_hash_and_reads_back(store: FileStore, folder: Path) -> None:
    assert save(store, CONTENT) == StoredFile(SHA256, len(CONTENT))
    with store.open(SHA256) as stored:
        assert stored.read() == CONTENT
    assert kept(folder) == [SHA256]


def test_the_same_content_is_kept_once(store: FileStore, folder: Path) -> None:
    assert save(store, CONTENT) == save(store, CONTENT)
    assert kept(folder) == [SHA256]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200), chunk=st.integers(1, 64))
def test_any_content_reads_back_in_whatever_pieces_it_came(
    store: FileStore, content: bytes, chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHUNK", chunk)
        stored = save(store, content)
    assert stored == StoredFile(hashlib.sha256(content).hexdigest(), len(content))
    with store.open(stored.sha256) as source:
        assert source.read() == content


def test_a_content_of_just_the_limit_is_kept(store: FileStore) -> None:
    assert save(store, CONTENT, limit=len(CONTENT)).size == len(CONTENT)


def test_a_content_beyond_the_limit_is_refused_and_nothing_is_kept(
    store: FileStore, folder: Path
) -> None:
    with pytest.raises(FileTooLarge) as refusal:
        save(store, CONTENT, limit=len(CONTENT) - 1)
    assert refusal.value.limit == len(CONTENT) - 1
    assert kept(folder) == []


def test_an_endless_source_is_read_no_further_than_needed(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += size
            return b"x" * size

    monkeypatch.setattr(files, "CHUNK", 100)
    source = Endless()
    with pytest.raises(FileTooLarge):
        store.save(source, limit=1000)  # type: ignore[arg-type]
    assert source.served <= 1100


def test_a_source_that_breaks_off_leaves_nothing(store: FileStore, folder: Path) -> None:
    class Broken(io.RawIOBase):
        pieces: Iterator[bytes] = iter([CONTENT])

        def read(self, size: int = -1) -> bytes:
            for piece in self.pieces:
                return piece
            raise ConnectionError

    with pytest.raises(ConnectionError):
        store.save(Broken(), LIMIT)  # type: ignore[arg-type]
    assert kept(folder) == []


WRONG = [
    "",
    "../../etc/passwd",
    "0" * 63,
    "0" * 65,
    SHA256.upper(),
    "/" + "0" * 63,
    "../" + "0" * 61,
    "０" * 64,
    "0" * 63 + "\n",
    "0" * 63 + "\0",
]


@pytest.mark.parametrize("sha256", WRONG)
@pytest.mark.parametrize("operation", ["open", "remove"])
def test_what_is_no_hash_is_never_looked_for(store: FileStore, sha256: str, operation: str) -> None:
    with pytest.raises(FileNotFoundError):
        getattr(store, operation)(sha256)


def test_a_content_that_is_not_there_is_not_found(store: FileStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.open(SHA256)


def test_a_removed_content_is_gone_and_may_be_removed_again(store: FileStore, folder: Path) -> None:
    save(store, CONTENT)
    store.remove(SHA256)
    store.remove(SHA256)
    assert kept(folder) == []
    with pytest.raises(FileNotFoundError):
        store.open(SHA256)


@pytest.fixture
def full_disk(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store whose disk is full after the first bytes of each file."""
    really_open = store._files.open

    def opened(path: str, mode: str = "rb", **options: Any) -> Any:
        target = really_open(path, mode, **options)
        if "w" in mode:
            really_write = target.write

            def write(piece: bytes) -> None:
                really_write(piece[:3])
                raise OSError("No space left on device")

            target.write = write
        return target

    monkeypatch.setattr(store._files, "open", opened)


def test_a_content_that_is_half_written_is_never_seen_and_leaves_nothing(
    store: FileStore, folder: Path, full_disk: None
) -> None:
    with pytest.raises(OSError, match="No space"):
        save(store, CONTENT)
    with pytest.raises(FileNotFoundError):
        store.open(SHA256)
    assert kept(folder) == []


def test_two_who_save_the_same_content_at_once_write_files_of_their_own(
    store: FileStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins and ends while the first is about to put its file into place."""
    really_move = store._files.mv
    partial: list[str] = []

    def move(source: str, target: str) -> None:
        partial.append(source)
        if len(partial) == 1:
            save(store, CONTENT)
            assert kept(folder) == sorted([SHA256, os.path.basename(source)])
        really_move(source, target)

    monkeypatch.setattr(store._files, "mv", move)
    save(store, CONTENT)
    assert len(set(partial)) == 2
    with store.open(SHA256) as stored:
        assert stored.read() == CONTENT
    assert kept(folder) == [SHA256]


def test_any_file_system_will_do() -> None:
    store = FileStore("memory://contracts")
    stored = save(store, CONTENT)
    with store.open(stored.sha256) as source:
        assert source.read() == CONTENT
    store.remove(stored.sha256)
    assert fsspec.filesystem("memory").find("/contracts") == []
