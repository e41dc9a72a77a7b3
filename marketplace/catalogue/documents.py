"""From records to search documents: which column fills which declared field.

Only published records, and of them only the columns that anyone may see, are read at all;
so nothing above the public level can reach the index. Plain column queries in batches keep
this faster than the segmentation that follows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.catalogue.fields import PRICE_BANDS
from marketplace.catalogue.models import (
    RECORD_MODELS,
    Contributor,
    Organisation,
    PatentInventor,
    ResultContributor,
)
from marketplace.catalogue.models.demand import MATCHED, PUBLIC, SIGNED_IN
from marketplace.catalogue.queries import SHOWN_OWNER_LINKS
from marketplace.catalogue.states import searched_states
from marketplace.core.actor import ANONYMOUS
from marketplace.core.db import db
from marketplace.core.i18n import FEN_PER_WAN, Bilingual, local_date
from marketplace.core.identifiers.ipc import section_of, subclass_of
from marketplace.core.policy import INDEX_LEVELS, Level, visibility, visible_to
from search.documents import Document

BATCH = 1000

COMMON = "id version published_at source_id"
TEXTS = "title abstract keywords tech_field topics"
OFFER = "conversion_modes price_mode price_kind price_min_fen price_max_fen try_before_pay "
ANSWERED = "confirmed_on silent_since"
COLUMNS: dict[str, str] = {
    "result": f"{COMMON} {TEXTS} {OFFER} open_licence {ANSWERED} problem solution indicators "
    "applications offer registration_number doi trl stage ended_on",
    "patent": f"{COMMON} {TEXTS} {OFFER} open_licence {ANSWERED} application_number "
    "publication_number ipc legal_status filed_on",
    "demand": f"{COMMON} title keywords tech_field topics problem key_technology goal indicators "
    "demand_type budget_kind budget_min_fen budget_max_fen cooperation_modes wanted_trl deadline "
    "visibility masked_name",
    "project": f"{COMMON} {TEXTS} number programme funder accepted_on started_on",
    "organisation": f"{COMMON} name intro uscc division",
}

FIGURE = ("operator", "value", "unit")
LEVEL_OF_VISIBILITY = dict(zip((PUBLIC, SIGNED_IN, MATCHED), INDEX_LEVELS, strict=True))
"""Who finds a demand. One for matched holders only is found by the system, which matches it."""

Owner = tuple[int, Bilingual, str | None]


def document_id(kind: str, record_id: int) -> str:
    """The id of a record in the index: ``result-12``."""
    return f"{kind}-{record_id}"


def parse_document_id(text: str) -> tuple[str, int]:
    """Kind and record id of an index id."""
    kind, _dash, record_id = text.rpartition("-")
    return kind, int(record_id)


def documents_of(kind: str, record_ids: Sequence[int]) -> list[Document]:
    """The documents of those of the records that are published now."""
    model = RECORD_MODELS[kind]
    rows = db.session.execute(_columns_of(kind).where(model.id.in_(record_ids))).all()
    return _build(kind, rows)


def all_documents(kind: str) -> Iterator[list[Document]]:
    """The documents of all published records of a kind, in batches, by id."""
    model = RECORD_MODELS[kind]
    last_id = 0
    while True:
        rows = db.session.execute(
            _columns_of(kind).where(model.id > last_id).order_by(model.id).limit(BATCH)
        ).all()
        db.session.rollback()
        if not rows:
            return
        last_id = rows[-1].id
        yield _build(kind, rows)


def published_versions(kind: str) -> Iterator[tuple[str, int]]:
    """Index id and version of every published record: what the index should hold."""
    model = RECORD_MODELS[kind]
    rows = db.session.execute(
        select(model.id, model.version)
        .where(model.state.in_(searched_states(kind)))
        .order_by(model.id)
    )
    for record_id, version in rows:
        yield document_id(kind, record_id), version


def versions_of(kind: str, record_ids: Sequence[int]) -> dict[int, int]:
    """The versions of these records by id, published or not; without those that don't exist."""
    model = RECORD_MODELS[kind]
    rows = db.session.execute(select(model.id, model.version).where(model.id.in_(record_ids)))
    return {row.id: row.version for row in rows}


def _columns_of(kind: str) -> Select[Any]:
    model = RECORD_MODELS[kind]
    public = visibility.fields_at(model, Level.PUBLIC)
    columns: list[InstrumentedAttribute[Any]] = [
        getattr(model, name) for name in COLUMNS[kind].split() if name in public
    ]
    return select(*columns).where(model.state.in_(searched_states(kind)))


def _build(kind: str, rows: Sequence[Row[Any]]) -> list[Document]:
    record_ids = [row.id for row in rows]
    owners = _owners_of(kind, record_ids)
    people = _people_of(kind, record_ids)
    fill = FILLERS[kind]
    documents = []
    for row in rows:
        record = row._mapping
        values = fill(record)
        values["kind"] = kind
        if record.get("source_id"):
            values.setdefault("numbers", []).append(record["source_id"])
        values["date"] = local_date(record["published_at"]) if record.get("published_at") else None
        _fill_owners(values, owners.get(row.id, ()), people.get(row.id, ()))
        documents.append(
            Document(document_id(kind, row.id), values, row.version, visibility=_level_of(record))
        )
    return documents


def _level_of(record: Record) -> str:
    """Who finds a document: everybody, but for demands that are for fewer."""
    return LEVEL_OF_VISIBILITY[record.get("visibility", PUBLIC)]


def _fill_owners(
    values: dict[str, Any], owners: Sequence[Owner], people: Sequence[Bilingual]
) -> None:
    if owners:
        values["owner"] = [str(owner_id) for owner_id, _name, _division in owners]
        values["district"] = owners[0][2]
        values.setdefault("phrases", []).extend(
            name.zh or name.en for _id, name, _division in owners
        )
    names = (*(name for _id, name, _division in owners), *people)
    values["people"] = [*values.get("people", ()), *_texts(*names)]


def _owners_of(kind: str, record_ids: Sequence[int]) -> dict[int, list[Owner]]:
    if kind not in SHOWN_OWNER_LINKS or not record_ids:
        return {}
    link, record_id = SHOWN_OWNER_LINKS[kind]
    owners: dict[int, list[Owner]] = defaultdict(list)
    rows = db.session.execute(
        select(record_id, Organisation.id, Organisation.name, Organisation.division)
        .join(Organisation, Organisation.id == link.organisation_id)
        .where(record_id.in_(record_ids), visible_to(ANONYMOUS, Organisation))
        .order_by(record_id, link.rank)
    )
    for owned_id, organisation_id, name, division in rows:
        owners[owned_id].append((organisation_id, name, division))
    return owners


def _people_of(kind: str, record_ids: Sequence[int]) -> dict[int, list[Bilingual]]:
    links: dict[str, tuple[Any, Any]] = {
        "result": (ResultContributor, ResultContributor.result_id),
        "patent": (PatentInventor, PatentInventor.patent_id),
    }
    if kind not in links or not record_ids:
        return {}
    link, record_id = links[kind]
    people: dict[int, list[Bilingual]] = defaultdict(list)
    rows = db.session.execute(
        select(record_id, Contributor.name)
        .join(Contributor, Contributor.id == link.contributor_id)
        .where(record_id.in_(record_ids))
        .order_by(record_id, link.rank)
    )
    for owned_id, name in rows:
        people[owned_id].append(name)
    return people


Record = Any


def _texts(*values: Bilingual | None) -> list[str]:
    return [text for value in values if value for text in (value.zh, value.en) if text]


def _described(record: Record) -> dict[str, Any]:
    keywords = record["keywords"] or {}
    return {
        "title": _texts(record["title"]),
        "keywords": [word for words in keywords.values() for word in words],
        "phrases": list(keywords.get("zh") or keywords.get("en") or ()),
        "tech_field": record["tech_field"],
        "topic": record["topics"],
    }


def _offered(record: Record) -> dict[str, Any]:
    low, high = record["price_min_fen"], record["price_max_fen"]
    has_price = low is not None and record["price_kind"] in {"fixed", "range"}
    return {
        "mode": record["conversion_modes"],
        "price_mode": record["price_mode"],
        "price": (low, high if high is not None else low) if has_price else None,
        "price_band": _price_band(record["price_kind"], low if has_price else None),
        "negotiable": record["price_kind"] in {"negotiable", "royalty"},
        "trial": record["try_before_pay"],
        "open_licence": record["open_licence"],
        "silent": is_silent(record["confirmed_on"], record["silent_since"]) or None,
    }


def is_silent(confirmed_on: date | None, silent_since: date | None) -> bool:
    """Whether the holder has not answered since the search lowers the listing."""
    return silent_since is not None and (confirmed_on is None or confirmed_on < silent_since)


def _price_band(price_kind: str | None, low_fen: int | None) -> str | None:
    if low_fen is None:
        return "open" if price_kind in {"negotiable", "royalty"} else None
    for code, edges in PRICE_BANDS.items():
        if edges is None:
            continue
        _lower, upper = edges
        if upper is None or low_fen <= upper * FEN_PER_WAN:
            return code
    return None


def _from_result(record: Record) -> dict[str, Any]:
    return {
        **_described(record),
        **_offered(record),
        "body": _texts(
            record["abstract"],
            record["problem"],
            record["solution"],
            record["applications"],
            record["offer"],
        )
        + _indicators(record),
        "numbers": [n for n in (record["registration_number"], record["doi"]) if n],
        "trl": record["trl"],
        "stage": record["stage"],
        "year": (record["ended_on"] or "")[:4] or None,
    }


def _indicators(record: Record) -> list[str]:
    rows = record["indicators"] or ()
    names = [
        text
        for row in rows
        for part in ("name", "method")
        for text in _texts(Bilingual.of(row.get(part)))
    ]
    figures = (" ".join(str(row[part]) for part in FIGURE if row.get(part)) for row in rows)
    return names + [figure for figure in figures if figure]


def _from_demand(record: Record) -> dict[str, Any]:
    low, high = record["budget_min_fen"], record["budget_max_fen"]
    least, most = (low if low is not None else high), (high if high is not None else low)
    return {
        **_described(record),
        "body": _texts(record["problem"], record["key_technology"], record["goal"])
        + _indicators(record),
        "people": _texts(record["masked_name"]),
        "demand_type": record["demand_type"],
        "demand_mode": record["cooperation_modes"],
        "wanted_trl": str(record["wanted_trl"]) if record["wanted_trl"] else None,
        "budget": (least, most) if least is not None else None,
        "budget_band": _price_band(record["budget_kind"], most),
        "budget_open": record["budget_kind"] == "negotiable",
        "deadline": record["deadline"],
    }


def _from_patent(record: Record) -> dict[str, Any]:
    application = record["application_number"]
    publication = record["publication_number"]
    # Without the check digit, and without the kind: both are often left out.
    numbers = [application, application[:-1]] if application else []
    numbers += [publication, publication.rstrip("0123456789")[:-1]] if publication else []
    symbols = [symbol for symbol in record["ipc"] or () if symbol]
    return {
        **_described(record),
        **_offered(record),
        "body": _texts(record["abstract"]),
        "numbers": numbers + [part for symbol in symbols for part in (symbol, subclass_of(symbol))],
        "ipc_section": sorted({section_of(symbol) for symbol in symbols}),
        "legal_status": record["legal_status"],
        "year": _year_of(record["filed_on"]),
    }


def _from_project(record: Record) -> dict[str, Any]:
    return {
        **_described(record),
        "body": _texts(record["abstract"], record["programme"], record["funder"]),
        "numbers": [record["number"]] if record["number"] else [],
        "year": _year_of(record["accepted_on"] or record["started_on"]),
    }


def _from_organisation(record: Record) -> dict[str, Any]:
    name: Bilingual = record["name"]
    return {
        "title": _texts(name),
        "body": _texts(record["intro"]),
        "numbers": [record["uscc"]] if record["uscc"] else [],
        "owner": [str(record["id"])],
        "district": record["division"],
    }


def _year_of(day: date | None) -> str | None:
    return str(day.year) if day else None


FILLERS: dict[str, Callable[[Record], dict[str, Any]]] = {
    "result": _from_result,
    "patent": _from_patent,
    "demand": _from_demand,
    "project": _from_project,
    "organisation": _from_organisation,
}
