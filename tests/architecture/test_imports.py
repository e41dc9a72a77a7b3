"""The direction of imports, held by import-linter."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("marketplace", "search", "tasks", "pyproject.toml")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in a folder."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied_packages(tmp_path: Path) -> Path:
    """The packages, in a folder where a test may spoil them."""
    for name in PACKAGES:
        source = PROJECT_ROOT / name
        for path in [source] if source.is_file() else source.rglob("*.py"):
            target = tmp_path / path.relative_to(PROJECT_ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return tmp_path


def test_no_module_imports_upwards() -> None:
    outcome = lint_imports(PROJECT_ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("module", "upward"),
    [
        ("search/text.py", "marketplace.core.db"),
        ("marketplace/core/actor.py", "marketplace.catalogue.states"),
        ("marketplace/catalogue/states.py", "tasks.schedule"),
        ("search/engines/base.py", "search.service"),
    ],
)
def test_an_upward_import_is_found(copied_packages: Path, module: str, upward: str) -> None:
    path = copied_packages / module
    path.write_text(path.read_text() + f"\n\nimport {upward}  # noqa: E402\n")
    outcome = lint_imports(copied_packages)
    assert outcome.returncode != 0
    assert "BROKEN" in outcome.stdout
