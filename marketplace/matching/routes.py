"""The pages of matches: of a demand, of one's own, one alone, and a broker's proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.browser import local_path
from marketplace.catalogue.list_rows import district_name
from marketplace.catalogue.record_queries import find_record
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.caching import keep_nowhere
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import asked_page, page_at
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.demands.policies import WRITE
from marketplace.matching import pages
from marketplace.matching.answering import STEPS, MatchProblem, answer
from marketplace.matching.asking import OPEN_TO_QUESTIONS, question_of
from marketplace.matching.asking import ask as ask_holder
from marketplace.matching.asking import reply as reply_to_question
from marketplace.matching.choosing import (
    CHOICES,
    LONGEST_SOUGHT,
    address_choosing,
    choices_for,
    line_below,
)
from marketplace.matching.encoders import encoder_sentences
from marketplace.matching.models import HOLDER, Match
from marketplace.matching.ordering import in_order, reasons_of
from marketplace.matching.parts import begin_part, parts_of
from marketplace.matching.policies import ASK, REPLY, reads_proposal, side_of
from marketplace.matching.proposing import propose as propose_match
from marketplace.matching.queries import (
    contacts_of,
    decisions_of,
    find_demand,
    find_match,
    matches_of,
    own_matches,
    refused_matches,
    round_of,
)
from marketplace.matching.refusals import REFUSALS
from marketplace.matching.states import INTRODUCED, MUTUAL
from marketplace.matching.subjects import DEMAND, OFFERS
from marketplace.posting.attaching import files_of_record
from search.engines.base import EngineUnavailable

blueprint = Blueprint("matching", __name__)

UNPROCESSABLE, CONFLICT = 422, 409
ID = "int(max=2147483647)"
STEP = f"any({', '.join(STEPS)})"
ON_A_PAGE = 50

Answer = str | Response | tuple[str, int]

blueprint.after_request(keep_nowhere)


@blueprint.get(f"/matches/of/<{ID}:demand_id>")
def of_demand(demand_id: int) -> str:
    """What might serve a demand, requirement by requirement."""
    actor = current_actor()
    demand = find_demand(actor, demand_id)
    if demand is None:
        abort(404)
    pairs = in_order(
        [
            pair
            for pair in pages.pairs_of(actor, matches_of(actor, demand_id), with_tables=True)
            if pair.comparison is not None
        ]
    )
    opened = number_of(request.args.get("match", ""))
    is_own = actor.organisation_id in demand.owner_ids
    return render_template(
        "matching/of_demand.html",
        demand=demand,
        pairs=pairs,
        reasons=reasons_of(pairs),
        opened=next((one for one in pairs if one.match.id == opened), next(iter(pairs), None)),
        uncovered=pages.uncovered(pairs),
        # Staff never read a draft of another's.
        parts=parts_of(demand_id) if is_own else [],
        may_split=is_own and policy.can(actor, WRITE),
        refused=pages.pairs_of(actor, refused_matches(actor, demand_id)),
        searched=round_of(demand_id),
        encoders=encoder_sentences(),
        **_words(),
    )


@blueprint.get("/matches")
def mine() -> str:
    """The matches of what one's organisation looks for, holds or proposed."""
    actor = current_actor()
    number = asked_page()
    matches, total = own_matches(actor, (number - 1) * ON_A_PAGE, ON_A_PAGE)
    paging = page_at(number, total, ON_A_PAGE)
    if paging.number != number:
        matches, _total = own_matches(actor, paging.offset, ON_A_PAGE)
    return render_template(
        "matching/mine.html",
        pairs=pages.pairs_of(actor, matches),
        paging=paging,
        encoders=encoder_sentences(),
        **_words(),
    )


@blueprint.get(f"/matches/<{ID}:match_id>")
def show(match_id: int) -> str:
    """One match: its table, what was said, and what can be said next."""
    return _show(_match_or_404(match_id), {})


@blueprint.post(f"/matches/<{ID}:match_id>/<{STEP}:step>")
@form_stands_on("matching.show")
def step(match_id: int, step: str) -> Answer:
    """Say something to a match."""
    found = _match_or_404(match_id)
    try:
        match = answer(current_actor(), match_id, step, request.form)
    except MatchProblem as problem:
        return _show(found, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _show(_match_or_404(match_id), {"": str(refusal.message)}), CONFLICT
    if match is None:
        abort(404)
    flash(_told(step, match))
    return redirect(
        local_path(request.form.get("next")) or url_for("matching.show", match_id=match_id)
    )


@blueprint.post(f"/matches/<{ID}:match_id>/ask")
@form_stands_on("matching.show")
def ask(match_id: int) -> Answer:
    """Ask the holder whether something can be reached; of a masked demand, without saying who."""
    return _said(
        match_id,
        lambda: ask_holder(current_actor(), match_id, request.form.get("question", "")),
        _("问题已经送到持有单位，答复会通知你们。"),
    )


@blueprint.post(f"/matches/<{ID}:match_id>/reply")
@form_stands_on("matching.show")
def reply(match_id: int) -> Answer:
    """Answer what was asked."""
    can = request.form.get("can") == "yes"
    return _said(
        match_id,
        lambda: reply_to_question(current_actor(), match_id, can),
        _("答复已经送出。") if not can else _("答复已经送出，也表示了你们愿意对接。"),
    )


@blueprint.post(f"/matches/of/<{ID}:demand_id>/parts")
@form_stands_on("matching.of_demand")
def split(demand_id: int) -> Answer:
    """Begin a demand of its own for the requirements that were chosen."""
    numbers = {number_of(one) or 0 for one in request.form.getlist("rows")}
    try:
        posting_id = begin_part(current_actor(), demand_id, numbers)
    except StateError as refusal:
        flash(str(refusal.message), "no")
        return redirect(url_for("matching.of_demand", demand_id=demand_id))
    return redirect(url_for("posting.step", posting_id=posting_id, number=1))


def _said(match_id: int, say: Callable[[], bool], told: str) -> Answer:
    found = _match_or_404(match_id)
    try:
        if not say():
            abort(404)
    except MatchProblem as problem:
        return _show(found, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _show(_match_or_404(match_id), {"": str(refusal.message)}), CONFLICT
    flash(told)
    return redirect(url_for("matching.show", match_id=match_id))


@blueprint.get("/matches/propose")
def propose() -> str:
    """The form of a proposal."""
    return _proposing({})


@blueprint.get("/matches/propose/suggest")
def suggest_choices() -> Response:
    """What may be meant in the box of a proposal, as JSON; each leads on with it chosen."""
    choice, kept = request.args.get("choice", ""), _chosen(request.args)
    try:
        found = (
            choices_for(current_actor(), choice, request.args.get("q", ""))
            if choice in CHOICES
            else []
        )
    except EngineUnavailable:
        found = []
    return jsonify(
        suggestions=[
            {
                "text": str(row.title),
                "count": line_below(key, row),
                "address": address_choosing(kept, key),
            }
            for key, row in found
        ]
    )


@blueprint.post("/matches/propose")
def propose_post() -> Answer:
    """Put a record before the demand's side."""
    kind = request.form.get("kind", "")
    try:
        match = propose_match(
            current_actor(),
            number_of(request.form.get("demand", "")) or 0,
            kind if kind in OFFERS else "",
            number_of(request.form.get("record", "")) or 0,
            request.form.get("why", ""),
        )
    except MatchProblem as problem:
        return _proposing(problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _proposing({"": str(refusal.message)}), CONFLICT
    flash(_("推荐已经送到需求方。对方回应时会通知你。"))
    return redirect(url_for("matching.show", match_id=match.id))


def _match_or_404(match_id: int) -> Match:
    match = find_match(current_actor(), match_id)
    if match is None:
        abort(404)
    return match


def _show(match: Match, problems: Mapping[str, str]) -> str:
    actor = current_actor()
    (pair,) = pages.pairs_of(actor, [match], with_tables=True)
    contacts = contacts_of(actor, match)
    is_introduced = match.state == INTRODUCED and bool(contacts)
    return render_template(
        "matching/show.html",
        pair=pair,
        match=match,
        side=side_of(actor, match),
        contacts=contacts,
        files=files_of_record(actor, DEMAND, match.demand_id) if is_introduced else [],
        reads_proposal=reads_proposal(actor, match),
        decisions=decisions_of(actor, match),
        question=question_of(match.id),
        may_ask=policy.can(actor, ASK, match) and match.state in OPEN_TO_QUESTIONS,
        may_reply=policy.can(actor, REPLY, match),
        problems=problems,
        given=request.form,
        encoders=encoder_sentences(),
        **_words(),
    )


def _proposing(problems: Mapping[str, str]) -> str:
    actor = current_actor()
    asked = request.form if request.method == "POST" else request.args
    kind = asked.get("kind", "")
    demand = find_record(actor, DEMAND, number_of(asked.get("demand", "")) or 0)
    record = (
        find_record(actor, kind, number_of(asked.get("record", "")) or 0)
        if kind in OFFERS
        else None
    )
    chosen = _chosen(asked)
    choice, sought = request.args.get("choice", ""), request.args.get("q", "").strip()
    found, is_down = [], False
    try:
        if choice in CHOICES:
            found = choices_for(actor, choice, sought)
    except EngineUnavailable:
        is_down = True
    return render_template(
        "matching/propose.html",
        demand=demand,
        record=record,
        chosen=chosen,
        choice=choice,
        sought=sought[:LONGEST_SOUGHT],
        found=[(row, line_below(key, row), address_choosing(chosen, key)) for key, row in found],
        is_down=is_down,
        longest=LONGEST_SOUGHT,
        problems=problems,
        given=asked,
        **_words(),
    )


def _chosen(asked: Mapping[str, str]) -> dict[str, str]:
    """What of a proposal has been chosen, as its address names it."""
    return {name: asked[name] for name in ("demand", "kind", "record") if asked.get(name)}


def _told(step: str, match: Match) -> str:
    if step == "want":
        return (
            _("双方都感兴趣。现在可以同意交换联系人。")
            if match.state == MUTUAL
            else _("已经告诉对方，等对方回应。")
        )
    if step == "decline":
        return _told_of_refusal(match)
    if step == "consent":
        return (
            _("双方都同意了，联系人在下面。")
            if match.state == INTRODUCED
            else _("记下了。对方同意之后，双方才看到联系人。")
        )
    return _("记下了。")


def _told_of_refusal(match: Match) -> str:
    if match.declined_by == HOLDER:
        return _("记下了，原因会告诉需求方。这一项不再推荐给这条需求；你们可以重新考虑。")
    effect = REFUSALS[match.decline_code or ""].effect
    return _("记下了，已经从列表里移走。%(effect)s。", effect=effect)


def _words() -> dict[str, object]:
    return {
        "refusals": REFUSALS,
        "state_names": pages.STATE_NAMES,
        "step_names": pages.STEP_NAMES,
        "field_names": pages.FIELD_NAMES,
        "verdict_names": pages.VERDICT_NAMES,
        "compared_names": pages.COMPARED_NAMES,
        "waits_for": pages.waits_for,
        "district_name": district_name,
        "address_of": address_of,
    }
