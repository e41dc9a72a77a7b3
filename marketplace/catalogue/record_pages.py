"""What the pages of a result, patent, project and organisation show.

Reading stands in ``record_queries``, words in ``wording``, JSON-LD in ``record_data``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.catalogue import wording
from marketplace.catalogue.list_rows import Row, district_name, rows_of
from marketplace.catalogue.queries import Holder, Listing
from marketplace.catalogue.record_parts import (
    Cell,
    Fact,
    PatentRow,
    ProjectRow,
    classification,
    doi_link,
    industry,
    known,
    named,
    offer_cells,
    patent_row,
    project_row,
    shown_number,
)
from marketplace.catalogue.record_queries import (
    Holding,
    Person,
    Shown,
    contributors_of,
    holders_of,
    holding_of,
    inventors_of,
    patents_of_project,
    patents_of_result,
    projects_of_patent,
    projects_of_result,
    results_of_patent,
    results_of_project,
    withheld_for,
)
from marketplace.core.actor import Actor
from marketplace.core.codelists import code_name
from marketplace.core.i18n import Bilingual, format_day, language, time_element
from marketplace.core.identifiers.ipc import section_of
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext

NEWEST_OF_HOLDER = 10


@dataclass(frozen=True)
class RecordPage:
    """What every page of a record has: the record, its holders, the strip, the small facts.

    ``withheld_for`` is the reason for which it is withheld; empty for every other one.
    """

    kind: str
    record: Shown
    title: Bilingual
    holders: list[Holder]
    freshness: wording.Freshness | None
    strip: list[Cell]
    facts: list[Fact]
    description: str
    withheld_for: str

    @property
    def other_title(self) -> Bilingual | None:
        """The title in the language that the page isn't in, where there is one."""
        other = self.title.other("en" if language() == "en" else "zh")
        if not other or other == str(self.title):
            return None
        return Bilingual(zh=other) if language() == "en" else Bilingual(en=other)

    @property
    def district(self) -> str | None:
        """The district of the first holder."""
        return district_name(self.holders[0].division) if self.holders else None


@dataclass(frozen=True)
class ResultPage(RecordPage):
    """The page of a result."""

    patents: list[PatentRow]
    projects: list[ProjectRow]
    people: list[Person]
    level: Bilingual | None


@dataclass(frozen=True)
class PatentPage(RecordPage):
    """The page of a patent."""

    number: str | None
    life: str | None
    results: list[Row]
    projects: list[ProjectRow]
    people: list[Person]
    classes: list[tuple[str, str]]


@dataclass(frozen=True)
class ProjectPage(RecordPage):
    """The page of a funded project."""

    clock: wording.ObligationClock | None
    results: list[Row]
    patents: list[Row]


@dataclass(frozen=True)
class OrganisationPage(RecordPage):
    """The page of a holder, with what it holds of each kind."""

    holdings: list[tuple[Holding, list[Row]]]


def result_page(actor: Actor, record: Shown) -> ResultPage:
    """Everything that the page of a result shows."""
    patents = patents_of_result(actor, record.id)
    in_force = [one for one in patents if one.columns["legal_status"] == "granted"]
    return ResultPage(
        **_common("result", record),
        strip=_result_strip(record, patents, in_force),
        facts=_result_facts(record),
        patents=[patent_row(one) for one in patents],
        projects=[project_row(one) for one in projects_of_result(actor, record.id)],
        people=contributors_of(record.id),
        level=_cited_level(record),
    )


def _common(kind: str, record: Shown) -> dict[str, Any]:
    return {
        "kind": kind,
        "record": record,
        "title": record.title,
        "holders": holders_of(kind, record.id),
        "freshness": wording.freshness(record.confirmed_on, is_exact=True),
        "description": wording.excerpt(record.abstract or record.title),
        "withheld_for": withheld_for(kind, record),
    }


def _result_strip(
    record: Shown, patents: Sequence[Listing], in_force: Sequence[Listing]
) -> list[Cell]:
    trl_note = str(code_name("trl", str(record.trl))) if record.trl else None
    stage = named("result_stage", record.stage) or None
    cells = [Cell(_("成熟度"), f"TRL\u00a0{record.trl}" if record.trl else stage, trl_note)]
    if patents:
        ends = [day for one in in_force if (day := one.columns["expires_on"])]
        cells.append(
            Cell(
                _("专利"),
                ngettext("%(num)s 件有效", "%(num)s 件有效", len(in_force)),
                _("最早 %(day)s 到期", day=format_day(min(ends))) if ends else None,
            )
        )
    return cells + offer_cells(record)


def _cited_level(record: Shown) -> Bilingual | None:
    """The level, which may only be told with the evaluation that found it (科技成果登记办法)."""
    evaluation = record.evaluation or {}
    is_cited = evaluation.get("body") and evaluation.get("date")
    if not is_cited or record.result_level in (None, "5"):
        return None
    return code_name("result_level", record.result_level)


def _result_facts(record: Shown) -> list[Fact]:
    assessed = [
        str(record.trl_assessed_by) if record.trl_assessed_by else None,
        str(record.trl_method) if record.trl_method else None,
        format_day(record.trl_assessed_on) if record.trl_assessed_on else None,
    ]
    return known(
        (_("登记号"), record.registration_number),
        (_("DOI"), doi_link(record.doi)),
        (_("成果类别"), named("result_class", record.result_class)),
        (_("成果属性"), named("result_attr", record.result_attr)),
        (_("体现形式"), named("result_form", record.result_form)),
        (_("所处阶段"), named("result_stage", record.stage)),
        (_("成熟度评定"), _("，").join(part for part in assessed if part)),
        *classification(record),
        (_("学科"), named("discipline", record.discipline)),
        (_("应用行业"), industry(record.industry)),
        (_("起止年月"), wording.month_range(record.started_on, record.ended_on)),
        (_("转化区域"), record.intended_region and str(record.intended_region)),
    )


def patent_page(actor: Actor, record: Shown) -> PatentPage:
    """Everything that the page of a patent shows."""
    life = wording.patent_life(record.legal_status, record.expires_on)
    status = named("legal_status", record.legal_status) or None
    checked = record.status_checked_on
    note = _("%(day)s 核对", day=format_day(checked)) if checked else None
    return PatentPage(
        **_common("patent", record),
        strip=[
            Cell(_("状态"), status, note),
            *([Cell(_("期限"), life)] if life else []),
            *offer_cells(record),
        ],
        facts=_patent_facts(record),
        number=shown_number(record.application_number, record.legal_status),
        life=life,
        results=rows_of(results_of_patent(actor, record.id)),
        projects=[project_row(one) for one in projects_of_patent(actor, record.id)],
        people=inventors_of(record.id),
        classes=[
            (symbol, str(code_name("ipc_section", section_of(symbol))))
            for symbol in record.ipc or ()
            if symbol
        ],
    )


def _patent_facts(record: Shown) -> list[Fact]:
    return known(
        (_("申请号"), shown_number(record.application_number, None)),
        (_("公开（公告）号"), record.publication_number),
        (_("类型"), named("patent_kind", record.kind)),
        (_("申请日"), record.filed_on and time_element(record.filed_on)),
        (_("公开日"), record.published_on and time_element(record.published_on)),
        (_("授权公告日"), record.granted_on and time_element(record.granted_on)),
        *classification(record),
        (_("质押"), _pledge(record)),
    )


def _pledge(record: Shown) -> str:
    if record.is_pledged:
        return _("已质押，转让或许可须经质权人同意")
    # Without a date of checking nobody has looked, so nothing may be said.
    return _("无质押") if record.status_checked_on else ""


def project_page(actor: Actor, record: Shown) -> ProjectPage:
    """Everything that the page of a project shows."""
    clock = wording.obligation_clock(record.has_transfer_obligation, record.transfer_due_on)
    programme = record.programme or (
        code_name("plan_source", record.plan_source) if record.plan_source else None
    )
    cells = [Cell(_("计划"), str(programme) if programme else None)]
    if record.funder:
        fiscal = _("财政资助") if record.is_fiscal else None
        cells.append(Cell(_("资助方"), str(record.funder), fiscal))
    if record.accepted_on:
        cells.append(Cell(_("验收"), time_element(record.accepted_on)))
    if clock:
        due = _("最后一天 %(day)s", day=format_day(clock.due_on))
        cells.append(Cell(_("转化义务"), clock.words, due))
    return ProjectPage(
        **_common("project", record),
        strip=cells,
        facts=known(
            (_("项目编号"), record.number),
            (_("计划来源"), named("plan_source", record.plan_source)),
            (_("起止"), _dates(record.started_on, record.ended_on)),
            *classification(record),
        ),
        clock=clock,
        results=rows_of(results_of_project(actor, record.id)),
        patents=rows_of(patents_of_project(actor, record.id)),
    )


def _dates(start: date | None, end: date | None) -> str:
    return " – ".join(format_day(day) for day in (start, end) if day)


def organisation_page(actor: Actor, record: Shown) -> OrganisationPage:
    """Everything that the page of a holder shows."""
    holdings = [
        holding_of(actor, record.id, kind, NEWEST_OF_HOLDER)
        for kind in ("result", "patent", "demand", "project")
    ]
    strip = [Cell(wording.kind_name(one.kind), f"{one.total:,}") for one in holdings if one.total]
    district = district_name(record.division)
    return OrganisationPage(
        kind="organisation",
        record=record,
        title=record.name,
        holders=[],
        freshness=wording.freshness(record.confirmed_on, is_exact=True),
        strip=strip,
        facts=known(
            (_("单位类型"), named("organisation_kind", record.kind)),
            (_("所在"), district),
            (_("信用代码"), record.uscc),
            (_("核验"), record.verified_on and time_element(record.verified_on)),
        ),
        description=wording.excerpt(record.intro or record.name),
        withheld_for=withheld_for("organisation", record),
        holdings=[(one, rows_of(one.newest, with_holder=False)) for one in holdings if one.total],
    )
