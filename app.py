"""The WSGI application, and the one-machine server: ``python app.py``."""

import gc

from marketplace.factory import create_app
from marketplace.process import end_with_parent

if __name__ == "__main__":
    from marketplace.server import serve

    raise SystemExit(serve())

end_with_parent()
app = create_app()
# What is loaded now stays: the collector need not look at it again.
gc.collect()
gc.freeze()
