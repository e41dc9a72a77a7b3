"""The unit's own pages: what is due, its form, the yearly report; and a report for everybody."""

from __future__ import annotations

import tempfile

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.core.actor import Role
from marketplace.core.attachments import UploadRefused, attachments_of
from marketplace.core.attachments.naming import plain_words
from marketplace.core.codelists import choices
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.demo_mark import file_names, is_demo_site
from marketplace.core.web.downloads import download
from marketplace.core.web.errors import Wording, error_page
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import asked_page
from marketplace.core.web.uploads import chosen_files, takes_uploads
from marketplace.core.web.wording import gettext as _
from marketplace.obligations import wording
from marketplace.obligations.drafts import draft_of
from marketplace.obligations.inputs import LONGEST, LONGEST_LIST
from marketplace.obligations.kinds import CONVERSIONS, SCOPES, SUBJECT
from marketplace.obligations.models import DepositedResult, Obligation
from marketplace.obligations.policies import SAVE, SET_UP, YEARLY, is_staff
from marketplace.obligations.problems import FormProblems
from marketplace.obligations.queries import (
    FILTERS,
    DueList,
    find_obligation,
    find_report,
    history_of,
    is_any_unit_to_report,
    own_due,
    report_of,
    results_of_project,
    seen_among,
    units_to_report,
)
from marketplace.obligations.services import save_draft, submit
from marketplace.obligations.states import OBLIGATION_STATES
from marketplace.obligations.yearly import figures, write_yearly, years

blueprint = Blueprint("obligations", __name__)

UNPROCESSABLE = 422
NUMBER = "int(max=2147483647)"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LONGEST_UNIT = 60
"""Characters of a unit's name in a file's: 180 bytes of the 255 that most file systems take."""

Answer = str | Response | tuple[str, int]


def list_parameters() -> tuple[str | None, int]:
    """The filter and the page that the address asks for; nonsense counts as none."""
    chosen = request.args.get("state")
    return (chosen if chosen in FILTERS else None), asked_page()


def list_page(found: DueList, chosen: str | None, *, is_staff_page: bool) -> str:
    """A list of what is owed, with the filter that was chosen."""
    actor = current_actor()
    return render_template(
        "obligations/list.html",
        found=found,
        chosen=chosen,
        filters=FILTERS,
        words=wording,
        is_staff_page=is_staff_page,
        may_report=policy.can(actor, YEARLY)
        and (not is_staff_page or is_any_unit_to_report(actor)),
    )


@blueprint.get("/obligations")
def own() -> str:
    """What the own unit owes."""
    chosen, page = list_parameters()
    return list_page(own_due(current_actor(), chosen, page), chosen, is_staff_page=False)


@blueprint.get(f"/obligations/<{NUMBER}:obligation_id>")
def show(obligation_id: int) -> str:
    """One obligation: its form for the unit, its content for staff."""
    return page_of(_found(obligation_id))


@blueprint.post(f"/obligations/<{NUMBER}:obligation_id>")
@takes_uploads
def save_post(obligation_id: int) -> Answer:
    """Keep the form, or hand it in."""
    obligation = _found(obligation_id)
    form, files = request.form.to_dict(flat=False), chosen_files("file")
    is_handed_in = request.form.get("do") == "submit"
    try:
        if is_handed_in:
            known = submit(current_actor(), obligation_id, form, files)
            flash(_("已提交，等科技局接收。"))
        else:
            known = save_draft(current_actor(), obligation_id, form, files)
            flash(_("已保存，还没有提交。"))
        for name in known:
            flash(_("文件“%(name)s”已经附在这里，没有再附一次。", name=name))
    except UploadRefused as refused:
        return page_of(obligation, problems={"file": str(refused)}, given=form), UNPROCESSABLE
    except FormProblems as wrong:
        return page_of(obligation, problems=wrong.problems, given=form), UNPROCESSABLE
    except StateError as refused:
        return page_of(obligation, problems={"": str(refused)}, given=form), UNPROCESSABLE
    return redirect(url_for("obligations.show", obligation_id=obligation_id))


def page_of(
    obligation: Obligation,
    problems: dict[str, str] | None = None,
    given: dict[str, list[str]] | None = None,
    reason: str = "",
) -> str:
    """The page of an obligation, with what was filled in."""
    actor = current_actor()
    # What a refused attempt has changed in memory is not what is kept.
    db.session.rollback()
    draft = given if given is not None else draft_of(obligation, report_of(obligation))
    steps = OBLIGATION_STATES.steps_from(actor, obligation)
    return render_template(
        "obligations/show.html",
        obligation=obligation,
        report=report_of(obligation),
        files=attachments_of(db.session, actor, SUBJECT, obligation.id),
        history=history_of(obligation),
        may_fill_in=obligation.is_open and policy.can(actor, SAVE, obligation),
        decisions=[row.action.removeprefix("obligation.") for row in steps],
        results=results_of_project(actor, obligation.project_id) if obligation.is_deposit else [],
        seen=seen_among(
            actor,
            select(DepositedResult.result_id).where(DepositedResult.obligation_id == obligation.id),
        ),
        draft=draft,
        given={field: values[0] for field, values in draft.items() if values},
        problems=problems or {},
        longest=LONGEST,
        longest_list=LONGEST_LIST,
        reason=reason,
        modes=choices("conversion_mode"),
        scopes=[(one, str(wording.SCOPE_NAMES[one])) for one in SCOPES],
        conversions=[(one, str(wording.CONVERSION_NAMES[one])) for one in CONVERSIONS],
        words=wording,
        may_set_up=policy.can(actor, SET_UP, obligation.project),
    )


def _found(obligation_id: int) -> Obligation:
    obligation = find_obligation(current_actor(), obligation_id)
    if obligation is None:
        abort(404)
    return obligation


@blueprint.get(f"/reports/<{NUMBER}:report_id>")
def report(report_id: int) -> str:
    """A science report: its metadata, and its full text once that is open."""
    actor = current_actor()
    found = find_report(actor, report_id)
    if found is None:
        abort(404)
    return render_template(
        "obligations/report.html",
        report=found,
        files=attachments_of(db.session, actor, SUBJECT, found.obligation_id),
        words=wording,
    )


@blueprint.get("/obligations/yearly")
def yearly() -> str:
    """The figures of a year."""
    organisation, year = _unit_and_year()
    return render_template(
        "obligations/yearly.html",
        organisation=organisation,
        year=year,
        years=years(),
        figures=figures(current_actor(), organisation.id, year),
        is_staff_actor=is_staff(current_actor()),
        units=_units_to_choose(organisation),
    )


@blueprint.get("/obligations/yearly.xlsx")
def yearly_file() -> Response:
    """The same as a workbook, with the records behind each figure."""
    organisation, year = _unit_and_year()
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_yearly(current_actor(), organisation, year, target)
    target.seek(0)
    name, plain = _file_name(organisation, year), f"yearly-report-{year}.xlsx"
    return download(target, XLSX_TYPE, *file_names(name, plain, is_demo=is_demo_site()))


def _file_name(organisation: Organisation, year: int) -> str:
    """The unit's name first, as far as a file may have it; nothing where no sign of it may."""
    unit = plain_words(str(organisation.name))[:LONGEST_UNIT].strip(" ._-")
    return "-".join(part for part in (unit, _("转化情况报告"), str(year)) if part) + ".xlsx"


def _first_unit() -> int | None:
    """The own unit; for staff, who have no report of their own, the first that has one."""
    actor = current_actor()
    if not is_staff(actor):
        return actor.organisation_id
    found = units_to_report(actor)
    if not found:
        wording = Wording(
            _("没有可以看的年度报告"),
            _("你负责的区划里，还没有单位持有成果，也没有单位有转化义务。"),
            _("登记了成果，或者设立了义务，就可以在这里看。"),
        )
        abort(error_page(404, wording))
    return found[0].id


def _units_to_choose(shown: Organisation) -> list[Organisation]:
    """The units whose report staff can open, with the one that is shown; nothing for others."""
    actor = current_actor()
    if not is_staff(actor):
        return []
    found = list(units_to_report(actor))
    return found if shown in found else [shown, *found]


def _unit_and_year() -> tuple[Organisation, int]:
    """The unit and year that the address names; the first unit and this year without."""
    actor = current_actor()
    named = request.args.get("organisation", "", type=str)
    organisation_id = number_of(named) if named else _first_unit()
    is_shown = or_(Organisation.id == actor.organisation_id, visible_to(actor, Organisation))
    organisation = db.session.scalar(
        select(Organisation).where(Organisation.id == (organisation_id or 0), is_shown)
    )
    if organisation is None:
        abort(404)
    is_own = organisation.id == actor.organisation_id and actor.has_role(Role.HOLDER_MGR)
    if not is_own and not is_staff(actor):
        abort(404)
    policy.require(actor, YEARLY, organisation)
    year = number_of(request.args.get("year", ""))
    return organisation, year if year in years() else today().year
