"""Rows of short lists: a title that opens the record, and one line below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.catalogue import wording
from marketplace.catalogue.queries import Listing
from marketplace.core.codelists import code_label, code_name
from marketplace.core.i18n import Bilingual, format_day
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _


@dataclass(frozen=True)
class Row:
    """One entry: title, address of the page, the line below."""

    title: Bilingual
    address: str
    line: str
    is_told_as_demo: bool


def rows_of(listings: Sequence[Listing], *, with_holder: bool = True) -> list[Row]:
    """The entries for these records."""
    return [
        Row(
            one.title,
            address_of(one.kind, one.id),
            LINES[one.kind](one, with_holder),
            wording.is_told_as_demo(one.columns),
        )
        for one in listings
    ]


def _holder(listing: Listing, is_wanted: bool) -> str | None:
    if not is_wanted or not listing.first_holder:
        return None
    first = str(listing.first_holder)
    return _("%(first)s等", first=first) if len(listing.holders) > 1 else first


def _offer(listing: Listing) -> str | None:
    modes, price = wording.modes(listing.columns), wording.price(listing.columns)
    if modes and price:
        return _("%(modes)s，%(price)s", modes=modes, price=wording.continued(price))
    return modes or price


def _result_line(listing: Listing, with_holder: bool) -> str:
    readiness = wording.maturity(listing.columns["trl"], listing.columns["stage"])
    return wording.in_one_line([_holder(listing, with_holder), readiness, _offer(listing)])


def _patent_line(listing: Listing, with_holder: bool) -> str:
    values = listing.columns
    kind = str(code_name("patent_kind", values["kind"])) if values["kind"] else None
    status = wording.continued(str(code_label("legal_status", values["legal_status"])))
    register = _("，").join(part for part in (kind, status) if part)
    return wording.in_one_line([_holder(listing, with_holder), register, _offer(listing)])


def _demand_line(listing: Listing, with_holder: bool) -> str:
    values = listing.columns
    budget = wording.budget(values)
    return wording.in_one_line(
        [
            _holder(listing, with_holder),
            str(code_name("demand_type", values["demand_type"])) if values["demand_type"] else None,
            _("预算 %(amount)s", amount=wording.continued(budget)) if budget else None,
            wording.days_left(values["deadline"]),
        ]
    )


def _project_line(listing: Listing, with_holder: bool) -> str:
    values = listing.columns
    accepted = values["accepted_on"]
    return wording.in_one_line(
        [
            _holder(listing, with_holder),
            str(values["programme"] or code_name("plan_source", values["plan_source"])),
            _("%(day)s 验收", day=format_day(accepted)) if accepted else None,
        ]
    )


def _organisation_line(listing: Listing, _with_holder: bool) -> str:
    values = listing.columns
    return wording.in_one_line(
        [
            str(code_name("organisation_kind", values["kind"])),
            district_name(values["division"]),
        ]
    )


def district_name(division: str | None) -> str | None:
    """The short name of a district, whether a division of GB/T 2260 or a functional zone."""
    if not division:
        return None
    for list_code in ("division", "stat_zone"):
        label = str(code_label(list_code, division))
        if label != division:
            return label
    return division


LINES = {
    "result": _result_line,
    "patent": _patent_line,
    "demand": _demand_line,
    "project": _project_line,
    "organisation": _organisation_line,
}
