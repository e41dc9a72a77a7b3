"""The yearly report of a unit on what became of its results (河南省促进科技成果转化条例 art. 23).

Each figure is the length of a list, and the workbook holds the lists, so that everybody can count
again. The year is that of Asia/Shanghai.

促进科技成果转化法 art. 21 asks how many results the unit has lawfully obtained (依法取得). So a
result belongs to the year in which it was obtained, whenever somebody entered it here: the month of
completion (完成年月 of the registration form), else the first acceptance of a project that it came
from, else, where neither is known, the day of entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Project, Result, ResultOwner, ResultProject
from marketplace.catalogue.states import DRAFT, OPEN_STATES
from marketplace.core.actor import Actor
from marketplace.core.codelists import choices
from marketplace.core.db import db
from marketplace.core.i18n import local_date, today
from marketplace.core.tables import Column, Sheet, write_xlsx
from marketplace.core.web.addresses import absolute, address_of
from marketplace.core.web.demo_mark import is_demo_site, marked, notes
from marketplace.core.web.wording import gettext as _
from marketplace.obligations.kinds import CONVERTED, REPORT_TYPES
from marketplace.obligations.models import DepositedResult, Obligation, ScienceReport, TransferClock
from marketplace.obligations.queries import seen_among
from marketplace.obligations.states import ACCEPTED, WAIVED
from marketplace.obligations.wording import kind_name

FIRST_YEAR = 2000


@dataclass(frozen=True)
class Evidence:
    """One record that a figure counts; ``told`` says what happened on the day.

    One that the reader may not see has neither its title nor an address.
    """

    name: str
    day: date | None
    told: str
    address: str


@dataclass(frozen=True)
class Figure:
    """One figure: what it counts, by which rule, and the records."""

    name: str
    rule: str
    counted: list[Evidence]

    @property
    def value(self) -> int:
        """How many there are."""
        return len(self.counted)


@dataclass(frozen=True)
class _Year:
    number: int

    def __contains__(self, moment: date | datetime | None) -> bool:
        return moment is not None and local_date(moment).year == self.number


def years() -> list[int]:
    """The years for which there may be a report, newest first."""
    return list(range(today().year, FIRST_YEAR - 1, -1))


def figures(actor: Actor, organisation_id: int, number: int) -> list[Figure]:
    """The figures of a unit in a year, the same for all who read them.

    The caller has asked for the permission. Results that the actor may not see are counted, too,
    but not named: those of several holders may lie in another district.
    """
    year = _Year(number)
    seen = _seen(actor, organisation_id)
    return [
        *_results(organisation_id, year, seen),
        *_conversions(organisation_id, year, seen),
        *_obligations(organisation_id, year),
        *_reports(organisation_id, year),
        *_clocks(organisation_id, year, seen),
    ]


def _seen(actor: Actor, organisation_id: int) -> frozenset[int]:
    """The results behind the figures of a unit that the actor may see."""
    held = select(ResultOwner.result_id).where(ResultOwner.organisation_id == organisation_id)
    deposited = (
        select(DepositedResult.result_id)
        .join(Obligation, Obligation.id == DepositedResult.obligation_id)
        .where(Obligation.organisation_id == organisation_id)
    )
    return seen_among(actor, held) | seen_among(actor, deposited)


def _results(organisation_id: int, year: _Year, seen: frozenset[int]) -> list[Figure]:
    entered = db.session.scalars(
        select(Result)
        .where(
            Result.owner_links.any(ResultOwner.organisation_id == organisation_id),
            Result.state != DRAFT,
        )
        .options(selectinload(Result.project_links).selectinload(ResultProject.project))
        .order_by(Result.id)
    ).all()
    obtained = [(one, *_obtained(one)) for one in entered]
    held = [row for row in obtained if row[1].year <= year.number]
    return [
        Figure(
            _("年末持有的成果"),
            _(
                "年底以前取得、不是草稿的成果。取得的日期看完成年月；没有填的看来源项目的验收日期；"
                "都没有的看录入日期"
            ),
            [_result(seen, *row) for row in held],
        ),
        Figure(
            _("其中本年新增"),
            _("取得的日期在本年的成果，以前年度完成、本年才录入的不算"),
            [_result(seen, *row) for row in held if row[1] in year],
        ),
        Figure(
            _("本年发布的成果"),
            _("本年发布、现在仍在展示的成果"),
            [
                _result(seen, one, one.published_at, _("发布日期"))
                for one in entered
                if one.state in OPEN_STATES and one.published_at in year
            ],
        ),
    ]


def _obtained(result: Result) -> tuple[date, str]:
    """The day on which a result counts as obtained, and what day that is."""
    if result.ended_on:
        return date.fromisoformat(f"{result.ended_on}-01"), _("完成年月，按当月第一天写")
    if accepted := [one.accepted_on for one in result.projects if one.accepted_on]:
        return min(accepted), _("项目验收日期")
    return local_date(result.created_at), _("录入日期")


def _conversions(organisation_id: int, year: _Year, seen: frozenset[int]) -> list[Figure]:
    rows = db.session.scalars(
        select(DepositedResult)
        .join(Obligation, Obligation.id == DepositedResult.obligation_id)
        .where(
            Obligation.organisation_id == organisation_id,
            Obligation.state == ACCEPTED,
            DepositedResult.conversion == CONVERTED,
            DepositedResult.converted_on.between(
                date(year.number, 1, 1), date(year.number, 12, 31)
            ),
        )
        .options(selectinload(DepositedResult.result))
        .order_by(DepositedResult.converted_on, DepositedResult.result_id)
    ).all()
    # A result that two projects deposit in the same way was still converted once.
    by_result = {(row.result_id, row.mode): row for row in rows}
    return [
        Figure(
            _("本年转化：%(mode)s", mode=name),
            _("已接收的汇交里写明本年以这种方式转化的成果"),
            [
                _result(seen, row.result, row.converted_on, _("转化日期"))
                for (_id, mode), row in by_result.items()
                if mode == code
            ],
        )
        for code, name in choices("conversion_mode")
    ]


def _obligations(organisation_id: int, year: _Year) -> list[Figure]:
    rows = db.session.scalars(
        select(Obligation)
        .where(
            Obligation.organisation_id == organisation_id,
            Obligation.state != WAIVED,
            Obligation.due_on.between(date(year.number, 1, 1), date(year.number, 12, 31)),
        )
        .options(selectinload(Obligation.project))
        .order_by(Obligation.due_on, Obligation.id)
    ).all()
    done = [one for one in rows if one.is_handed_in]
    return [
        Figure(_("本年到期的义务"), _("最后一天在本年、没有免除的义务"), _named(rows)),
        Figure(
            _("按时履行"),
            _("最后一天或以前交了，没有被退回"),
            _named(one for one in done if not one.late_days),
        ),
        Figure(
            _("逾期履行"),
            _("最后一天以后才交"),
            _named(one for one in done if one.late_days),
        ),
        Figure(
            _("逾期未履行"),
            _("最后一天已过，现在还没有交"),
            _named(one for one in rows if one.is_open and one.late_days),
        ),
    ]


def _reports(organisation_id: int, year: _Year) -> list[Figure]:
    rows = db.session.scalars(
        select(ScienceReport)
        .join(Obligation, Obligation.id == ScienceReport.obligation_id)
        .where(
            Obligation.organisation_id == organisation_id,
            Obligation.state == ACCEPTED,
            Obligation.accepted_on.between(date(year.number, 1, 1), date(year.number, 12, 31)),
        )
        .options(selectinload(ScienceReport.obligation))
        .order_by(ScienceReport.id)
    ).all()
    return [
        Figure(
            _("本年接收的科技报告：%(kind)s", kind=kind_name(kind)),
            _("科技局本年接收的报告"),
            [
                Evidence(
                    f"{one.number} {one.title}",
                    one.obligation.accepted_on,
                    _("接收日期"),
                    absolute(url_for("obligations.report", report_id=one.id)),
                )
                for one in rows
                if one.obligation.kind == kind
            ],
        )
        for kind in REPORT_TYPES
    ]


def _clocks(organisation_id: int, year: _Year, seen: frozenset[int]) -> list[Figure]:
    rows = db.session.scalars(
        select(TransferClock)
        .where(
            TransferClock.result.has(
                Result.owner_links.any(ResultOwner.organisation_id == organisation_id)
            ),
            TransferClock.cancelled_at.is_(None),
            TransferClock.due_on.between(date(year.number, 1, 1), date(year.number, 12, 31)),
        )
        .options(selectinload(TransferClock.result))
        .order_by(TransferClock.due_on, TransferClock.id)
    ).all()
    return [
        Figure(
            _("本年满一年的转化期"),
            _("科技局认定适合转化、验收后一年在本年届满的成果"),
            [_result(seen, one.result, one.due_on, _("最后一天")) for one in rows],
        ),
        Figure(
            _("其中没有转化"),
            _("届满时没有接收过写明已转化的汇交"),
            [
                _result(seen, one.result, one.due_on, _("最后一天"))
                for one in rows
                if one.is_overdue or (one.met_on and one.met_on > one.due_on)
            ],
        ),
    ]


def _result(
    seen: frozenset[int], result: Result, moment: date | datetime | None, told: str
) -> Evidence:
    day = local_date(moment) if moment else None
    if result.id not in seen:
        return Evidence(_("一项未公开的成果"), day, told, "")
    return Evidence(str(result.title), day, told, absolute(address_of("result", result.id)))


def _named(rows: Iterable[Obligation]) -> list[Evidence]:
    return [
        Evidence(
            f"{kind_name(one.kind)} {_title(one.project)}",
            one.due_on,
            _("最后一天"),
            absolute(url_for("obligations.show", obligation_id=one.id)),
        )
        for one in rows
    ]


def _title(project: Project) -> str:
    return " ".join(part for part in (project.number, str(project.title)) if part)


def write_yearly(actor: Actor, organisation: Organisation, number: int, target: BinaryIO) -> None:
    """Write the report as a workbook: the figures, the records behind them, and how it was made."""
    found = figures(actor, organisation.id, number)
    summary = [
        Column("name", _("统计项"), width=36),
        Column("value", _("数量（项）"), width=12, kind="number"),
        Column("rule", _("怎么数的"), width=52),
    ]
    detail = [
        Column("name", _("统计项"), width=36),
        Column("record", _("名称"), width=60),
        Column("day", _("日期"), width=14, kind="date"),
        Column("told", _("是什么日期"), width=24),
        Column("address", _("网址"), width=44),
    ]
    is_demo = is_demo_site()
    about = [
        *(one["about"] for one in notes(is_demo=is_demo)),
        _("单位：%(name)s", name=str(organisation.name)),
        _("年度：%(year)s", year=number),
        _("导出日期：%(day)s。现在的记录有变动，再导出的数字会跟着变。", day=today().isoformat()),
        _(
            "成果按取得的日期算在哪一年：完成年月，没有填的看来源项目的验收日期，都没有的看录入日期。"
        ),
        _("依据：《河南省促进科技成果转化条例》第二十三条，《促进科技成果转化法》第二十一条。"),
    ]
    write_xlsx(
        target,
        [
            Sheet(
                _("转化情况报告"),
                *marked(
                    summary,
                    [{"name": one.name, "value": one.value, "rule": one.rule} for one in found],
                    is_demo=is_demo,
                ),
            ),
            Sheet(
                _("明细"),
                *marked(
                    detail,
                    (
                        vars(row) | {"record": row.name, "name": one.name}
                        for one in found
                        for row in one.counted
                    ),
                    is_demo=is_demo,
                ),
            ),
            Sheet(
                _("说明"), [Column("line", _("这份报告"), width=80)], [{"line": x} for x in about]
            ),
        ],
    )
