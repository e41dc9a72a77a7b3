"""The browser's side of being signed in: cookie, present sign-in, and who that makes.

The cookie holds a random key, new at each sign-in; what it stands for is in the database.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.acting import actor_of, memberships_of
from marketplace.accounts.known_browsers import KEPT_SECONDS
from marketplace.accounts.models import SignIn
from marketplace.accounts.signing_in import KEPT_DAYS, SignedIn, find_sign_in
from marketplace.core.actor import ANONYMOUS, Actor

KNOWN = "known"
_BROWSERS = ("Edg", "Firefox", "Chrome", "Safari")
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
_NAMES = {"Edg": "Edge"}


class Keyholder(UserMixin):
    """Whoever holds the key of a sign-in."""

    def __init__(self, key: str, sign_in: SignIn | None = None) -> None:
        self.id = key
        self.sign_in = sign_in


def connect_browsers(app: Flask) -> None:
    """Let requests know who makes them."""
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=KEPT_DAYS)
    manager = LoginManager()
    # What it would watch, address and browser, changes on every phone between two networks.
    manager.session_protection = None
    # Templates ask ``current_actor``; a page that asks nobody needs no database.
    manager.init_app(app, add_context_processor=False)

    @manager.user_loader
    def _load(key: str) -> Keyholder | None:
        found = find_sign_in(key)
        return Keyholder(key, found) if found else None

    app.extensions["actor_of_request"] = _actor_of_request

    @app.after_request
    def _keep_private(response: Response) -> Response:
        actor: Actor | None = g.get("actor")
        if actor is not None and actor.is_person:
            response.headers["Cache-Control"] = "private, no-store"
        return response


def present_sign_in() -> SignIn:
    """The sign-in of this request.

    :raises RuntimeError: on a route that its access row opens to people who aren't signed in.
    """
    found: SignIn | None = getattr(current_user, "sign_in", None)
    if found is None:
        raise RuntimeError(f"{request.endpoint} needs somebody signed in")
    return found


def remember(signed_in: SignedIn) -> None:
    """Put the key into the browser; nothing of what its cookie held before stays."""
    session.clear()
    login_user(Keyholder(signed_in.key))
    session.permanent = signed_in.is_kept


def kept_here() -> str:
    """What this browser keeps from earlier sign-ins; anybody may have sent it."""
    return request.cookies.get(KNOWN, "")


def keep_here(response: AnyResponse, known: str) -> AnyResponse:
    """The answer, by which the browser will be known to the account at the next sign-in."""
    if known:
        response.set_cookie(
            KNOWN,
            known,
            max_age=KEPT_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def forget() -> None:
    """Take everything out of the browser's cookie."""
    session.clear()


def network_address() -> str:
    """Where the request comes from, for counting attempts; it is kept nowhere."""
    return request.remote_addr or ""


def device_name() -> str:
    """The browser and system in a few words: ``Firefox, Windows``."""
    told = request.headers.get("User-Agent", "")
    browser = next((_NAMES.get(one, one) for one in _BROWSERS if one in told), "")
    system = next((name for part, name in _SYSTEMS.items() if part in told), "")
    return ", ".join(part for part in (browser, system) if part)


def local_path(text: str | None) -> str | None:
    """An address on this site to go on to; nothing for one that leads elsewhere.

    Browsers read a backslash as a slash, and leave out control characters.
    """
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return None
    if "\\" in text or any(ord(character) < 0x21 for character in text):
        return None
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else None


def _actor_of_request() -> Actor:
    # Flask-Login would read the cookie anyway; without one there is nobody to look for.
    if "_user_id" not in session:
        return ANONYMOUS
    sign_in: SignIn | None = getattr(current_user, "sign_in", None)
    if sign_in is None:
        return ANONYMOUS
    memberships = memberships_of(sign_in.person_id)
    g.acts_for_several = len(memberships) > 1
    return actor_of(sign_in, memberships)


def site_name() -> str:
    """The market's name, as an application for codes shows it."""
    name: str = current_app.extensions["settings"].site_name_zh
    return name
