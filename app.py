"""The WSGI application, and the one-machine server: ``python app.py``."""

from marketplace.factory import create_app
from marketplace.process import end_with_parent

if __name__ == "__main__":
    from marketplace.server import serve

    raise SystemExit(serve())

end_with_parent()
app = create_app()
