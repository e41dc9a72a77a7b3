"""A market in production, and what it writes into its log."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask

from marketplace.core.logging import configure_logging
from marketplace.factory import create_app
from marketplace.settings import Mode, Settings
from tests.conftest import close
from tests.grounds import settings_of

Lines = Callable[[], list[dict[str, Any]]]
REQUESTS_AN_HOUR = 20
TOKEN = "a-token-for-the-monitor"


@pytest.fixture
def log_lines() -> Iterator[Lines]:
    """Everything logged since the last call, each line parsed from its JSON."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(sys, "stderr", stream := io.StringIO())
        configure_logging(Mode.PRODUCTION)
        # Between the phases of a test pytest puts its own standard error back.
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(stream))
        patches.setattr("marketplace.factory.configure_logging", lambda _mode: None)

        def lines() -> list[dict[str, Any]]:
            text = stream.getvalue()
            stream.seek(0)
            stream.truncate()
            return [json.loads(line) for line in text.splitlines()]

        yield lines
        logging.captureWarnings(False)
    configure_logging(Mode.TEST)
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def production(data_folder: Path, log_lines: Lines) -> Iterator[Flask]:
    """A market behind an HTTPS proxy that answers to one name."""
    settings = Settings(
        mode=Mode.PRODUCTION,
        data_dir=data_folder,
        secret_key="a random text of at least 32 characters",
        public_url="https://market.example.cn",
        is_behind_https=True,
        metrics_token=TOKEN,
        request_limit=f"{REQUESTS_AN_HOUR} per hour",
        **settings_of(data_folder),
    )
    application = create_app(settings)
    yield application
    close(application)
