"""Pages for readers: which further parts a record has, what opens them, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask import request as http
from werkzeug.wrappers import Response as AnyResponse

from marketplace.core.db import db
from marketplace.core.policy import Forbidden, Level, policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.caching import keep_nowhere
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.disclosure import wording
from marketplace.disclosure.checking import LONGEST_PURPOSE, DisclosureProblem
from marketplace.disclosure.models import AccessRequest, FurtherPart, Terms
from marketplace.disclosure.policies import KINDS, OPEN, WRITE
from marketplace.disclosure.queries import (
    find_own_request,
    find_part,
    find_record,
    has_accepted,
    last_opening,
    newest_request,
    newest_terms,
    parts_of,
)
from marketplace.disclosure.reading import accept_terms, open_part, request_access, withdraw
from marketplace.disclosure.standing import NEEDED, Lack, is_of_holder, lack_of
from marketplace.disclosure.writing import Conflict

blueprint = Blueprint("disclosure", __name__)
blueprint.after_request(keep_nowhere)

UNPROCESSABLE = 422
CONFLICT = 409
KIND = f"any({', '.join(KINDS)})"
ID = "int(max=2147483647)"

Answer = str | AnyResponse | tuple[str, int]


@dataclass(frozen=True)
class PartRow:
    """One part as a reader sees it before it is open."""

    part: FurtherPart
    heading: str
    level: str
    lack: Lack | None
    is_opened: bool
    asked: AccessRequest | None

    @property
    def needed(self) -> str:
        """What is lacking, in a sentence."""
        return str(NEEDED[self.lack]) if self.lack else ""


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/parts")
def parts(kind: str, record_id: int) -> str:
    """Which further parts a record has, and what each needs."""
    return _parts_page(kind, record_or_404(kind, record_id))


@blueprint.get(f"/parts/<{ID}:part_id>")
def part(part_id: int) -> AnyResponse:
    """What a part says, to its holder and to whoever opened this version."""
    actor, session = current_actor(), db.session
    found = part_or_404(part_id)
    lack = lack_of(session, actor, found)
    if lack is not None:
        raise Forbidden(OPEN, NEEDED[lack])
    is_own = is_of_holder(actor, found)
    opening = None if is_own else last_opening(session, actor, found)
    if opening is None and not is_own:
        return redirect(_list_address(found))
    return make_response(
        render_template(
            "disclosure/part.html",
            kind=found.kind,
            part=found,
            record=found.record,
            level=wording.level_name(found.level),
            opening=opening,
            address_of=address_of,
        )
    )


@blueprint.post(f"/parts/<{ID}:part_id>/open")
@form_stands_on(lambda part_id: _list_address(part_or_404(part_id)))
def open_one(part_id: int) -> AnyResponse:
    """Open a part, which its holder sees."""
    part_or_404(part_id)
    open_part(current_actor(), part_id)
    return redirect(url_for("disclosure.part", part_id=part_id))


@blueprint.post(f"/records/<{KIND}:kind>/<{ID}:record_id>/parts/terms")
@form_stands_on("disclosure.parts")
def accept(kind: str, record_id: int) -> Answer:
    """Accept the version of the terms that was shown."""
    record = record_or_404(kind, record_id)
    version = http.form.get("version", "")
    try:
        accept_terms(current_actor(), kind, record_id, number_of(version))
    except Conflict:
        text = _("条款刚刚改了，请看过新的一版再接受。")
        return _parts_page(kind, record, {"": text}), CONFLICT
    flash(_("已经接受条款第 %(n)s 版。", n=version))
    return redirect(url_for("disclosure.parts", kind=kind, record_id=record_id))


@blueprint.post(f"/parts/<{ID}:part_id>/requests")
@form_stands_on(lambda part_id: _list_address(part_or_404(part_id)))
def ask(part_id: int) -> Answer:
    """Ask the holder to be admitted."""
    found = part_or_404(part_id)
    try:
        request_access(current_actor(), part_id, http.form.get("purpose", ""))
    except DisclosureProblem as problem:
        problems = {f"purpose-{part_id}": problem.problems["purpose"]}
        return _parts_page(found.kind, found.record, problems), UNPROCESSABLE
    except StateError as refusal:
        return _parts_page(found.kind, found.record, {"": str(refusal.message)}), CONFLICT
    flash(_("申请已经交给持有单位。有了结果会通知你。"))
    return redirect(_list_address(found))


@blueprint.post(f"/access-requests/<{ID}:request_id>/withdraw")
@form_stands_on(lambda request_id: _list_address(_own_request_or_404(request_id).part))
def withdraw_request(request_id: int) -> AnyResponse:
    """Ask to be admitted no longer."""
    asked = _own_request_or_404(request_id)
    try:
        withdraw(current_actor(), request_id)
        flash(_("申请收回了。想看的时候可以再申请。"))
    except StateError as refusal:
        flash(str(refusal.message), "no")
    return redirect(_list_address(asked.part))


def record_or_404(kind: str, record_id: int) -> Any:
    """The record, or the answer that there is none, also where it may not be seen."""
    record = find_record(db.session, current_actor(), kind, record_id)
    if record is None:
        abort(404)
    return record


def part_or_404(part_id: int) -> FurtherPart:
    """The part, or the answer that there is none, also where its record may not be seen."""
    found = find_part(db.session, current_actor(), part_id)
    if found is None:
        abort(404)
    return found


def _own_request_or_404(request_id: int) -> AccessRequest:
    asked = find_own_request(db.session, current_actor(), request_id)
    if asked is None:
        abort(404)
    part_or_404(asked.part_id)
    return asked


def _list_address(found: FurtherPart) -> str:
    return url_for(
        "disclosure.parts", kind=found.kind, record_id=found.record_id, _anchor=f"part-{found.id}"
    )


def _parts_page(kind: str, record: Any, problems: dict[str, str] | None = None) -> str:
    actor, session = current_actor(), db.session
    rows = [
        PartRow(
            part=one,
            heading=wording.public_heading(one, number),
            level=wording.level_name(one.level),
            lack=lack_of(session, actor, one),
            is_opened=actor.is_person and last_opening(session, actor, one) is not None,
            asked=newest_request(session, actor, one) if actor.is_person else None,
        )
        for number, one in enumerate(parts_of(session, actor, kind, record.id), start=1)
    ]
    terms = _terms_to_accept(kind, record.id, rows)
    return render_template(
        "disclosure/parts.html",
        kind=kind,
        record=record,
        rows=rows,
        terms=terms,
        has_accepted=terms is not None and has_accepted(session, actor, terms),
        is_own=policy.can(actor, WRITE, record),
        problems=problems or {},
        given=http.form.get("purpose", ""),
        most=LONGEST_PURPOSE,
        wording=wording,
        address_of=address_of,
    )


def _terms_to_accept(kind: str, record_id: int, rows: list[PartRow]) -> Terms | None:
    """The terms, for members of verified organisations, where a part needs them."""
    needs = any(row.part.level >= Level.TERMS for row in rows)
    is_reader = current_actor().is_verified
    return newest_terms(db.session, kind, record_id) if needs and is_reader else None
