"""The pages of the tables, their files, and the contracts behind a figure."""

from __future__ import annotations

import tempfile
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.core.amounts import wan, yi, yuan
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import Forbidden, policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.demo_mark import file_names, is_demo_site
from marketplace.core.web.downloads import download
from marketplace.core.web.numbers import number_of
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import board_page
from marketplace.statistics import wording as goal_wording
from marketplace.statistics.board_export import write_goals
from marketplace.statistics.growth import written
from marketplace.statistics.indicators import indicator_name
from marketplace.statistics.tables import wording
from marketplace.statistics.tables.catalogue import read_catalogue
from marketplace.statistics.tables.declared import (
    CATALOGUE,
    CLASSES,
    DISTRICTS,
    FLOW,
    GOALS,
    HEADLINE,
    TABLES,
)
from marketplace.statistics.tables.drawing import bars_of, bars_of_catalogue, course_of
from marketplace.statistics.tables.exporting import (
    standing,
    write_catalogue,
    write_postings,
    write_table,
)
from marketplace.statistics.tables.goals_table import bars_of_goals, finding, read_goals
from marketplace.statistics.tables.opening import (
    XLSX_ROWS,
    Opened,
    all_postings,
    find_opened,
    fits_workbook,
    may_open,
    read_postings,
    sum_of,
)
from marketplace.statistics.tables.pages import (
    Asked,
    TablePage,
    cumulated,
    is_public_view,
    read_asked,
    read_table,
    stand_for,
)
from marketplace.statistics.tables.periods import PARAMETERS, reaching
from marketplace.statistics.tables.policies import OPEN_FIGURE
from marketplace.statistics.tables.reading import Stand
from marketplace.statistics.tables.views import Row

blueprint = Blueprint("statistics", __name__)

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
UNPROCESSABLE = 422
LONGEST_NUMBER = 4
LATEST_YEAR = 9999
TEMPLATES = {HEADLINE: "headline", DISTRICTS: "districts", FLOW: "flow"}
"""Those of tables that are laid out in a way of their own."""


@blueprint.get("/statistics")
def overview() -> str:
    """Which tables there are, and the headline of the year to date."""
    stand = stand_for(db.session, current_actor())
    page = None
    if stand.available is not None:
        asked = Asked(HEADLINE, stand.available.latest)
        page = read_table(db.session, current_actor(), asked, stand)
    return render_template("statistics/overview.html", **_common(page, stand), tables=_tables())


@blueprint.get("/statistics/t<int:number>")
def table(number: int) -> str:
    """One table in a period."""
    if number == GOALS:
        return _goals_page()
    stand, asked = _asked(number)
    if asked is None:
        return _empty(number)
    if number == CATALOGUE and stand.available is not None:
        rows = read_catalogue(db.session, asked.period)
        page = TablePage(asked, stand, stand.available, is_public=True, views=[])
        return render_template(
            "statistics/catalogue.html",
            rows=rows,
            bars_of_catalogue=bars_of_catalogue,
            **_common(page, stand),
        )
    page = read_table(db.session, current_actor(), asked, stand)
    text = wording.bulletin(page) if number == HEADLINE else ""
    template = f"statistics/{TEMPLATES.get(number, 'table')}.html"
    return render_template(template, text=text, **_common(page, stand))


@blueprint.get("/statistics/t<int:number>.xlsx")
def table_xlsx(number: int) -> Response | str:
    """The same as a workbook, with a sheet that explains it."""
    return _table_file(number, "xlsx")


@blueprint.get("/statistics/t<int:number>.csv")
def table_csv(number: int) -> Response | str:
    """The same as text."""
    return _table_file(number, "csv")


@blueprint.get("/statistics/contracts")
def contracts() -> str | tuple[str, int]:
    """The postings that add up to a figure, late months first, and in a month the last posted."""
    opened, problem = _opened()
    if opened is None:
        return render_template("statistics/contracts.html", opened=None, problem=problem), (
            UNPROCESSABLE if problem else 200
        )
    found = read_postings(db.session, current_actor(), opened, request.args.get("before", ""))
    total = sum_of(db.session, opened)
    return render_template(
        "statistics/contracts.html",
        opened=opened,
        problem=problem,
        page=found,
        total=total,
        title=_title_of(opened),
        events=wording.EVENTS,
        contract_endpoint="contracts.show" if "contracts.show" in _endpoints() else "",
        back=url_for("statistics.table", number=opened.asked.number, **opened.asked.parameters),
        wan=wan,
        yuan=yuan,
        written=written,
    )


@blueprint.get("/statistics/contracts.xlsx")
def contracts_xlsx() -> Response | tuple[str, int]:
    """The same as a workbook."""
    return _contracts_file("xlsx")


@blueprint.get("/statistics/contracts.csv")
def contracts_csv() -> Response | tuple[str, int]:
    """The same as text, however many there are."""
    return _contracts_file("csv")


def _given() -> dict[str, Any]:
    """What the address says of the period and the view."""
    return {name: value for name, value in request.args.items() if name in (*PARAMETERS, "view")}


def _asked(number: int) -> tuple[Stand, Asked | None]:
    """What a table's address asks for; nothing while there are no figures."""
    if number not in TABLES and number != CATALOGUE:
        abort(404)
    stand = stand_for(db.session, current_actor())
    if stand.available is None:
        return stand, None
    return stand, read_asked(number, request.args.to_dict(), stand.available)


def _empty(number: int) -> str:
    return render_template("statistics/empty.html", name=wording.table_name(number), number=number)


def _table_file(number: int, form: str) -> Response | str:
    if number == GOALS:
        return _goals_file(form)
    stand, asked = _asked(number)
    if asked is None:
        return _empty(number)
    if asked.problem:
        # The page says what is wrong, and offers the file of what it shows instead.
        return redirect(url_for("statistics.table", number=number, **_given()))
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    is_demo = is_demo_site() if number == CATALOGUE else stand.is_demo
    if number == CATALOGUE:
        rows = read_catalogue(db.session, asked.period)
        write_catalogue(rows, asked.period, form, target, is_demo=is_demo)
    else:
        write_table(read_table(db.session, current_actor(), asked, stand), form, target)
    target.seek(0)
    name = f"{wording.table_name(number)} {asked.period}.{form}"
    names = file_names(name, f"t{number}-{_plain(asked)}.{form}", is_demo=is_demo)
    return download(target, FORMATS[form], *names)


def _goals_page() -> str:
    actor = current_actor()
    found = read_goals(db.session, actor, request.args.get("year", ""))
    if found is None:
        return _empty(GOALS)
    return render_template(
        "statistics/goals.html",
        table=found,
        board=found.board,
        finding=finding(found),
        drawn=bars_of_goals(found),
        goal_addresses=found.addresses,
        number=GOALS,
        name=wording.table_name(GOALS),
        words=goal_wording,
        pages=board_page,
        indicator_name=indicator_name,
        is_public=is_public_view(actor),
    )


def _goals_file(form: str) -> Response | str:
    found = read_goals(db.session, current_actor(), request.args.get("year", ""))
    if found is None:
        return _empty(GOALS)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_goals(found.board, form, target)
    target.seek(0)
    year, is_demo = found.board.year, found.board.is_demo
    name = _("%(name)s %(year)s 年.%(form)s", name=wording.table_name(GOALS), year=year, form=form)
    names = file_names(name, f"t{GOALS}-{year}.{form}", is_demo=is_demo)
    return download(target, FORMATS[form], *names)


def _plain(asked: Asked) -> str:
    return "-".join(str(value) for value in asked.parameters.values())


def _opened() -> tuple[Opened | None, str]:
    """The figure that the address names, and what is wrong with it.

    :raises Forbidden: for staff of some districts, where it isn't theirs.
    """
    actor = current_actor()
    stand = stand_for(db.session, actor)
    number = request.args.get("table", "1")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    if not is_number or int(number) not in TABLES:
        return None, _("没有这张表。请从统计表里点一个数字进来。")
    asked = _asked_of_figure(int(number), stand)
    if asked is None:
        return None, ""
    if asked.problem:
        return None, asked.problem
    position = number_of(request.args.get("position", ""))
    opened = find_opened(asked, stand, request.args.get("row", ""), position)
    if opened is None:
        return None, _("这张表没有这一行。请从统计表里点一个数字进来。")
    if not may_open(actor, opened):
        raise Forbidden(
            OPEN_FIGURE, _("你只能看所负责区划的合同：请在按区县的表里点自己区划的输出。")
        )
    return opened, ""


def _asked_of_figure(number: int, stand: Stand) -> Asked | None:
    """The period of a figure, which may be 0 for nothing was ever counted there."""
    given = request.args.to_dict()
    asked = read_asked(number, given, stand.available) if stand.available else None
    year = number_of(given.get("year", ""))
    if (asked is None or asked.problem) and 0 < year <= LATEST_YEAR:
        return read_asked(number, given, reaching(stand.available, year))
    return asked


def _contracts_file(form: str) -> Response | tuple[str, int]:
    opened, problem = _opened()
    actor = current_actor()
    if opened is not None and form == "xlsx" and not fits_workbook(db.session, actor, opened):
        problem = _(
            "超过 %(most)s 笔，一个 Excel 文件放不下。请导出 CSV，或缩短期间。",
            most=f"{XLSX_ROWS:,}",
        )
    if problem or opened is None:
        page = render_template("statistics/contracts.html", opened=None, problem=problem)
        return page, UNPROCESSABLE if problem else 200
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    title = _title_of(opened)
    is_demo = opened.stand.is_demo
    write_postings(title, all_postings(db.session, actor, opened), form, target, is_demo=is_demo)
    target.seek(0)
    day = today().isoformat()
    names = file_names(f"{title}.{form}", f"contracts-{day}.{form}", is_demo=is_demo)
    return download(target, FORMATS[form], *names)


def _title_of(opened: Opened) -> str:
    name, period = str(opened.line.name), str(opened.asked.period)
    if name:
        heading = str(opened.block.heading)
        title = _("%(period)s，%(heading)s，%(name)s", period=period, heading=heading, name=name)
    else:
        title = _("%(period)s，全部合同", period=period)
    if not opened.position:
        return title
    return _("%(title)s，到台账第 %(place)s 笔为止", title=title, place=f"{opened.position:,}")


def _endpoints() -> dict[str, Any]:
    return current_app.view_functions


def _tables() -> list[tuple[int, str, str]]:
    """Number, name and address of every table that there is."""
    return [
        (number, wording.table_name(number), url_for("statistics.table", number=number))
        for number in sorted((*TABLES, GOALS, CATALOGUE))
    ]


def _common(page: TablePage | None, stand: Stand) -> dict[str, Any]:
    """What every page of the tables needs."""
    actor = current_actor()

    def opens(row: Row) -> str:
        """The address of the postings of a row, for those who may see them."""
        if page is None or not policy.can(actor, OPEN_FIGURE) or not row.opens or row.now is None:
            return ""
        number = page.asked.number
        asked = Asked(number, row.period, page.asked.is_of_four)
        if actor.districts:
            opened = find_opened(asked, stand, row.opens)
            if opened is None or not may_open(actor, opened):
                return ""
        return url_for("statistics.contracts", table=number, row=row.opens, **asked.parameters)

    return {
        "page": page,
        "stand": stand,
        "opens": opens,
        "words": wording,
        "standing": standing,
        "cumulated": cumulated,
        "course_of": course_of,
        "bars_of": bars_of,
        "wan": wan,
        "written": written,
        "yi": yi,
        "is_public": is_public_view(actor),
        "classes_number": CLASSES,
    }
