"""The real services on this machine, for tests and trials: PostgreSQL, Redis, Elasticsearch.

Without Docker and on loopback alone: ``python -m tests.services start|stop|status``. Tests use
:class:`Services`.
"""

from tests.services.running import Services

__all__ = ["Services"]
