"""The calendar of working days, for staff: a year at a glance, and loading its official list.

What makes a list right is said in ``core/calendar``; here it is shown before it counts.
"""

from __future__ import annotations

import calendar
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import get_day_names, get_month_names
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from marketplace.core.actor import Actor, Role
from marketplace.core.calendar.announced import announced
from marketplace.core.calendar.days import DAY, ListedDay, WorkingDays
from marketplace.core.calendar.lists import MOST_ROWS, YearList, read_file, read_lines
from marketplace.core.calendar.loading import (
    KEEP,
    LONGEST_REASON,
    CalendarProblems,
    changes_of,
    load_year,
    loadable_years,
    problems_of_source,
)
from marketplace.core.calendar.models import LONGEST_SOURCE
from marketplace.core.calendar.queries import loads_of, read_working_days, source_of
from marketplace.core.db import db
from marketplace.core.i18n import language, today
from marketplace.core.policy import Condition, Permission, policy
from marketplace.core.tables import TableError
from marketplace.core.web.access import current_actor
from marketplace.core.web.caching import keep_nowhere
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.slots import Slots
from marketplace.core.web.uploads import chosen_files
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import spaced, tie
from marketplace.core.web.written_text import name_written_fields

blueprint = Blueprint("calendar", __name__)
blueprint.after_request(keep_nowhere)

UNPROCESSABLE = 422
LONGEST_LIST = 20_000


def _keeps(actor: Actor, _record: Any) -> bool:
    return actor.is_person and actor.has_role(Role.REGISTRAR, Role.ADMIN)


keepers = Condition(_l("技术合同登记员和管理员"), _keeps)
PERMISSIONS = (Permission(KEEP, keepers, _l("工作日历由技术合同登记员和管理员维护。")),)
ROUTES = {
    "calendar.present": KEEP,
    "calendar.year": KEEP,
    "calendar.form": KEEP,
    "calendar.preview": KEEP,
    "calendar.load": KEEP,
}
FIELDS: dict[str, LazyString] = {
    "list": _l("放假安排"),
    "source": _l("出自哪份通知"),
    "reason": _l("为什么换"),
}


@dataclass(frozen=True)
class Month:
    """A month as the page shows it: its weeks, each of seven days, and the days with a name."""

    first: date
    weeks: Sequence[Sequence[date]]
    marks: Sequence[ListedDay]
    working_days: int


def connect_calendar(app: Flask) -> None:
    """Put the row into the table of permissions, and the way here on the account page."""
    policy.add(PERMISSIONS)
    slots: Slots = app.extensions["slots"]
    slots.fill("account.work", _work, order=2)
    name_written_fields("calendar", FIELDS.get)


def _work() -> str:
    if not policy.can(current_actor(), KEEP):
        return ""
    return render_template(
        "accounts/_work.html",
        address=url_for("calendar.present"),
        name=_("工作日历"),
        line=_("哪天上班、哪天放假；载入每年的放假安排"),
    )


@blueprint.get("/staff/calendar")
def present() -> str:
    """This year's calendar."""
    return _year_page(today().year)


@blueprint.get("/staff/calendar/<int(max=9999):year>")
def year(year: int) -> str:
    """The months of a year, where its list comes from, and who loaded it."""
    _known(year)
    return _year_page(year)


@blueprint.get("/staff/calendar/<int(max=9999):year>/load")
def form(year: int) -> str:
    """Where the official list of a year is pasted or sent."""
    _known(year)
    return _form_page(year, {}, {})


@blueprint.post("/staff/calendar/<int(max=9999):year>/preview")
@form_stands_on("calendar.form")
def preview(year: int) -> str | tuple[str, int]:
    """What the list says and changes; nothing counts yet."""
    _known(year)
    given = {name: request.form.get(name, "") for name in ("list", "source")}
    files = chosen_files("file")
    problems = {field: str(words) for field, words in problems_of_source(given["source"]).items()}
    found = YearList((), ())
    try:
        found = _read(given["list"], files, year)
    except TableError as error:
        problems["file"] = str(error)
    if len(given["list"]) > LONGEST_LIST:
        problems["list"] = _("名单太长了，一年不会超过 %(most)s 行。", most=MOST_ROWS)
    if found.problems or problems:
        return _form_page(year, given, problems, found), UNPROCESSABLE
    return _preview_page(year, found, given["source"], {}, "")


@blueprint.post("/staff/calendar/<int(max=9999):year>/load")
def load(year: int) -> Response | tuple[str, int]:
    """Let the list that was shown count."""
    _known(year)
    text, source, reason = (request.form.get(name, "") for name in ("list", "source", "reason"))
    text = text[:LONGEST_LIST]
    try:
        is_new = load_year(current_actor(), year, text, source, reason)
    except CalendarProblems as refused:
        found = read_lines(text, year)
        if set(refused.problems) == {"reason"}:
            return _preview_page(year, found, source, refused.problems, reason), UNPROCESSABLE
        given = {"list": text, "source": source}
        return _form_page(year, given, refused.problems, found), UNPROCESSABLE
    if is_new:
        flash(_("%(year)s 年的放假安排已载入，按它暂定的期限会重新算过。", year=year))
    else:
        flash(_("%(year)s 年的放假安排和载入过的一样，什么都没有改。", year=year))
    return redirect(url_for("calendar.year", year=year))


def _known(year: int) -> None:
    if year not in loadable_years():
        abort(404)


def _read(text: str, files: Sequence[FileStorage], year: int) -> YearList:
    """The list from the file where one was sent, else from the pasted lines."""
    if not files:
        return read_lines(text[:LONGEST_LIST], year)
    name = files[0].filename or ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(name).suffix[:10]}"
        with path.open("wb") as target:
            shutil.copyfileobj(files[0].stream, target)
        return read_file(path, year)


def _year_page(year: int) -> str:
    days = read_working_days(db.session)
    return render_template(
        "calendar/year.html",
        year=year,
        years=loadable_years(),
        months=[_month(days, date(year, number, 1)) for number in range(1, 13)],
        days=days,
        source=source_of(db.session, year),
        loads=loads_of(db.session, year),
        last_days_are_open=not days.is_settled(date(year, 12, 31)),
        month_names=_month_names(),
        weekday_names=_weekday_names(),
        today=today(),
    )


def _month(days: WorkingDays, first: date) -> Month:
    # Weeks begin on Monday, as in China.
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    own = [day for week in weeks for day in week if day.month == first.month]
    marks = [mark for day in own if (mark := days.mark_of(day))]
    return Month(first, weeks, marks, days.working_days_between(own[0] - DAY, own[-1]))


def _form_page(
    year: int, given: dict[str, str], problems: dict[str, str], found: YearList | None = None
) -> str:
    return render_template(
        "calendar/load.html",
        year=year,
        given=given,
        problems=problems,
        rows=found.problems if found else (),
        is_official=read_working_days(db.session).is_official(year),
        known=announced(),
        longest_source=LONGEST_SOURCE,
        most_rows=MOST_ROWS,
    )


def _preview_page(
    year: int, found: YearList, source: str, problems: dict[str, str], reason: str
) -> Any:
    return render_template(
        "calendar/preview.html",
        year=year,
        found=found,
        source=source,
        problems=problems,
        given={"reason": reason},
        changes=changes_of(db.session, year, source, found.days),
        longest_reason=LONGEST_REASON,
        weekday_names=_weekday_names(),
    )


def _month_names() -> list[str]:
    names = get_month_names("wide" if language() == "en" else "abbreviated", locale=get_locale())
    return [tie(spaced(names[number])) for number in range(1, 13)]


def _weekday_names() -> list[str]:
    names = get_day_names("abbreviated", locale=get_locale())
    return [names[number] for number in range(7)]
