"""The WSGI application, and the one-machine server: ``python app.py``."""

import gc
import os

from marketplace.process import PARENT_VARIABLE, end_with_parent, share_metrics
from marketplace.settings import Settings

if __name__ == "__main__":
    from marketplace.server import serve

    raise SystemExit(serve())

if parent := os.environ.get(PARENT_VARIABLE):
    end_with_parent(int(parent))
share_metrics(Settings().metrics_dir)

from marketplace.factory import create_app  # noqa: E402 - it counts, and must know where

app = create_app()
# What is loaded now stays, and a page leaves thousands of objects but hardly a cycle: the
# collector need not look at the former again, nor that often at the latter.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
