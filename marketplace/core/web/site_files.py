"""Files that programs ask every site for by a fixed name: robots.txt (RFC 9309), favicon.ico."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from marketplace.core.web.access import ANYONE
from marketplace.core.web.addresses import asset

blueprint = Blueprint("site_files", __name__)

ROUTES = {
    "site_files.robots": ANYONE,
    "site_files.favicon": ANYONE,
}

NOT_FOR_ROBOTS = (
    "/access-requests",
    "/account",
    "/compare",
    "/contracts",
    "/confirm",
    "/deadlines",
    "/demands/new",
    "/files",
    "/goals/not-counted",
    "/inbox",
    "/letters",
    "/mail",
    "/matches",
    "/obligations",
    "/parts",
    "/postings",
    "/radar",
    "/records",
    "/reviews",
    "/saved",
    "/search/export",
    "/staff",
    "/statistics/contracts",
    "/suggest",
    "/tasks",
    "/uploads",
)
"""Beginnings of addresses that lead to nothing that a search engine could show."""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What robots may look at: the public pages, in both languages."""
    closed = [f"Disallow: {prefix}{path}" for path in NOT_FOR_ROBOTS for prefix in ("", "/en")]
    text = "\n".join(("User-agent: *", *closed, "Allow: /", ""))
    return Response(text, mimetype="text/plain")


@blueprint.get("/favicon.ico")
def favicon() -> AnyResponse:
    """The way to the mark, for whoever doesn't read it from a page."""
    return redirect(asset("mark.svg"), 301)
