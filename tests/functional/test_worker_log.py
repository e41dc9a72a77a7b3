"""What the worker writes to its log, as whoever gathers the lines gets them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from marketplace.catalogue.importing import import_file
from marketplace.core.actor import system
from tests.conftest import PROJECT_ROOT
from tests.grounds import environment_of

SECRET = "a random text of at least 32 characters"


def bring_in(app: Flask, folder: Path) -> None:
    """Publish a record of which there is no index, so that the worker has something to say."""
    shutil.rmtree(app.extensions["settings"].index_dir, ignore_errors=True)
    path = folder / "patents.csv"
    path.write_text("id,title,assignee\n1,陶瓷轴承,虚构研究院\n", "utf-8")
    import_file(system("import"), "patent", path)


@contextmanager
def lines_of_worker(data_folder: Path, mode: str) -> Iterator[Iterator[str]]:
    own = {"DATA_DIR": str(data_folder), "MARKET_MODE": mode, "MARKET_SECRET_KEY": SECRET}
    with subprocess.Popen(
        [sys.executable, "-m", "tasks.worker"],
        cwd=PROJECT_ROOT,
        env={**os.environ, **own, **environment_of(data_folder)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            yield iter(process.stderr)
        finally:
            process.kill()


@pytest.mark.exhaustive
def test_each_line_in_production_is_json_of_its_own(
    app: Flask, data_folder: Path, tmp_path: Path
) -> None:
    bring_in(app, tmp_path)
    with lines_of_worker(data_folder, "production") as lines:
        for text in lines:
            line = json.loads(text)
            assert line.get("logger") != "celery.redirected"
            if line["event"] == "index_restored":
                break
    assert (line["level"], line["documents"]) == ("warning", 2)


@pytest.mark.exhaustive
def test_a_line_of_the_demo_comes_once_and_nobody_is_told_off_for_being_root(
    app: Flask, data_folder: Path, tmp_path: Path
) -> None:
    bring_in(app, tmp_path)
    with lines_of_worker(data_folder, "demo") as lines:
        for text in lines:
            assert "celery.redirected" not in text
            assert "superuser" not in text
            if "index_restored" in text:
                break
    assert text.count("index_restored") == 1
