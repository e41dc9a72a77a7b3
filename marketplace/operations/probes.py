"""Requests of load balancers and monitors, which know the machine by its address alone."""

from __future__ import annotations

from typing import Any

from marketplace.settings import Settings

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class Probes:
    """Lets probes in under any host name and over plain HTTP.

    What they get holds no address built from the host, so a forged one does nothing.
    """

    def __init__(self, application: Any, settings: Settings) -> None:
        self.application = application
        names = settings.trusted_hosts or ["localhost"]
        self._host = names[0].lstrip(".")
        self._scheme = "https" if settings.is_behind_https else "http"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Give a probe the name of the site and its scheme."""
        if environ.get("PATH_INFO") in PATHS:
            environ["HTTP_HOST"] = self._host
            environ["wsgi.url_scheme"] = self._scheme
        return self.application(environ, start_response)
