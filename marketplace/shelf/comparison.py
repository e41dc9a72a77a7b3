"""Up to four records of one kind beside each other: what the viewer may see of them, by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.catalogue import wording
from marketplace.catalogue.demand_page import DemandPage, demand_page
from marketplace.catalogue.list_rows import district_name
from marketplace.catalogue.queries import Holder
from marketplace.catalogue.record_parts import (
    classification,
    industry,
    named,
    offer_cells,
    shown_number,
)
from marketplace.catalogue.record_queries import Shown, find_record, holders_of, patents_of_result
from marketplace.core.actor import Actor
from marketplace.core.i18n import Bilingual, format_day
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lang, ngettext

MOST = 4
LONGEST_TEXT = 220
"""Characters of a text that stand in a cell; the page of the record has the rest."""

Value = str | Markup | Bilingual | None


@dataclass(frozen=True)
class Column:
    """One record: its title and page, and its number for the address without it."""

    id: int
    title: Bilingual
    address: str


@dataclass(frozen=True)
class Line:
    """One field of all the records, in their order; unknown values are ``None``."""

    name: str
    values: Sequence[Value]

    @property
    def differs(self) -> bool:
        """Whether the records say different things; what is unknown may be the same."""
        known = {str(value) for value in self.values if value is not None}
        return len(known) > 1


@dataclass(frozen=True)
class Comparison:
    """What the page shows. ``unseen`` records were asked for and can't be shown."""

    kind: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    unseen: int

    @property
    def differing(self) -> int:
        """In how many fields the records differ."""
        return sum(line.differs for line in self.lines)


def compare_records(actor: Actor, kind: str, ids: Sequence[int]) -> Comparison:
    """The records beside each other, in the order asked for; at most :data:`MOST` are given."""
    found = [one for record_id in ids if (one := find_record(actor, kind, record_id))]
    columns = [
        Column(one.id, one.name if kind == "organisation" else one.title, address_of(kind, one.id))
        for one in found
    ]
    told = [_fields(actor, kind, one) for one in found]
    names = list(dict.fromkeys(name for fields in told for name in fields))
    lines = [Line(name, [fields.get(name) for fields in told]) for name in names]
    known = [line for line in lines if any(value is not None for value in line.values)]
    return Comparison(kind, columns, known, len(ids) - len(found))


def _fields(actor: Actor, kind: str, record: Shown) -> dict[str, Value]:
    """What one record says, by the name of the field, in the order of the page."""
    fields = FIELDS[kind](actor, record)
    return {name: _told(value) if value else None for name, value in fields.items()}


def _told(value: Value) -> Value:
    """The value, a text of the record with its language where that isn't the page's."""
    if not isinstance(value, Bilingual):
        return value
    return Markup("<span{}>{}</span>").format(lang(value), wording.excerpt(value, LONGEST_TEXT))


def _result(actor: Actor, record: Shown) -> dict[str, Value]:
    patents = patents_of_result(actor, record.id)
    in_force = sum(one.columns["legal_status"] == "granted" for one in patents)
    return {
        **_held("result", record),
        _("成熟度"): wording.maturity(record.trl),
        _("所处阶段"): named("result_stage", record.stage),
        **_offered(record),
        _("专利"): ngettext("%(num)s 件有效", "%(num)s 件有效", in_force) if patents else None,
        _("解决什么问题"): record.problem,
        _("怎么做"): record.solution,
        _("和现有水平比"): _indicators(record),
        _("用在哪里"): record.applications,
        **dict(classification(record)),
        _("应用行业"): industry(record.industry),
        _("起止年月"): wording.month_range(record.started_on, record.ended_on),
        _("登记号"): record.registration_number,
        **_confirmed(record),
    }


def _patent(_actor: Actor, record: Shown) -> dict[str, Value]:
    return {
        **_held("patent", record),
        _("状态"): named("legal_status", record.legal_status),
        _("期限"): wording.patent_life(record.legal_status, record.expires_on),
        **_offered(record),
        _("类型"): named("patent_kind", record.kind),
        _("摘要"): record.abstract,
        **dict(classification(record)),
        _("国际专利分类"): wording.joined(record.ipc or ()),
        _("申请号"): shown_number(record.application_number, record.legal_status),
        _("公开（公告）号"): record.publication_number,
        _("申请日"): record.filed_on and format_day(record.filed_on),
        **_confirmed(record),
    }


def _demand(_actor: Actor, record: Shown) -> dict[str, Value]:
    page = demand_page(record)
    figures = (
        _("%(name)s %(value)s", name=row["name"], value=row["figure"]) for row in page.indicators
    )
    return {
        **_looked_for_by(page),
        **{cell.name: cell.value for cell in page.strip},
        _("主要问题"): record.problem,
        _("难在哪里"): record.key_technology,
        _("做成什么样"): record.goal,
        _("指标要求"): _("；").join(figures),
        **dict(page.facts),
    }


def _looked_for_by(page: DemandPage) -> dict[str, Value]:
    if page.is_told:
        names = _("；").join(str(one.name) for one in page.holders)
        return {_("需求方"): names, _("所在"): page.district}
    if page.record.is_masked:
        return {_("需求方"): page.record.masked_name}
    return _held("demand", page.record)


def _project(_actor: Actor, record: Shown) -> dict[str, Value]:
    clock = wording.obligation_clock(record.has_transfer_obligation, record.transfer_due_on)
    return {
        **_held("project", record),
        _("项目编号"): record.number,
        _("计划"): record.programme or named("plan_source", record.plan_source),
        _("资助方"): record.funder,
        _("项目内容"): record.abstract,
        _("验收"): record.accepted_on and format_day(record.accepted_on),
        _("转化义务"): clock.words if clock else None,
        **dict(classification(record)),
    }


def _organisation(_actor: Actor, record: Shown) -> dict[str, Value]:
    return {
        _("单位类型"): named("organisation_kind", record.kind),
        _("所在"): district_name(record.division),
        _("简介"): record.intro,
        _("信用代码"): record.uscc,
        _("核验"): record.verified_on and format_day(record.verified_on),
    }


FIELDS: dict[str, Callable[[Actor, Shown], dict[str, Value]]] = {
    "result": _result,
    "patent": _patent,
    "demand": _demand,
    "project": _project,
    "organisation": _organisation,
}


def _held(kind: str, record: Shown) -> dict[str, Value]:
    holders: list[Holder] = holders_of(kind, record.id)
    return {
        _("持有人"): _("；").join(str(one.name) for one in holders),
        _("所在"): district_name(holders[0].division) if holders else None,
    }


def _offered(record: Shown) -> dict[str, Value]:
    """Terms and price, a note to the price in brackets behind it."""
    told: dict[str, Value] = {}
    for cell in offer_cells(record):
        is_noted = cell.value and cell.note
        told[cell.name] = (
            _("%(value)s（%(note)s）", value=cell.value, note=cell.note) if is_noted else cell.value
        )
    return told


def _confirmed(record: Shown) -> dict[str, Value]:
    mark = wording.freshness(record.confirmed_on, is_exact=True)
    return {_("持有人确认"): mark.text if mark else None}


def _indicators(record: Shown) -> Value:
    rows = [
        _("%(name)s %(value)s", name=Bilingual.of(one.get("name")), value=Bilingual.of(value))
        for one in record.indicators or ()
        if (value := one.get("value"))
    ]
    return _("；").join(rows)
