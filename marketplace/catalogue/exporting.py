"""A search as a workbook: the first 10,000 hits with what their rows on the page say.

For lists that are longer than anybody pages through. What a row holds is read as for the page,
so nothing stands here that the visitor could not see there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from marketplace.catalogue import wording
from marketplace.catalogue.documents import parse_document_id
from marketplace.catalogue.list_rows import district_name
from marketplace.catalogue.queries import Listing, read_listings
from marketplace.core.actor import Actor
from marketplace.core.codelists import code_label
from marketplace.core.i18n import today
from marketplace.core.tables import Column, Sheet, write_xlsx
from marketplace.core.web.addresses import absolute, address_of
from marketplace.core.web.wording import gettext as _
from search.query import DEEPEST_HIT, LARGEST_PAGE, Query
from search.service import SearchService


def write_hits(
    actor: Actor, service: SearchService, query: Query, about: str, target: BinaryIO
) -> None:
    """Write the hits of a query, in its order, at most 10,000.

    :param about: the address of the search; it stands on a sheet of its own with the day, so
        that the file says where it comes from.
    :raises search.engines.base.EngineUnavailable: when the engine can't answer.
    """
    hits = list(_hits(service, query))
    columns = _columns()
    about_columns = [Column("about", _("这份表格"), width=100)]
    about_rows = [
        {"about": _("检索 %(address)s", address=about)},
        {"about": _("导出日期 %(day)s，最多 10,000 项。", day=today().isoformat())},
    ]
    write_xlsx(
        target,
        [
            Sheet(_("检索结果"), columns, _rows(actor, hits)),
            Sheet(_("说明"), about_columns, about_rows),
        ],
    )


def _hits(service: SearchService, query: Query) -> Iterator[str]:
    page = replace(query, offset=0, limit=LARGEST_PAGE, has_facets=False)
    while page.offset < DEEPEST_HIT:
        answer = service.search(page)
        yield from (hit.id for hit in answer.hits)
        if len(answer.hits) < LARGEST_PAGE:
            return
        page = replace(page, offset=page.offset + LARGEST_PAGE)


def _columns() -> list[Column]:
    return [
        Column("kind", _("种类"), width=8),
        Column("title_zh", _("名称"), width=48),
        Column("title_en", _("英文名称"), width=48),
        Column("holders", _("持有人"), width=32),
        Column("district", _("所在"), width=14),
        Column("number", _("编号"), width=20),
        Column("trl", _("成熟度（TRL）"), width=14, kind="number"),
        Column("status", _("专利状态"), width=12),
        Column("modes", _("合作方式"), width=24),
        Column("price", _("价格"), width=20),
        Column("budget", _("预算"), width=20),
        Column("deadline", _("截止日期"), width=14, kind="date"),
        Column("confirmed_on", _("持有人确认日期"), width=16, kind="date"),
        Column("address", _("网址"), width=40),
    ]


def _rows(actor: Actor, ids: list[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), LARGEST_PAGE):
        keys = [parse_document_id(one) for one in ids[start : start + LARGEST_PAGE]]
        for listing in read_listings(actor, keys):
            yield _row(listing)


def _row(listing: Listing) -> dict[str, Any]:
    values = listing.columns
    is_offered, is_demand = listing.kind in ("result", "patent"), listing.kind == "demand"
    masked = [str(listing.first_holder)] if listing.first_holder else []
    status = values.get("legal_status")
    division = values.get("division") or (listing.holders[0].division if listing.holders else None)
    return {
        "kind": wording.kind_name(listing.kind),
        "title_zh": listing.title.zh,
        "title_en": listing.title.en,
        "holders": [str(holder.name) for holder in listing.holders] or masked,
        "district": district_name(division),
        "number": values.get("application_number") or values.get("number"),
        "trl": values.get("trl") or values.get("wanted_trl"),
        "status": str(code_label("legal_status", status)) if status else None,
        "modes": _modes(listing),
        "price": wording.price(values) if is_offered else None,
        "budget": wording.budget(values) if is_demand else None,
        "deadline": values.get("deadline"),
        "confirmed_on": values["confirmed_on"],
        "address": absolute(address_of(listing.kind, listing.id)),
    }


def _modes(listing: Listing) -> str | None:
    if listing.kind == "demand":
        return wording.cooperation(listing.columns)
    return wording.modes(listing.columns) if listing.kind in ("result", "patent") else None
