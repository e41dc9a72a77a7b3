"""What the services need is found, or a sentence says what to install."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services import elasticsearch_node, programs
from tests.services.programs import ServiceError, find_java, find_program


def put_program(folder: Path, name: str, says: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    path.chmod(0o755)
    return path


def put_java(home: Path, version: str) -> Path:
    put_program(home / "bin", "java", f'openjdk version "{version}" 2026-01-20')
    return home


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program but the shell's own, no Java anywhere."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(programs, "JAVA_FOLDER", tmp_path / "jvm")


def test_a_missing_program_is_told_with_its_package() -> None:
    with pytest.raises(ServiceError, match="install the package redis-server"):
        find_program("redis-server", "redis-server")


def test_the_newest_version_goes_before_others_and_before_the_path(tmp_path: Path) -> None:
    put_program(tmp_path / "path", "postgres")
    for version in ("9", "15"):
        put_program(tmp_path / "lib" / version / "bin", "postgres")
    found = find_program("postgres", "postgresql", f"{tmp_path}/lib/*/bin")
    assert found == tmp_path / "lib" / "15" / "bin" / "postgres"
    assert find_program("postgres", "postgresql") == tmp_path / "path" / "postgres"


def test_a_java_that_is_new_enough_is_found_beside_an_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(put_java(tmp_path / "old", "17.0.15")))
    put_java(tmp_path / "jvm" / "also-old", "1.8.0_402")
    new = put_java(tmp_path / "jvm" / "new", "21")
    assert find_java() == new


def test_the_java_of_its_own_variable_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_java(tmp_path / "jvm" / "new", "21")
    own = put_java(tmp_path / "own", "25.0.1")
    monkeypatch.setenv("ES_JAVA_HOME", str(own))
    assert find_java() == own


def test_without_a_java_that_is_new_enough_the_sentence_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = put_java(tmp_path / "old", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(old))
    with pytest.raises(ServiceError) as refusal:
        find_java()
    assert f"{old} is Java 17" in str(refusal.value)
    assert "set ES_JAVA_HOME" in str(refusal.value)


def test_an_archive_that_is_not_the_one_expected_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = tmp_path / "technology-market" / f"elasticsearch-{elasticsearch_node.VERSION}.zip"
    kept.parent.mkdir()
    kept.write_bytes(b"something else")
    with pytest.raises(ServiceError, match="remove it"):
        elasticsearch_node.archive()


def test_an_archive_that_is_not_kept_yet_needs_maven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(ServiceError, match="install the package maven"):
        elasticsearch_node.archive()
