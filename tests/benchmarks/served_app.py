"""The WSGI application that the server of the benchmark loads."""

from marketplace.process import end_with_parent
from tests.benchmarks.constant_app import make_app

end_with_parent()
app = make_app()
