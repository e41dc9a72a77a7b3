"""What obligations put on the pages of others: a project's reports, and the way to the lists."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template

from marketplace.core.actor import Actor
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.written_text import name_written_fields
from marketplace.obligations import wording
from marketplace.obligations.policies import LIST_ALL, LIST_OWN, SET_UP
from marketplace.obligations.queries import find_project, reports_of_project


def fill_slots(app: Flask) -> None:
    """Fill the slot of a project's page and that of the navigation."""
    slots: Slots = app.extensions["slots"]
    slots.fill("project.parts", _project_parts)
    slots.fill("nav", _nav, order=50)
    name_written_fields("obligations", wording.FIELD_NAMES.get)


def _project_parts(page: Any) -> str:
    actor = current_actor()
    reports = reports_of_project(actor, page.record.id)
    may_set_up = _may_set_up(actor, page.record.id)
    if not reports and not may_set_up:
        return ""
    return render_template(
        "obligations/_project_parts.html",
        reports=reports,
        project_id=page.record.id,
        may_set_up=may_set_up,
        words=wording,
    )


def _may_set_up(actor: Actor, project_id: int) -> bool:
    if not policy.can(actor, SET_UP):
        return False
    project = find_project(actor, project_id)
    return project is not None and policy.can(actor, SET_UP, project)


def _nav() -> str:
    actor = current_actor()
    return render_template(
        "obligations/_nav.html",
        may_list_own=policy.can(actor, LIST_OWN),
        may_list_all=policy.can(actor, LIST_ALL),
    )
