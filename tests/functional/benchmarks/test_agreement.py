"""The comparison of the engines: which Elasticsearch it asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.agreement import __main__ as agreement
from tests.benchmarks import engines
from tests.services.programs import ServiceError


class NoServices:
    """A machine on which nothing can be started."""

    def __init__(self, _place: Path) -> None:
        pass

    def start(self, names: Sequence[str]) -> None:
        raise ServiceError(f"can't start {', '.join(names)}")

    def stop(self) -> None:
        pass


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    given = []
    for name in ("patents", "papers", "demands"):
        (tmp_path / name).write_text("")
        given += [f"--{name}", str(tmp_path / name)]
    return given


def test_it_starts_a_node_of_its_own_and_says_why_when_it_cannot(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TEST_SEARCH_URL", raising=False)
    monkeypatch.setattr(engines, "Services", NoServices)
    with pytest.raises(SystemExit) as ended:
        agreement.main(arguments)
    assert ended.value.code == 2
    assert "can't start elasticsearch" in capsys.readouterr().err


def test_it_asks_the_node_that_is_given(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def compared(_given: object, _folder: Path, node: str) -> tuple[list[object], int, int]:
        asked.append(node)
        raise ServiceError("far enough")

    monkeypatch.setenv("TEST_SEARCH_URL", "http://127.0.0.1:9/")
    monkeypatch.setattr(engines, "Services", NoServices)
    monkeypatch.setattr(agreement, "_compared", compared)
    with pytest.raises(SystemExit):
        agreement.main(arguments)
    assert asked == ["http://127.0.0.1:9"]
