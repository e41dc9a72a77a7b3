"""Structured logs on standard error: JSON in production, readable lines elsewhere.

Everything goes the same way: our own lines, and those that libraries (Celery, granian, SQLAlchemy)
write through the standard library or as warnings.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import Processor

from marketplace.core.redaction import redact_event
from marketplace.settings import Mode

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_logging(mode: Mode) -> None:
    """Set structlog and the standard library's loggers up, once a process."""
    structlog.configure(
        processors=[*_SHARED, *_last_steps(mode)],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if mode is Mode.TEST else logging.INFO
        ),
        # The standard error of the moment, which whoever calls a command may have exchanged.
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    if mode is not Mode.TEST:
        logging.captureWarnings(True)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(formatter(mode))
        logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
        # Its warnings come with every question to a node that is down; the answers say so too.
        logging.getLogger("elastic_transport").setLevel(logging.ERROR)


def formatter(mode: Mode = Mode.PRODUCTION) -> logging.Formatter:
    """Writes a line of the standard library as one of ours.

    Also what granian's own configuration names (``core/data/granian_logging.json``): its main
    process doesn't load the application.
    """
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_SHARED],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last_steps(mode)],
    )


def _last_steps(mode: Mode) -> list[Processor]:
    is_production = mode is Mode.PRODUCTION
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if is_production
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return [structlog.processors.format_exc_info, redact_event, renderer]
