"""What is left of services that ended badly is no obstacle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.services import Services
from tests.services.programs import ServiceError


def keep(place: Path, **values: object) -> None:
    state = {"folder": "/nowhere", "password": "x", "ports": {"redis": 1}, "is_prepared": True}
    (place / "state.json").write_text(json.dumps({**state, **values}))


def test_without_any_start_nothing_runs_and_there_is_nothing_to_stop(tmp_path: Path) -> None:
    services = Services(tmp_path / "new")
    assert services.addresses == {}
    assert not any(services.answering().values())
    assert not services.stop()
    with pytest.raises(ServiceError):
        services.kill("redis")


def test_services_whose_folder_is_gone_are_forgotten(tmp_path: Path) -> None:
    keep(tmp_path)
    services = Services(tmp_path)
    assert services.answering() == {"redis": False}
    assert services.stop()
    assert services.addresses == {}


def test_a_start_that_was_cut_short_leaves_no_addresses_and_its_folder_goes(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    keep(tmp_path, folder=str(folder), is_prepared=False)
    services = Services(tmp_path)
    assert services.addresses == {}
    assert services.stop()
    assert not folder.exists()


def test_a_state_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"folder": ')
    assert not Services(tmp_path).stop()
