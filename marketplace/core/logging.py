"""Structured logs on standard error: JSON in production, readable lines elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog

from marketplace.settings import Mode


def configure_logging(mode: Mode) -> None:
    """Set structlog and the standard library's loggers up, once a process."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if mode is Mode.PRODUCTION
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if mode is Mode.TEST else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=mode is not Mode.TEST)
