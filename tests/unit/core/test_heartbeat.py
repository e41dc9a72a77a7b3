"""The worker's sign of life is seen by every process of the market."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask

from marketplace.core.heartbeat import last_alive, note_alive
from tests.unit.core.conftest import NOON


def test_a_worker_that_never_ran_was_never_seen(core_app: Flask) -> None:
    assert last_alive() is None


def test_the_last_sign_of_life_counts(core_app: Flask, clock: time_machine.Traveller) -> None:
    note_alive()
    clock.shift(timedelta(seconds=3))
    note_alive()
    clock.shift(timedelta(seconds=40))
    assert last_alive() == NOON + timedelta(seconds=3)
