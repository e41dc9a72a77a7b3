"""The page on which the audit trail is searched, and its export."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from marketplace.core.actor import Actor
from marketplace.core.i18n import today
from marketplace.core.policy import administrator, bureau, policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.demo_mark import file_names, is_demo_site
from marketplace.core.web.downloads import download
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.oversight.action_names import ACTIONS
from marketplace.oversight.conditions import Conditions, read_conditions
from marketplace.oversight.exporting import FORMATS, export_audit
from marketplace.oversight.policies import READ
from marketplace.oversight.queries import audit_page
from marketplace.oversight.wording import (
    SUBJECTS,
    action_words,
    detail_words,
    rule_words,
    subject_words,
)

blueprint = Blueprint("oversight", __name__)

UNPROCESSABLE = 422


@blueprint.get("/staff/audit")
def audit() -> str | tuple[str, int]:
    """Who did what: filters, and the rows that fit, newest first."""
    actor = current_actor()
    wanted = read_conditions(actor, request.args)
    return _page(actor, wanted)


@blueprint.post("/staff/audit/export")
@form_stands_on("oversight.audit")
def export() -> Response | tuple[str, int]:
    """The rows that fit as a file; a POST, for the export is recorded."""
    actor = current_actor()
    wanted = read_conditions(actor, request.form)
    form = request.form.get("format", "xlsx")
    if form not in FORMATS:
        wanted.problems[""] = _("只能导出成 Excel 或 CSV。")
    if wanted.problems:
        return _page(actor, wanted), UNPROCESSABLE
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    export_audit(actor, wanted, form, file)
    file.seek(0)
    name = f"audit-{today().isoformat()}.{form}"
    return download(file, FORMATS[form], *file_names(name, name, is_demo=is_demo_site()))


def fill_oversight_slots(app: Flask) -> None:
    """Put the way to the audit trail on the account page of those who may see it; name rules."""
    slots: Slots = app.extensions["slots"]
    slots.fill("permission.name", lambda action: escape(rule_words(action)))
    slots.fill("account.work", _work, order=1)


def _work() -> str:
    if not policy.can(current_actor(), READ):
        return ""
    return render_template(
        "accounts/_work.html",
        address=url_for("oversight.audit"),
        name=_("审计记录"),
        line=_("谁在什么时候对什么做了什么，替谁，为什么"),
    )


def _page(actor: Actor, wanted: Conditions) -> str:
    found = audit_page(actor, wanted, before=_row_number("before"), after=_row_number("after"))
    given = {name: text for name, text in wanted.given.items() if text}
    return render_template(
        "oversight/audit.html",
        rows=found.rows,
        newer=_address(given, after=found.newer_than),
        older=_address(given, before=found.older_than),
        newest=_address(given, newest="") if request.args.get("before") else "",
        wanted=wanted.given,
        problems=wanted.problems,
        is_filtered=bool(given),
        actions=sorted((str(words), name) for name, words in ACTIONS.items()),
        kinds=sorted((str(words), name) for name, words in SUBJECTS.items()),
        sees=_seen_by(actor),
        action_words=action_words,
        subject_words=subject_words,
        detail_words=detail_words,
    )


def _seen_by(actor: Actor) -> str:
    """How much of the trail: ``all``, that of the ``districts``, what was done for the ``unit``."""
    if administrator(actor, None):
        return "all"
    return "districts" if bureau(actor, None) else "unit"


def _row_number(name: str) -> int | None:
    return number_of(request.args.get(name, "")) or None


def _address(given: Mapping[str, str], **place: int | str | None) -> str:
    """The address of a page beside this one; none where there is none."""
    if None in place.values():
        return ""
    values: dict[str, Any] = {**given, **{name: at for name, at in place.items() if at != ""}}
    return url_for("oversight.audit", **values)
