"""The WSGI application that the server of the benchmark loads: the site's own, with one route."""

from app import app
from tests.benchmarks.constant_app import add_constant_page

add_constant_page(app)
