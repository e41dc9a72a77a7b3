"""How a process of the site lives beside others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.process import BLAS_VARIABLE, calculate_on_one_core

LOOK_ON = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            print("threads", os.environ.get("OPENBLAS_NUM_THREADS"))
sys.meta_path.insert(0, Watch())
import app
"""


def test_what_was_set_from_outside_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BLAS_VARIABLE, "4")
    calculate_on_one_core()
    assert os.environ[BLAS_VARIABLE] == "4"


def test_a_process_of_the_site_calculates_on_one_core_from_the_first(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != BLAS_VARIABLE}
    found = subprocess.run(
        [sys.executable, "-c", LOOK_ON],
        env={**environment, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "threads 1" in found.stdout
