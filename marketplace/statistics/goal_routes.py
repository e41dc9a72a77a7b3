"""The goal board for everybody; goals, bases and entered values for those who keep them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.contracts.wording import state_name
from marketplace.core.amounts import wan, yuan
from marketplace.core.attachments import attachments_of
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.demo_mark import file_names
from marketplace.core.web.downloads import download
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import asked_page
from marketplace.core.web.uploads import chosen_files, takes_uploads
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import board_page, board_rows, wording
from marketplace.statistics.board import Board, board_now, board_years
from marketplace.statistics.board_charts import course_of, gauge_of
from marketplace.statistics.board_export import FORMATS, write_board
from marketplace.statistics.drilling import contracts_address, may_open, sees_all
from marketplace.statistics.entering_values import (
    BESIDE,
    SUBJECT,
    decide_value,
    enter_value,
    entered_indicators,
)
from marketplace.statistics.excluded import NOT_COUNTED
from marketplace.statistics.growth import written
from marketplace.statistics.indicators import (
    bases_of,
    indicator_name,
    indicators,
    is_open,
    unit_name,
    unit_of,
)
from marketplace.statistics.keeping_goals import OPERATORS, STRENGTHS, choose_basis, set_goal
from marketplace.statistics.models import Goal
from marketplace.statistics.models.edition import BOARD
from marketplace.statistics.policies import ENTER_VALUE, PUBLISH_EDITION, SET_GOAL
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.queries import (
    all_goals,
    bases_chosen,
    editions_of_year,
    entered_values,
    find_goal,
    find_value,
    history_of,
    versions_of,
)
from marketplace.statistics.states import RELEASE_VALUE, RETURN_VALUE, VALUE_STATES
from marketplace.statistics.uncounted import read_uncounted

blueprint = Blueprint("goals", __name__)

UNPROCESSABLE = 422
NUMBER = "int(max=2147483647)"
DECISIONS = {"release": RELEASE_VALUE, "return": RETURN_VALUE}

Answer = str | Response | tuple[str, int]


@blueprint.get("/goals")
def board() -> str:
    """Whether the goals of a year are met, will be, and what the figures are made of."""
    actor = current_actor()
    shown, years = _board()
    return render_template(
        "goals/board.html",
        is_other_year=_is_of_other_year(shown),
        **board_values(shown),
        years=years,
        editions=editions_of_year(actor, BOARD, shown.year),
        may_set=policy.can(actor, SET_GOAL),
        may_publish=policy.can(actor, PUBLISH_EDITION),
    )


@blueprint.get("/goals/export")
def board_file() -> Response:
    """The same as a file; of a year that there isn't the page says so."""
    form = request.args.get("form", "xlsx")
    if form not in FORMATS:
        abort(404)
    shown, _years = _board()
    if _is_of_other_year(shown):
        return redirect(url_for("goals.board", year=request.args["year"]))
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_board(shown, form, target)
    target.seek(0)
    name = _("目标看板-%(year)s.%(form)s", year=shown.year, form=form)
    names = file_names(name, f"goals-{shown.year}.{form}", is_demo=shown.is_demo)
    return download(target, FORMATS[form], *names)


@blueprint.get("/goals/not-counted")
def uncounted() -> str:
    """The contracts that the board leaves out for a reason; the first one where none is named."""
    reason = request.args.get("reason") or next(iter(NOT_COUNTED))
    if reason not in NOT_COUNTED:
        abort(404)
    found = read_uncounted(db.session, current_actor(), reason, asked_page())
    return render_template(
        "goals/uncounted.html",
        reason=reason,
        name=str(wording.EXCLUDED_NAMES[reason]),
        found=found,
        state_name=state_name,
        wan=wan,
        yuan=yuan,
        written=written,
    )


def board_values(shown: Board) -> dict[str, Any]:
    """What the template of a board needs, whether it is of now or of an edition."""
    actor = current_actor()
    return {
        "board": shown,
        "finding": board_page.finding(shown),
        "gauge": gauge_of(shown),
        "course": course_of(shown),
        "pace": board_page.pace_words(shown),
        "months": board_rows.month_rows(shown, actor),
        "classes": board_rows.class_rows(shown, actor),
        "districts": board_rows.district_rows(shown, actor),
        "excluded": board_rows.excluded_rows(shown, actor),
        "quotable": board_page.quotable(shown),
        "total_address": contracts_address(
            actor, shown.year, until=shown.last_month, position=shown.opens_until
        ),
        "goal_addresses": {
            line.goal_id: board_rows.goal_address(shown, actor, line) for line in shown.lines
        },
        "opens": may_open(actor),
        "words": wording,
        "pages": board_page,
        "indicator_name": indicator_name,
        "unit_name": unit_name,
    }


def _board() -> tuple[Board, list[int]]:
    """The board that the address asks for, and the years that can be asked for."""
    is_public = not sees_all(current_actor())
    years = board_years(db.session, is_public=is_public)
    asked = number_of(request.args.get("year", ""))
    year = asked if asked in years else _year_of_today(years)
    return board_now(db.session, year, is_public=is_public), years


def _is_of_other_year(shown: Board) -> bool:
    """Whether the address names a year that there isn't, in whose place this board is shown."""
    return request.args.get("year", "") not in ("", str(shown.year))


def _year_of_today(years: Sequence[int]) -> int:
    """The present year, or the one before where nothing of the present one can be seen."""
    return next(year for year in years if year <= today().year)


@blueprint.get("/staff/goals")
def register() -> str:
    """All goals, and the form for another."""
    return _register_page()


@blueprint.post("/staff/goals")
def new_post() -> Answer:
    """Add a goal."""
    try:
        goal_id = set_goal(current_actor(), None, request.form)
    except FormProblems as wrong:
        return _register_page(wrong.problems), UNPROCESSABLE
    flash(_("目标已登记，公开页上已经看得到。"))
    return redirect(url_for("goals.edit", goal_id=goal_id))


@blueprint.get(f"/staff/goals/<{NUMBER}:goal_id>")
def edit(goal_id: int) -> str:
    """One goal: its form and its history."""
    return _goal_page(_goal(goal_id))


@blueprint.post(f"/staff/goals/<{NUMBER}:goal_id>")
def edit_post(goal_id: int) -> Answer:
    """Change a goal."""
    goal = _goal(goal_id)
    try:
        set_goal(current_actor(), goal_id, request.form)
    except FormProblems as wrong:
        db.session.rollback()
        return _goal_page(goal, wrong.problems), UNPROCESSABLE
    flash(_("已保存，改前的样子留在历史里。"))
    return redirect(url_for("goals.edit", goal_id=goal_id))


@blueprint.get("/staff/indicators/<indicator>")
def basis(indicator: str) -> str:
    """On which basis an indicator counts that no document defines."""
    return _basis_page(_open_indicator(indicator))


@blueprint.post("/staff/indicators/<indicator>")
def basis_post(indicator: str) -> Answer:
    """Choose the basis."""
    _open_indicator(indicator)
    try:
        choose_basis(current_actor(), indicator, request.form)
    except FormProblems as wrong:
        return _basis_page(indicator, wrong.problems), UNPROCESSABLE
    flash(_("口径已选定，公开页会写明。以前的选择留在历史里。"))
    return redirect(url_for("goals.basis", indicator=indicator))


@blueprint.get("/staff/indicator-values")
def values() -> str:
    """What was entered, and the form for another value."""
    return _values_page()


@blueprint.post("/staff/indicator-values")
@takes_uploads
def values_post() -> Answer:
    """Enter a value with its evidence."""
    try:
        value_id = enter_value(current_actor(), request.form, chosen_files("file"))
    except FormProblems as wrong:
        return _values_page(wrong.problems), UNPROCESSABLE
    flash(_("已填报，等另一位统计员或管理员放行。"))
    return redirect(url_for("goals.value", value_id=value_id))


@blueprint.get(f"/staff/indicator-values/<{NUMBER}:value_id>")
def value(value_id: int) -> str:
    """One entered value: its evidence, and the decision."""
    return _value_page(value_id)


@blueprint.post(f"/staff/indicator-values/<{NUMBER}:value_id>")
def value_post(value_id: int) -> Answer:
    """Release it, or return it."""
    if find_value(current_actor(), value_id) is None:
        abort(404)
    action = DECISIONS.get(request.form.get("do", ""))
    if action is None:
        abort(400)
    try:
        decide_value(current_actor(), value_id, action, request.form.get("reason", "").strip())
    except StateError as refused:
        return _value_page(value_id, {"reason": str(refused)}), UNPROCESSABLE
    told = {RELEASE_VALUE: _("已放行，公开页上已经看得到。"), RETURN_VALUE: _("已退回。")}
    flash(told[action])
    return redirect(url_for("goals.value", value_id=value_id))


def _goal(goal_id: int) -> Goal:
    goal = find_goal(current_actor(), goal_id)
    if goal is None:
        abort(404)
    return goal


def _open_indicator(indicator: str) -> str:
    known = indicators().get(indicator)
    if known is None or not is_open(known):
        abort(404)
    return indicator


def _with_unit(code: str) -> str:
    """An indicator with the unit in which its values are written."""
    unit = unit_name(unit_of(code))
    return f"{indicator_name(code)}（{unit}）" if unit else indicator_name(code)


def _with_basis(counted: str) -> str:
    """The same with the basis, where there are several."""
    code, _colon, basis = counted.partition(BESIDE)
    name = _with_unit(code)
    return _("%(name)s，%(basis)s", name=name, basis=wording.basis_name(basis)) if basis else name


def _choices() -> dict[str, Any]:
    return {
        "indicators": [(code, _with_unit(code)) for code in indicators()],
        "areas": {code: str(known.area) for code, known in indicators().items()},
        "operators": [(one.value, str(wording.OPERATOR_NAMES[one])) for one in OPERATORS],
        "strengths": [(one, str(wording.STRENGTH_NAMES[one])) for one in STRENGTHS],
        "words": wording,
        "indicator_name": indicator_name,
        "unit_name": unit_name,
    }


def _register_page(problems: dict[str, str] | None = None) -> str:
    return render_template(
        "goals/goals.html",
        goals=all_goals(current_actor()),
        open_indicators=[code for code, known in indicators().items() if is_open(known)],
        problems=problems or {},
        given=request.form,
        **_choices(),
    )


def _goal_page(goal: Goal, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "goals/goal.html",
        goal=goal,
        versions=versions_of(goal),
        problems=problems or {},
        given=request.form,
        **_choices(),
    )


def _basis_page(indicator: str, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "goals/basis.html",
        indicator=indicator,
        name=indicator_name(indicator),
        chosen=bases_chosen(current_actor(), indicator),
        bases=[
            (one.code, str(one.name), str(one.explanation))
            for one in bases_of(indicators()[indicator])
        ],
        note=indicators()[indicator].note,
        problems=problems or {},
        given=request.form,
        words=wording,
    )


def _values_page(problems: dict[str, str] | None = None) -> str:
    found, paging = entered_values(current_actor())
    return render_template(
        "goals/values.html",
        values=found,
        paging=paging,
        indicators=[(one, _with_basis(one)) for one in entered_indicators()],
        problems=problems or {},
        given=request.form,
        units={code: unit_of(code) for code in indicators()},
        words=wording,
        indicator_name=indicator_name,
        may_enter=policy.can(current_actor(), ENTER_VALUE),
    )


def _value_page(value_id: int, problems: dict[str, str] | None = None) -> str:
    actor = current_actor()
    db.session.rollback()
    found = find_value(actor, value_id)
    if found is None:
        abort(404)
    steps = VALUE_STATES.steps_from(actor, found)
    return render_template(
        "goals/value.html",
        value=found,
        files=attachments_of(db.session, actor, SUBJECT, found.id),
        history=history_of(SUBJECT, found.id),
        decisions=[row.action.removeprefix("indicator_value.") for row in steps],
        is_own=found.submitted_by_id == actor.person_id,
        problems=problems or {},
        given=request.form,
        unit=unit_of(found.indicator),
        words=wording,
        indicator_name=indicator_name,
    )
