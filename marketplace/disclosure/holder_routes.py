"""Pages for holders: their further parts and terms, who asked, and who opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask import request as http
from werkzeug.wrappers import Response

from marketplace.core.db import db
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.disclosure import wording
from marketplace.disclosure.checking import STEPS, DisclosureProblem, read_part, read_terms
from marketplace.disclosure.models import AccessRequest, FurtherPart
from marketplace.disclosure.policies import WRITE
from marketplace.disclosure.queries import (
    count_openings,
    count_requests,
    newest_terms,
    openings_of,
    parts_of,
    requests_of,
    versions_of,
)
from marketplace.disclosure.reading import admit, refuse, revoke
from marketplace.disclosure.routes import (
    CONFLICT,
    ID,
    KIND,
    UNPROCESSABLE,
    Answer,
    blueprint,
    part_or_404,
    record_or_404,
)
from marketplace.disclosure.states import REQUEST_STATES
from marketplace.disclosure.writing import (
    Conflict,
    add_part,
    change_part,
    move_part_up,
    remove_part,
    set_terms,
)


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/parts/manage")
def manage(kind: str, record_id: int) -> str:
    """The parts, terms and requests of a record that one's organisation holds."""
    return _manage_page(kind, _held_or_refused(kind, record_id))


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/parts/new")
def new(kind: str, record_id: int) -> str:
    """The form of a new part."""
    return _part_form(kind, _held_or_refused(kind, record_id), {}, {})


@blueprint.post(f"/records/<{KIND}:kind>/<{ID}:record_id>/parts/new")
def create(kind: str, record_id: int) -> Answer:
    """Add a part."""
    record = _held_or_refused(kind, record_id)
    try:
        add_part(current_actor(), kind, record_id, read_part(http.form))
    except DisclosureProblem as problem:
        return _part_form(kind, record, http.form, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _part_form(kind, record, http.form, {"": str(refusal.message)}), CONFLICT
    flash(_("已经加上。公开页面上只看到有这一部分，看不到内容。"))
    return redirect(url_for("disclosure.manage", kind=kind, record_id=record_id))


@blueprint.get(f"/parts/<{ID}:part_id>/edit")
def edit(part_id: int) -> str:
    """The form of a part, and what it said before."""
    part = _held_part_or_refused(part_id)
    return _part_form(part.kind, part.record, _given(part), {}, part)


@blueprint.post(f"/parts/<{ID}:part_id>/edit")
def save(part_id: int) -> Answer:
    """Change a part."""
    part = _held_part_or_refused(part_id)
    kind, record = part.kind, part.record
    version = number_of(http.form.get("version", ""))
    try:
        is_changed = change_part(current_actor(), part_id, version, read_part(http.form))
    except DisclosureProblem as problem:
        return _part_form(kind, record, http.form, problem.problems, part), UNPROCESSABLE
    except Conflict:
        text = _("别人刚刚存了另一稿，你写的还在下面，没有存。再存一次，就以你写的为准。")
        part = _held_part_or_refused(part_id)
        return _part_form(kind, part.record, http.form, {"": text}, part), CONFLICT
    flash(_("已经改好。打开过旧版的人要重新打开。") if is_changed else _("没有改动。"))
    return redirect(url_for("disclosure.manage", kind=kind, record_id=part.record_id))


@blueprint.post(f"/parts/<{ID}:part_id>/arrange")
@form_stands_on(lambda part_id: _manage_address(_held_even_if_removed(part_id)))
def arrange(part_id: int) -> Response:
    """Move a part up; one that is gone meanwhile is told as gone."""
    if gone := _own_removed_part(part_id):
        return _told_as_gone(gone)
    part = _held_part_or_refused(part_id)
    address = _manage_address(part)
    move_part_up(current_actor(), part_id)
    return redirect(address)


@blueprint.get(f"/parts/<{ID}:part_id>/remove")
def ask_remove(part_id: int) -> Answer:
    """What removing a part would take away, before it is removed."""
    if gone := _own_removed_part(part_id):
        return redirect(_manage_address(gone))
    part = _held_part_or_refused(part_id)
    return render_template(
        "disclosure/remove.html",
        kind=part.kind,
        record=part.record,
        part=part,
        opening_count=count_openings(current_actor(), part.kind, part.record_id, part.id),
        asked=count_requests(current_actor(), part),
        address_of=address_of,
    )


@blueprint.post(f"/parts/<{ID}:part_id>/remove")
def remove(part_id: int) -> Response:
    """Remove a part; a second click finds it gone and says so."""
    if gone := _own_removed_part(part_id):
        return _told_as_gone(gone)
    address = _manage_address(_held_part_or_refused(part_id))
    remove_part(current_actor(), part_id)
    flash(_("已经删去，谁也打不开了。"))
    return redirect(address)


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/terms")
def terms(kind: str, record_id: int) -> str:
    """The form of the terms."""
    return _terms_form(kind, _held_or_refused(kind, record_id), {}, {})


@blueprint.post(f"/records/<{KIND}:kind>/<{ID}:record_id>/terms")
def save_terms(kind: str, record_id: int) -> Answer:
    """Set the terms."""
    record = _held_or_refused(kind, record_id)
    version = number_of(http.form.get("version", ""))
    try:
        is_changed = set_terms(current_actor(), kind, record_id, version, read_terms(http.form))
    except DisclosureProblem as problem:
        return _terms_form(kind, record, http.form, problem.problems), UNPROCESSABLE
    except Conflict:
        text = _("别人刚刚存了另一稿，你写的还在下面，没有存。再存一次，就以你写的为准。")
        return _terms_form(kind, record_or_404(kind, record_id), http.form, {"": text}), CONFLICT
    except StateError as refusal:
        return _terms_form(kind, record, http.form, {"": str(refusal.message)}), CONFLICT
    if not is_changed:
        told = _("没有改动。")
    elif version:
        told = _("条款已经存好。接受过旧条款的人要重新接受。")
    else:
        told = _("条款已经存好。")
    flash(told)
    return redirect(url_for("disclosure.manage", kind=kind, record_id=record_id))


@blueprint.post(f"/access-requests/<{ID}:request_id>/decision")
@form_stands_on(lambda request_id: _manage_address(_asked_or_refused(request_id).part))
def decide(request_id: int) -> Answer:
    """Admit, refuse or revoke."""
    actor = current_actor()
    asked = _asked_or_refused(request_id)
    kind, record = asked.part.kind, asked.part.record
    work, reason = http.form.get("work", ""), http.form.get("reason", "")
    try:
        if work == "refuse":
            refuse(actor, request_id, reason)
            flash(_("没有同意，原因发给了申请的人。"))
        elif work == "revoke":
            revoke(actor, request_id, reason)
            flash(_("已经收回，凭这次同意不能再打开。申请的人会收到通知。"))
        elif work not in ("admit", "admit_organisation"):
            abort(400)
        else:
            admit(actor, request_id, covers_organisation=work == "admit_organisation")
            told = {
                "admit": _("已经同意，申请的人可以打开。"),
                "admit_organisation": _("已经同意，这家单位的人都可以打开；有条款的，先接受条款。"),
            }
            flash(told[work])
    except DisclosureProblem as problem:
        problems = {f"reason-{request_id}": problem.problems["reason"]}
        return _manage_page(kind, record, problems), UNPROCESSABLE
    except StateError as refusal:
        return _manage_page(kind, record, {"": str(refusal.message)}), CONFLICT
    return redirect(
        url_for(
            "disclosure.manage",
            kind=kind,
            record_id=record.id,
            page=asked_page() if asked_page() > 1 else None,
            _anchor="requests",
        )
    )


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/openings")
def openings(kind: str, record_id: int) -> str:
    """Who opened which part, for whom, and when."""
    record = _held_or_refused(kind, record_id)
    rows, paging = openings_of(current_actor(), kind, record_id, asked_page())
    return render_template(
        "disclosure/openings.html",
        kind=kind,
        record=record,
        rows=rows,
        paging=paging,
        wording=wording,
        address_of=address_of,
    )


def _held_or_refused(kind: str, record_id: int) -> Any:
    record = record_or_404(kind, record_id)
    policy.require(current_actor(), WRITE, record)
    return record


def _held_part_or_refused(part_id: int) -> FurtherPart:
    part = part_or_404(part_id)
    policy.require(current_actor(), WRITE, part)
    return part


def _held_even_if_removed(part_id: int) -> FurtherPart:
    return _own_removed_part(part_id) or _held_part_or_refused(part_id)


def _told_as_gone(part: FurtherPart) -> Response:
    flash(_("这一部分已经删去，谁也打不开了。"))
    return redirect(_manage_address(part))


def _manage_address(part: FurtherPart) -> str:
    return url_for("disclosure.manage", kind=part.kind, record_id=part.record_id)


def _asked_or_refused(request_id: int) -> AccessRequest:
    asked = db.session.get(AccessRequest, request_id)
    if asked is None or asked.part.removed_at or not _may_see(asked):
        abort(404)
    policy.require(current_actor(), "access.admit", asked)
    return asked


def _own_removed_part(part_id: int) -> FurtherPart | None:
    part = db.session.get(FurtherPart, part_id)
    is_own = part is not None and policy.can(current_actor(), WRITE, part)
    return part if part is not None and is_own and part.removed_at else None


def _may_see(asked: AccessRequest) -> bool:
    condition = visible_to(current_actor(), AccessRequest)
    found = db.session.query(AccessRequest.id).filter(AccessRequest.id == asked.id, condition)
    return found.first() is not None


def _given(part: FurtherPart) -> dict[str, str]:
    """A part as its form sends it."""
    given = {
        "level": str(part.level),
        "heading_zh": part.heading.zh,
        "heading_en": part.heading.en,
        "text_zh": part.text.zh,
        "text_en": part.text.en,
    }
    return given | ({"is_heading_public": "1"} if part.is_heading_public else {})


def _part_form(
    kind: str,
    record: Any,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    part: FurtherPart | None = None,
) -> str:
    return render_template(
        "disclosure/part_form.html",
        kind=kind,
        record=record,
        part=part,
        given=given,
        problems=problems,
        levels=[(str(int(one)), wording.level_name(one), wording.level_hint(one)) for one in STEPS],
        versions=versions_of(part) if part else [],
        wording=wording,
        address_of=address_of,
    )


def _terms_form(
    kind: str, record: Any, given: Mapping[str, str], problems: Mapping[str, str]
) -> str:
    present = newest_terms(db.session, kind, record.id)
    return render_template(
        "disclosure/terms_form.html",
        kind=kind,
        record=record,
        present=present,
        given=given,
        problems=problems,
        address_of=address_of,
    )


def _manage_page(kind: str, record: Any, problems: Mapping[str, str] | None = None) -> str:
    actor, session = current_actor(), db.session
    asked, paging = requests_of(actor, kind, record.id, asked_page())
    return render_template(
        "disclosure/manage.html",
        kind=kind,
        record=record,
        parts=parts_of(session, actor, kind, record.id),
        terms=newest_terms(session, kind, record.id),
        asked=[
            (one, {row.action for row in REQUEST_STATES.steps_from(actor, one)}) for one in asked
        ],
        paging=paging,
        opening_count=count_openings(actor, kind, record.id),
        problems=problems or {},
        given=http.form.get("reason", ""),
        wording=wording,
        address_of=address_of,
    )
