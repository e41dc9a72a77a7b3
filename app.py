"""The WSGI application, and the one-machine server: ``python app.py``."""

import os

from marketplace.process import (
    PARENT_VARIABLE,
    calculate_on_one_core,
    collect_seldom,
    end_with_parent,
    share_metrics,
)
from marketplace.settings import Settings

if __name__ == "__main__":
    from marketplace.server import serve

    raise SystemExit(serve())

if parent := os.environ.get(PARENT_VARIABLE):
    end_with_parent(int(parent))
calculate_on_one_core()
share_metrics(Settings().metrics_dir)

from marketplace.factory import create_app  # noqa: E402 - it counts, and must know where

app = create_app()
collect_seldom()
