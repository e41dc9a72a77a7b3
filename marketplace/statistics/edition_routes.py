"""Editions: the list and each edition for everybody; proposing and confirming for those who may."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.core.db import db
from marketplace.core.i18n import Bilingual, today
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import wording
from marketplace.statistics.board import board_of
from marketplace.statistics.edition_page import certificate, table_sections
from marketplace.statistics.editions import decide_edition, propose_edition
from marketplace.statistics.goal_routes import NUMBER, UNPROCESSABLE, Answer, board_values
from marketplace.statistics.models import Edition, EditionDraft
from marketplace.statistics.models.edition import BOARD, KINDS
from marketplace.statistics.policies import PUBLISH_EDITION, SEE_DRAFTS
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.queries import (
    corrected_by,
    drafts,
    edition_list,
    find_draft,
    find_edition,
    history_of,
)
from marketplace.statistics.states import (
    CONFIRM_EDITION,
    DROP_EDITION,
    EDITION_STATES,
    REFUSE_EDITION,
)

blueprint = Blueprint("editions", __name__)

DECISIONS = {"confirm": CONFIRM_EDITION, "refuse": REFUSE_EDITION, "drop": DROP_EDITION}


@blueprint.get("/editions")
def published() -> str:
    """All editions, the latest first."""
    actor = current_actor()
    found, paging = edition_list(actor)
    return render_template(
        "goals/editions.html",
        editions=found,
        paging=paging,
        corrections=corrected_by(found),
        words=wording,
        sees_drafts=policy.can(actor, SEE_DRAFTS),
    )


@blueprint.get(f"/editions/<{NUMBER}:edition_id>")
def edition(edition_id: int) -> str:
    """One edition with its certificate."""
    found = _edition(edition_id)
    return render_template(
        "goals/edition.html",
        edition=found,
        title=wording.edition_title(found.kind, found.year, found.last_month, found.number),
        certificate=certificate(found),
        correction=corrected_by([found]).get(found.id),
        **_content_values(found),
    )


@blueprint.get(f"/editions/<{NUMBER}:edition_id>.json")
def edition_json(edition_id: int) -> Response:
    """The same for programs: the content, of which the hash is, and the certificate."""
    found = _edition(edition_id)
    correction = corrected_by([found]).get(found.id)
    told = {
        "certificate": certificate(found),
        "corrected_by": correction.id if correction else None,
        "content": found.content,
    }
    body = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return Response(body, mimetype="application/json")


@blueprint.get("/staff/editions")
def proposed() -> str:
    """What was proposed, and the form to propose an edition."""
    return _drafts_page()


@blueprint.post("/staff/editions")
def proposed_post() -> Answer:
    """Propose an edition."""
    try:
        draft_id = propose_edition(current_actor(), request.form)
    except FormProblems as wrong:
        return _drafts_page(wrong.problems), UNPROCESSABLE
    flash(_("数已经定住，等另一位统计员或管理员确认。确认以后公开，不再变动。"))
    return redirect(url_for("editions.draft", draft_id=draft_id))


@blueprint.get(f"/staff/editions/<{NUMBER}:draft_id>")
def draft(draft_id: int) -> str:
    """What waits to be confirmed."""
    return _draft_page(draft_id)


@blueprint.post(f"/staff/editions/<{NUMBER}:draft_id>")
def draft_post(draft_id: int) -> Answer:
    """Confirm it, refuse it, or take it back."""
    if find_draft(current_actor(), draft_id) is None:
        abort(404)
    action = DECISIONS.get(request.form.get("do", ""))
    if action is None:
        abort(400)
    reason = request.form.get("reason", "").strip()
    try:
        edition_id = decide_edition(current_actor(), draft_id, action, reason)
    except StateError as refused:
        return _draft_page(draft_id, {"reason": str(refused)}), UNPROCESSABLE
    if edition_id is not None:
        flash(_("已发布，内容不再变动。"))
        return redirect(url_for("editions.edition", edition_id=edition_id))
    flash(_("已退回。") if action == REFUSE_EDITION else _("已撤回。"))
    return redirect(url_for("editions.draft", draft_id=draft_id))


def _edition(edition_id: int) -> Edition:
    found = find_edition(current_actor(), edition_id)
    if found is None:
        abort(404)
    return found


def _content_values(found: Edition | EditionDraft) -> dict[str, Any]:
    """What the template needs of a content, whether it is published or proposed."""
    content = found.content
    values: dict[str, Any] = {
        "basis": Bilingual.of(content["basis"]),
        "exclusions": Bilingual.of(content["exclusions"]),
        "sections": [],
        "is_board": found.kind == BOARD,
        "words": wording,
    }
    if found.kind == BOARD:
        return values | board_values(board_of(found))
    return values | {"sections": table_sections(content, current_actor())}


def _drafts_page(problems: dict[str, str] | None = None) -> str:
    actor = current_actor()
    found, paging = drafts(actor)
    return render_template(
        "goals/drafts.html",
        drafts=found,
        paging=paging,
        kinds=[(one, str(wording.KIND_NAMES[one])) for one in KINDS],
        months=[(str(month), wording.month_words(month)) for month in range(1, 13)],
        year=today().year,
        problems=problems or {},
        given=request.form,
        words=wording,
        may_publish=policy.can(actor, PUBLISH_EDITION),
    )


def _draft_page(draft_id: int, problems: dict[str, str] | None = None) -> str:
    actor = current_actor()
    db.session.rollback()
    found = find_draft(actor, draft_id)
    if found is None:
        abort(404)
    steps = EDITION_STATES.steps_from(actor, found)
    return render_template(
        "goals/draft.html",
        draft=found,
        history=history_of("edition_draft", found.id),
        decisions=[row.action.removeprefix("edition.") for row in steps],
        is_own=found.submitted_by_id == actor.person_id,
        problems=problems or {},
        given=request.form,
        **_content_values(found),
    )
