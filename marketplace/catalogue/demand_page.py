"""What the page of a demand shows: to everybody it is for, and beside it to those whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.catalogue import wording
from marketplace.catalogue.models.demand import PUBLIC
from marketplace.catalogue.queries import Holder, holders_by_id
from marketplace.catalogue.record_pages import RecordPage
from marketplace.catalogue.record_parts import Cell, Fact, classification, industry, known, named
from marketplace.catalogue.record_queries import Shown, holders_of, withheld_for
from marketplace.core.codelists import code_label
from marketplace.core.i18n import Bilingual, format_day
from marketplace.core.web.wording import gettext as _


@dataclass(frozen=True)
class DemandPage(RecordPage):
    """The page of a demand.

    ``indicators`` are rows of name, figure and method. ``inside`` is what only those whose it is
    and the bureau see; nothing for everybody else. Those whom its side has told whose a masked
    one is, with ``is_told``, read it where others read the name that is given instead.
    """

    indicators: list[dict[str, Any]]
    state: str
    inside: list[Fact]
    is_told: bool


def demand_page(record: Shown) -> DemandPage:
    """Everything that the page of a demand shows."""
    is_told = bool(record.is_masked and record.may_read("owner_links") and not _is_inside(record))
    return DemandPage(
        kind="demand",
        record=record,
        title=record.title,
        holders=_owners(record) if is_told else holders_of("demand", record.id),
        freshness=None,
        strip=_strip(record),
        facts=_facts(record),
        description=wording.excerpt(record.problem or record.title),
        withheld_for=withheld_for("demand", record),
        indicators=_indicators(record),
        state=str(code_label("state", record.state)),
        inside=_inside(record) if _is_inside(record) else [],
        is_told=is_told,
    )


def _strip(record: Shown) -> list[Cell]:
    values = {
        name: getattr(record, name)
        for name in ("budget_kind", "budget_min_fen", "budget_max_fen", "cooperation_modes")
    }
    level = record.wanted_trl
    return [
        Cell(_("预算"), wording.budget(values)),
        Cell(_("截止"), *_deadline(record.deadline)),
        *([Cell(_("合作"), wording.cooperation(values))] if record.cooperation_modes else []),
        *(
            [
                Cell(
                    _("想要的成熟度"),
                    _("TRL %(low)s 及以上", low=level),
                    named("trl", str(level)),
                )
            ]
            if level
            else []
        ),
    ]


def _deadline(deadline: date | None) -> tuple[str | None, str | None]:
    """The last day, and how long that is still."""
    return (format_day(deadline) if deadline else None, wording.days_left(deadline))


def _facts(record: Shown) -> list[Fact]:
    return known(
        (_("需求类型"), named("demand_type", record.demand_type)),
        (_("需求年限"), _years(record.years_from, record.years_to)),
        *classification(record),
        (_("学科"), named("discipline", record.discipline)),
        (_("应用行业"), industry(record.industry)),
        (_("研究类型"), named("research_type", record.research_type)),
        (_("知识产权"), named("ip_wish", record.ip_wish)),
        (_("保密等级"), named("confidentiality", record.confidentiality)),
    )


def _years(first: int | None, last: int | None) -> str | None:
    if first and last:
        return str(first) if first == last else _("%(first)s–%(last)s 年", first=first, last=last)
    return str(first or last) if first or last else None


def _indicators(record: Shown) -> list[dict[str, Any]]:
    return [
        {
            "name": Bilingual.of(row.get("name")),
            "figure": " ".join(
                str(row[part]) for part in ("operator", "value", "unit") if row.get(part)
            ),
            "method": Bilingual.of(row.get("method")),
        }
        for row in record.indicators or ()
    ]


def _is_inside(record: Shown) -> bool:
    """Whether the viewer is one of those whose it is, or of the bureau."""
    return record.may_read("preferred_partners")


def _owners(record: Shown) -> list[Holder]:
    """Whose it really is."""
    ids = [link.organisation_id for link in record.owner_links]
    found = holders_by_id(ids)
    return [found[one] for one in ids if one in found]


def _inside(record: Shown) -> list[Fact]:
    """Whose it really is and who sees it."""
    owners = record.owner_links
    if not owners:
        return []
    is_hidden = record.is_masked or record.visibility != PUBLIC
    return known(
        (_("需求单位"), str(owners[0].organisation.name) if record.is_masked else None),
        (_("谁能看到"), named("demand_visibility", record.visibility) if is_hidden else None),
        (_("合作意向单位"), str(record.preferred_partners or "")),
    )
