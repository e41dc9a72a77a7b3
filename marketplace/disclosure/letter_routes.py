"""Pages for writing to whoever holds a record, and for answering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask import request as http

from marketplace.core.i18n import Bilingual
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _
from marketplace.disclosure.checking import LONGEST_LETTER, DisclosureProblem
from marketplace.disclosure.letters import answer_letter, find_letter, write_letter
from marketplace.disclosure.policies import LETTER
from marketplace.disclosure.routes import (
    CONFLICT,
    ID,
    KIND,
    UNPROCESSABLE,
    Answer,
    blueprint,
    record_or_404,
)


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/letter")
def letter(kind: str, record_id: int) -> str:
    """The form of a letter to whoever holds the record."""
    record = record_or_404(kind, record_id)
    policy.require(current_actor(), LETTER, record)
    return _letter_form(kind, record, {})


@blueprint.post(f"/records/<{KIND}:kind>/<{ID}:record_id>/letter")
def send_letter(kind: str, record_id: int) -> Answer:
    """Send a letter into the holder's inbox."""
    record = record_or_404(kind, record_id)
    try:
        write_letter(current_actor(), kind, record_id, http.form.get("text", ""))
    except DisclosureProblem as problem:
        return _letter_form(kind, record, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _letter_form(kind, record, {"": str(refusal.message)}), CONFLICT
    flash(_("信已经送到持有单位的收件箱，答复会到你的收件箱。"))
    return redirect(url_for("own.notices"))


@blueprint.get(f"/letters/<{ID}:notice_id>/answer")
def answer(notice_id: int) -> str:
    """A letter, and the form of its answer."""
    return _answer_form(notice_id, {})


@blueprint.post(f"/letters/<{ID}:notice_id>/answer")
def send_answer(notice_id: int) -> Answer:
    """Send the answer into the writer's inbox."""
    if find_letter(current_actor(), notice_id) is None:
        abort(404)
    try:
        answer_letter(current_actor(), notice_id, http.form.get("text", ""))
    except DisclosureProblem as problem:
        return _answer_form(notice_id, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _answer_form(notice_id, {"": str(refusal.message)}), CONFLICT
    flash(_("答复已经送出，对方看到的是单位，不是你。"))
    return redirect(url_for("own.notices"))


def _letter_form(kind: str, record: Any, problems: Mapping[str, str]) -> str:
    return render_template(
        "disclosure/letter.html",
        kind=kind,
        record=record,
        problems=problems,
        given=http.form,
        most=LONGEST_LETTER,
        address_of=address_of,
    )


def _answer_form(notice_id: int, problems: Mapping[str, str]) -> str:
    found = find_letter(current_actor(), notice_id)
    if found is None:
        abort(404)
    return render_template(
        "disclosure/answer.html",
        letter=found,
        title=Bilingual.of(found.params["title"]),
        organisation=Bilingual.of(found.params["writer"]["organisation"]),
        problems=problems,
        given=http.form,
        most=LONGEST_LETTER,
        address_of=address_of,
    )
