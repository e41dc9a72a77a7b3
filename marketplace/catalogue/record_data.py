"""What the pages of records say to machines: JSON-LD in the terms of schema.org."""

from __future__ import annotations

from typing import Any

from marketplace.catalogue import wording
from marketplace.catalogue.record_pages import RecordPage
from marketplace.core.i18n import HTML_LANGUAGES, language, local_date
from marketplace.core.web.addresses import absolute, address_of

CONTEXT = "https://schema.org"
ORGANISATION_TYPES = {
    "university": "CollegeOrUniversity",
    "institute": "ResearchOrganization",
    "new_rd": "ResearchOrganization",
    "hospital": "Hospital",
    "government": "GovernmentOrganization",
    "enterprise": "Corporation",
}


def structured_record(page: RecordPage) -> dict[str, Any]:
    """The JSON-LD of a record's page; empty values are dropped when it is written."""
    record = page.record
    published = record.published_at
    common: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": absolute(address_of(page.kind, record.id)),
        "url": absolute(address_of(page.kind, record.id)),
        "name": str(page.title),
        "alternateName": str(page.other_title or ""),
    }
    if page.kind == "organisation":
        return common | _organisation(page)
    common["inLanguage"] = HTML_LANGUAGES[page.title.language_of(language())]
    common["keywords"] = wording.keywords(record.keywords)
    holders = [
        {
            "@type": "Organization",
            "name": str(holder.name),
            "url": absolute(address_of("organisation", holder.id)),
        }
        for holder in page.holders
    ]
    if page.kind == "demand":
        return common | {
            "@type": "Demand",
            "description": str(record.problem or ""),
            "validFrom": local_date(published).isoformat() if published else None,
            "validThrough": record.deadline.isoformat() if record.deadline else None,
        }
    if page.kind == "project":
        return common | {
            "@type": "ResearchProject",
            "description": str(record.abstract or ""),
            "identifier": record.number,
            "funder": record.funder and {"@type": "Organization", "name": str(record.funder)},
            "member": holders,
        }
    return common | {
        "@type": "CreativeWork",
        "abstract": str(record.abstract or ""),
        "datePublished": local_date(published).isoformat() if published else None,
        "copyrightHolder": holders,
        "identifier": _identifiers(page),
        "offers": _offer(page),
    }


def _organisation(page: RecordPage) -> dict[str, Any]:
    record = page.record
    return {
        "@type": ORGANISATION_TYPES.get(record.kind, "Organization"),
        "description": str(record.intro or ""),
        "identifier": _identifier("统一社会信用代码", record.uscc),
        "sameAs": record.website,
    }


def _identifiers(page: RecordPage) -> list[dict[str, Any] | None]:
    record = page.record
    if page.kind == "patent":
        return [
            _identifier("CN application number", record.application_number),
            _identifier("CN publication number", record.publication_number),
        ]
    return [_identifier("登记号", record.registration_number), _identifier("DOI", record.doi)]


def _identifier(name: str, value: str | None) -> dict[str, Any] | None:
    return {"@type": "PropertyValue", "propertyID": name, "value": value} if value else None


def _offer(page: RecordPage) -> dict[str, Any] | None:
    """The price in yuan, where there is one; negotiable offers have none to tell."""
    record = page.record
    low, high = record.price_min_fen, record.price_max_fen
    if low is None or record.price_kind not in ("fixed", "range"):
        return None
    if high is None or low == high:
        return {"@type": "Offer", "price": _yuan(low), "priceCurrency": "CNY"}
    return {
        "@type": "AggregateOffer",
        "lowPrice": _yuan(low),
        "highPrice": _yuan(high),
        "priceCurrency": "CNY",
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
