"""What an edition shows beside its board: its certificate, and tables of all codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.contracts.ledger.sums import Sum
from marketplace.contracts.places import ABROAD, BETWEEN, CITY, OTHER_PROVINCE, PROVINCE
from marketplace.core.actor import Actor
from marketplace.core.amounts import wan
from marketplace.core.codelists import code_label, find_item
from marketplace.core.web.wording import gettext as _
from marketplace.statistics import wording
from marketplace.statistics.drilling import contracts_address
from marketplace.statistics.figures import LINES, MONTHS, Figures
from marketplace.statistics.growth import NOTHING, growth, percent, written
from marketplace.statistics.models import Edition

LISTS = {
    "contract_class": ("contract_class",),
    "subtype": ("contract_subtype",),
    "tech_field": ("tech_field",),
    "seller_nature": ("party_nature",),
    "buyer_nature": ("party_nature",),
    "seller_division": ("division", "stat_zone"),
    "ip_type": ("ip_type_stat",),
    "plan_source": ("plan_source",),
    "socio_goal": ("socio_goal",),
}
"""The code lists that name the codes of a dimension."""


@dataclass(frozen=True)
class TableRow:
    """One row of a table; what is withheld has a name and nothing else. Amounts in 万元."""

    name: str
    count: str = ""
    turnover: str = ""
    growth: str = ""
    tech_amount: str = ""
    address: str = ""
    is_withheld: bool = False


@dataclass(frozen=True)
class TableSection:
    """One table of an edition: its heading, what its rows are, the rows."""

    heading: str
    first: str
    rows: list[TableRow]


def certificate(edition: Edition) -> dict[str, Any]:
    """What an edition vouches for: basis, exclusions, place in the ledger, who answers for it."""
    content = edition.content
    return {
        "edition": edition.id,
        "kind": edition.kind,
        "year": edition.year,
        "last_month": edition.last_month,
        "number": edition.number,
        "note": edition.note,
        "as_of": content["as_of"],
        "ledger_position": edition.position,
        "content_sha256": edition.content_hash,
        "computed_at": edition.computed_at.isoformat(),
        "published_at": edition.published_at.isoformat(),
        "published_by": edition.published_by,
        "confirmed_by": edition.confirmed_by,
        "verify": verify_command(edition.id),
    }


def verify_command(edition_id: int) -> str:
    """The command that adds the figures of an edition up again."""
    return f"market edition verify {edition_id}"


def table_sections(content: Mapping[str, Any], actor: Actor) -> list[TableSection]:
    """The tables of an edition: by month, by line, and by the codes of each dimension."""

    def opens(table: str, code: str) -> str:
        place = {"position": content["position"]}
        if table == MONTHS:
            return contracts_address(actor, content["year"], month=int(code[-2:]), **place)
        until = content["last_month"]
        if table in ("", LINES):
            return contracts_address(actor, content["year"], until=until, line=code, **place)
        return contracts_address(
            actor, content["year"], until=until, dimension=table, code=code, **place
        )

    now = Figures.of_content(content["figures"])
    before = Figures.of_content(content["figures_before"])
    by_month = {str(month): one for month, one in now.by_month.items()}
    month_before = {str(month + 100): one for month, one in before.by_month.items()}
    sections = [
        _section(
            now,
            MONTHS,
            by_month,
            month_before,
            lambda code: wording.month_words(int(code[-2:])),
            opens,
        ),
        _section(now, LINES, dict(now.by_line), dict(before.by_line), _line_name, opens),
    ]
    for dimension in content["dimensions"]:
        found, earlier = now.by_code.get(dimension, {}), before.by_code.get(dimension, {})
        sections.append(_section(now, dimension, found, earlier, _namer(dimension), opens))
    return sections


def _section(
    figures: Figures,
    table: str,
    found: Mapping[str, Sum],
    before: Mapping[str, Sum],
    name_of: Callable[[str], str],
    opens: Callable[[str, str], str],
) -> TableSection:
    heading, first = _headings()[table]
    rows = [
        TableRow(
            name_of(code),
            f"{one.count:,}",
            written(wan(one.turnover)),
            _growth(one, before.get(code)),
            written(wan(one.tech_amount)),
            opens(table, code),
        )
        for code, one in found.items()
    ]
    withheld = sorted(code for place, code in figures.withheld if place == table)
    rows += [TableRow(name_of(code), is_withheld=True) for code in withheld]
    total = figures.total
    rows.append(
        TableRow(
            _("合计"),
            f"{total.count:,}",
            written(wan(total.turnover)),
            "",
            written(wan(total.tech_amount)),
            opens("", ""),
        )
    )
    return TableSection(heading, first, rows)


def _growth(one: Sum, before: Sum | None) -> str:
    if before is None:
        return NOTHING
    return written(percent(growth(one.turnover, before.turnover)), is_signed=True)


def _headings() -> dict[str, tuple[str, str]]:
    return {
        MONTHS: (_("按月"), _("月份")),
        LINES: (_("按登记、变更和冲减"), _("事项")),
        "contract_class": (_("按类别"), _("类别")),
        "subtype": (_("按子类"), _("子类")),
        "tech_field": (_("按技术领域"), _("领域")),
        "seller_nature": (_("按卖方性质"), _("性质")),
        "buyer_nature": (_("按买方性质"), _("性质")),
        "seller_division": (_("按卖方所在"), _("区县")),
        "flow": (_("按流向"), _("流向")),
        "ip_type": (_("按知识产权"), _("类型")),
        "plan_source": (_("按计划来源"), _("来源")),
        "socio_goal": (_("按社会经济目标"), _("目标")),
    }


def _line_name(line: str) -> str:
    names = {
        "R": _("登记"),
        "A": _("变更的差额"),
        "C": _("本年登记，已注销或撤销"),
        "P": _("往年登记，今年注销或撤销（另列，不在合计里）"),
    }
    return names[line]


def _namer(dimension: str) -> Callable[[str], str]:
    def name(code: str) -> str:
        if not code:
            return _("未定")
        if dimension == "flow":
            return _flow_name(code)
        lists = LISTS[dimension]
        known = next((one for one in lists if find_item(one, code)), lists[0])
        return str(code_label(known, code))

    return name


def _flow_name(code: str) -> str:
    areas = {
        CITY: _("本市"),
        PROVINCE: _("省内"),
        OTHER_PROVINCE: _("省外"),
        ABROAD: _("境外"),
        "": _("未定"),
    }
    seller, _between, buyer = code.partition(BETWEEN)
    return f"{areas.get(seller, seller)} → {areas.get(buyer, buyer)}"
