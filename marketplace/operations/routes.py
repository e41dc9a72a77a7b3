"""Addresses for load balancers and monitors: alive, ready, figures. None of them is for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from marketplace.core.web.access import ANYONE
from marketplace.core.web.caching import keep_nowhere
from marketplace.operations.build import commit_of
from marketplace.operations.disclosure import may_see_figures
from marketplace.operations.exposition import exposition
from marketplace.operations.watch import Condition, Readiness, watch
from marketplace.settings import Settings

blueprint = Blueprint("operations", __name__)

ROUTES = {
    "operations.healthz": ANYONE,
    "operations.readyz": ANYONE,
    "operations.metrics": ANYONE,
}


blueprint.after_request(keep_nowhere)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Whether this process answers; touches nothing else."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether pages can be served: 200, or 503 when the database or its schema isn't right.

    Strangers get the one word; the parts are for those who may see figures.
    """
    settings: Settings = current_app.extensions["settings"]
    condition = watch().look()
    answer: dict[str, Any] = {"status": condition.readiness.value}
    if may_see_figures(request.environ, settings):
        answer |= {
            "commit": commit_of(settings),
            "mode": settings.mode.value,
            "parts": _parts(condition),
        }
    status = 503 if condition.readiness is Readiness.UNAVAILABLE else 200
    return jsonify(answer), status


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus; for those who may not see them there is no such address."""
    settings: Settings = current_app.extensions["settings"]
    if not may_see_figures(request.environ, settings):
        abort(404)
    return Response(exposition(settings), content_type=CONTENT_TYPE_LATEST)


def _parts(condition: Condition) -> dict[str, Any]:
    return {
        name: {"state": part.state.value, **part.figures} for name, part in condition.parts.items()
    }
