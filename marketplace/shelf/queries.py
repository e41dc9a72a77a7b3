"""Reading the shelf: what somebody keeps, as it stands now. Nothing here writes.

Of a record that may not be seen any more only its number is told, which its saver knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.documents import document_id, versions_of
from marketplace.catalogue.list_rows import Row, rows_of
from marketplace.catalogue.queries import RecordKey, read_listings
from marketplace.catalogue.record_queries import taken_away_at
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.web.paging import Paging
from marketplace.shelf.models import SavedRecord, SavedSearch, SearchMatch


@dataclass(frozen=True)
class KeptRecord:
    """A record that is kept: its row where it may be seen, and what became of it.

    ``state`` is ``same``, ``changed`` since it was saved, ``withdrawn`` or ``withheld`` since
    the day ``gone_at``, or ``hidden``.
    """

    saved: SavedRecord
    row: Row | None
    state: str
    gone_at: datetime | None = None

    @property
    def number(self) -> str:
        """Its number, which a record keeps whatever becomes of it."""
        return document_id(self.saved.kind, self.saved.record_id)


def count_records(actor: Actor) -> int:
    """How many records the actor keeps."""
    own = select(func.count()).where(SavedRecord.person_id == actor.person_id)
    return db.session.scalar(own) or 0


def kept_records(actor: Actor, paging: Paging) -> list[KeptRecord]:
    """A page of the records that the actor keeps, newest first."""
    kept = db.session.scalars(
        select(SavedRecord)
        .where(SavedRecord.person_id == actor.person_id)
        .order_by(SavedRecord.id.desc())
        .limit(paging.size)
        .offset(paging.offset)
    ).all()
    rows = _rows(actor, [(one.kind, one.record_id) for one in kept])
    versions = _versions(rows)
    return [_kept(one, rows.get((one.kind, one.record_id)), versions) for one in kept]


def saved_among(actor: Actor, keys: Iterable[RecordKey]) -> set[RecordKey]:
    """Those of the records that the actor keeps."""
    wanted = set(keys)
    found = db.session.execute(
        select(SavedRecord.kind, SavedRecord.record_id).where(
            SavedRecord.person_id == actor.person_id,
            SavedRecord.record_id.in_({record_id for _kind, record_id in wanted}),
        )
    )
    return {(row.kind, row.record_id) for row in found} & wanted


@dataclass(frozen=True)
class KeptSearch:
    """A search that is kept, with how many records it found since and when the last came."""

    search: SavedSearch
    found: int
    last_found_at: datetime | None


def kept_searches(actor: Actor) -> list[KeptSearch]:
    """The searches that the actor keeps, newest first."""
    rows = db.session.execute(
        select(SavedSearch, func.count(SearchMatch.id), func.max(SearchMatch.found_at))
        .outerjoin(SearchMatch)
        .where(SavedSearch.person_id == actor.person_id)
        .group_by(SavedSearch.id)
        .order_by(SavedSearch.id.desc())
    ).all()
    return [KeptSearch(*row) for row in rows]


def find_search(actor: Actor, search_id: int) -> SavedSearch | None:
    """One of the actor's searches."""
    return db.session.scalar(
        select(SavedSearch).where(
            SavedSearch.id == search_id, SavedSearch.person_id == actor.person_id
        )
    )


def count_matches(search: SavedSearch) -> int:
    """How many records a search has found since it was saved, whatever became of them."""
    return db.session.scalar(select(func.count()).where(SearchMatch.search_id == search.id)) or 0


def matches_of(actor: Actor, search: SavedSearch, paging: Paging) -> list[tuple[datetime, Row]]:
    """A page of what a search found since it was saved, newest first; what may be seen of it."""
    matches = db.session.scalars(
        select(SearchMatch)
        .where(SearchMatch.search_id == search.id)
        .order_by(SearchMatch.id.desc())
        .limit(paging.size)
        .offset(paging.offset)
    ).all()
    rows = _rows(actor, [(one.kind, one.record_id) for one in matches])
    seen = ((one.found_at, rows.get((one.kind, one.record_id))) for one in matches)
    return [(moment, row) for moment, row in seen if row is not None]


def export_shelf(session: Session, person_id: int) -> dict[str, Any]:
    """All that a person keeps, for the export of the own data. Times are UTC."""
    records = session.scalars(
        select(SavedRecord).where(SavedRecord.person_id == person_id).order_by(SavedRecord.id)
    )
    searches = session.scalars(
        select(SavedSearch).where(SavedSearch.person_id == person_id).order_by(SavedSearch.id)
    )
    return {
        "records": [
            {
                "record": document_id(one.kind, one.record_id),
                "note": one.note,
                "at": one.created_at.isoformat(),
            }
            for one in records
        ],
        "searches": [_exported(session, one) for one in searches],
    }


def _exported(session: Session, search: SavedSearch) -> dict[str, Any]:
    matches = session.scalars(
        select(SearchMatch).where(SearchMatch.search_id == search.id).order_by(SearchMatch.id)
    )
    return {
        "name": search.name,
        "parameters": search.params,
        "frequency": search.frequency,
        "by_mail": search.by_mail,
        "by_inbox": search.by_inbox,
        "at": search.created_at.isoformat(),
        "found": [
            {"record": document_id(one.kind, one.record_id), "at": one.found_at.isoformat()}
            for one in matches
        ],
    }


def _rows(actor: Actor, keys: Sequence[RecordKey]) -> dict[RecordKey, Row]:
    listings = read_listings(actor, keys)
    rows = rows_of(listings)
    return {(one.kind, one.id): row for one, row in zip(listings, rows, strict=True)}


def _versions(rows: Iterable[RecordKey]) -> dict[RecordKey, int]:
    """The present versions of records that may be seen."""
    ids: dict[str, list[int]] = {}
    for kind, record_id in rows:
        ids.setdefault(kind, []).append(record_id)
    return {
        (kind, record_id): version
        for kind, asked in ids.items()
        for record_id, version in versions_of(kind, asked).items()
    }


def _kept(saved: SavedRecord, row: Row | None, versions: dict[RecordKey, int]) -> KeptRecord:
    key = (saved.kind, saved.record_id)
    if row is None:
        state, moment = taken_away_at(*key) or ("hidden", None)
        return KeptRecord(saved, None, state, moment)
    return KeptRecord(saved, row, "same" if versions[key] == saved.version else "changed")
