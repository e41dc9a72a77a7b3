"""Where lines of the log go."""

from __future__ import annotations

import io
import sys

import pytest
import structlog

from marketplace.core.logging import configure_logging
from marketplace.settings import Mode


def test_a_line_goes_to_the_standard_error_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patches:
        patches.setattr(sys, "stderr", gone := io.StringIO())
        configure_logging(Mode.TEST)
        gone.close()
    monkeypatch.setattr(sys, "stderr", present := io.StringIO())
    structlog.get_logger("test").warning("still_heard")
    assert "still_heard" in present.getvalue()
