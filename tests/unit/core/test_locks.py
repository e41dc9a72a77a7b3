"""Locks: one holder on a machine, freed however the holder ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from marketplace.core.locks import exclusive

HOLDER = """
import fcntl, sys
handle = open(sys.argv[1], "w")
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def is_free(name: str) -> bool:
    with exclusive(name) as is_held:
        return is_held


def test_a_lock_has_one_holder_and_is_free_afterwards(core_app: Flask) -> None:
    with exclusive("drain") as is_held:
        assert is_held
        assert not is_free("drain")
    assert is_free("drain")


def test_locks_of_different_names_do_not_hinder_each_other(core_app: Flask) -> None:
    with exclusive("drain"):
        assert is_free("rebuild")


def test_who_did_not_get_the_lock_does_not_free_it(core_app: Flask) -> None:
    with exclusive("drain"):
        assert not is_free("drain")
        assert not is_free("drain")


def test_an_error_frees_the_lock(core_app: Flask) -> None:
    def hold_and_fail() -> None:
        with exclusive("drain"):
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        hold_and_fail()
    assert is_free("drain")


def test_who_waits_asks_again_as_seldom_as_it_wants(
    core_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("marketplace.core.locks.time.sleep", pauses.append)
    with exclusive("beat"), exclusive("beat", waits=True, timeout=0.01, poll=2.0) as is_held:
        assert not is_held
    assert set(pauses) == {2.0}


def test_a_lock_is_held_by_another_process_until_it_is_killed(
    core_app: Flask, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "drain.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not is_free("drain")
        holder.kill()
        holder.wait()
        assert is_free("drain")
