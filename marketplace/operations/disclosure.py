"""Who may see how the market is: whoever sits on the machine, and whoever holds the token.

All others learn from the status alone whether it can serve.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from marketplace.settings import Settings

# Any of them says that a proxy on this machine asks for somebody elsewhere.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


def may_see_figures(environ: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the request (its WSGI environment) may see figures: metrics, details of parts."""
    return _comes_from_here(environ) or _holds_token(environ, settings)


def _comes_from_here(environ: Mapping[str, Any]) -> bool:
    if any(name in environ for name in FORWARDED):
        return False
    try:
        address = ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _holds_token(environ: Mapping[str, Any], settings: Settings) -> bool:
    if settings.metrics_token is None:
        return False
    given = str(environ.get("HTTP_AUTHORIZATION", ""))
    wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
