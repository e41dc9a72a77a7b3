"""Links of records to organisations, people, projects and patents, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import PartyRef, PersonRef, RecordRef
from marketplace.catalogue.models import (
    Contributor,
    DemandOwner,
    Patent,
    PatentInventor,
    PatentOwner,
    PatentProject,
    Project,
    ProjectOrganisation,
    ResultContributor,
    ResultOwner,
    ResultPatent,
    ResultProject,
)
from marketplace.catalogue.saving.identity import NUMBERS, in_chunks
from marketplace.catalogue.saving.outcome import Entry
from marketplace.catalogue.saving.parties import Parties, People
from marketplace.core.i18n import Bilingual, listed

# The other record's id and the part taken.
Link = tuple[int, Bilingual | None]


@dataclass(frozen=True)
class LinkTable:
    """Where the links of one kind stand: the table, its own column and the other record's."""

    table: Table
    own: str
    other: str
    has_role: bool = False


def _links(model: Any, own: str, other: str, *, has_role: bool = False) -> LinkTable:
    return LinkTable(model.__table__, own, other, has_role)


LINK_TABLES: dict[str, dict[str, LinkTable]] = {
    "result": {
        "owners": _links(ResultOwner, "result_id", "organisation_id"),
        "contributors": _links(ResultContributor, "result_id", "contributor_id", has_role=True),
        "projects": _links(ResultProject, "result_id", "project_id"),
        "patents": _links(ResultPatent, "result_id", "patent_id"),
    },
    "patent": {
        "owners": _links(PatentOwner, "patent_id", "organisation_id"),
        "contributors": _links(PatentInventor, "patent_id", "contributor_id"),
        "projects": _links(PatentProject, "patent_id", "project_id"),
    },
    "demand": {"owners": _links(DemandOwner, "demand_id", "organisation_id")},
    "project": {"owners": _links(ProjectOrganisation, "project_id", "organisation_id")},
    "organisation": {},
}
REFERRED: dict[str, tuple[str, Table]] = {
    "projects": ("project", Project.__table__),  # type: ignore[dict-item]
    "patents": ("patent", Patent.__table__),  # type: ignore[dict-item]
}


class Links:
    """The links of one batch, from names to ids."""

    def __init__(self, session: Session, kind: str, source: str | None, parties: Parties) -> None:
        self._session = session
        self._tables = LINK_TABLES[kind]
        self._source = source
        self._parties = parties
        self._people = People(session)
        self._records: dict[str, dict[str, int]] = {"projects": {}, "patents": {}}
        self._current: dict[tuple[int, str], list[Link]] = {}

    def find(self, entries: Sequence[Entry]) -> None:
        """Look up everything that the entries name, and the links that there are."""
        self._parties.find(ref for entry in entries for ref in parties_of(entry))
        self.find_people(entries)
        for name, (kind, table) in REFERRED.items():
            keys = {
                key
                for entry in entries
                for ref in entry.row.links.get(name, ())
                for key in ref.keys
            }
            self._records[name] = self._record_ids(kind, table, keys)
        present = {entry.existing["id"]: entry for entry in entries if entry.existing is not None}
        self._read_current(list(present))
        if "contributors" in self._tables:
            self._read_strangers(self._tables["contributors"], present)

    def ids_of_records(self, name: str, refs: Sequence[RecordRef]) -> list[int]:
        """The projects or patents, by ``name``, that are there among those named."""
        kind, table = REFERRED[name]
        known = self._record_ids(kind, table, {key for ref in refs for key in ref.keys})
        return list(dict.fromkeys(known[key] for ref in refs for key in ref.keys if key in known))

    def find_people(self, entries: Sequence[Entry]) -> None:
        """Look up the people whose organisations are known."""
        self._people.find(
            (ref.key, organisation_id)
            for entry in entries
            for ref, organisation_id in self._people_of(entry)
            if organisation_id is not None
        )

    def create_missing(self, entries: Sequence[Entry]) -> None:
        """Create the organisations and people that the entries name and nobody knows."""
        self._parties.create(ref for entry in entries for ref in parties_of(entry))
        self.find_people(entries)
        missing: dict[tuple[str, int], tuple[PersonRef, int | None]] = {}
        for entry in entries:
            for ref, organisation_id in self._people_of(entry):
                if organisation_id and self._people.id_of(ref, organisation_id) is None:
                    missing.setdefault((ref.key, organisation_id), (ref, organisation_id))
        self._people.create(missing.values())

    def resolve(self, entry: Entry) -> dict[str, list[Link]] | None:
        """The entry's links as ids; nothing when some of them would have to be created."""
        resolved: dict[str, list[Link]] = {}
        for name, refs in entry.row.links.items():
            links: dict[int, Bilingual | None] = {}
            for id_, role in self._link_ids(entry, name, refs):
                if id_ is None:
                    return None
                links.setdefault(id_, role)
            resolved[name] = list(links.items())
        return resolved

    def resolve_and_create(self, entry: Entry) -> dict[str, list[Link]]:
        """The entry's links as ids, after :meth:`create_missing`; strangers are created."""
        strangers = [
            ref
            for ref, organisation_id in self._people_of(entry)
            if organisation_id is None and ref.key not in entry.strangers
        ]
        if strangers:
            ids = self._people.create((ref, None) for ref in strangers)
            entry.strangers.update(zip((ref.key for ref in strangers), ids, strict=True))
        resolved = self.resolve(entry)
        if resolved is None:
            raise AssertionError("a link was neither found nor created")
        return resolved

    def changed(self, entry: Entry, links: dict[str, list[Link]]) -> dict[str, list[Link]]:
        """Those of the links that differ from what is stored."""
        if entry.existing is None:
            return {name: found for name, found in links.items() if found}
        own = entry.existing["id"]
        return {
            name: found
            for name, found in links.items()
            if self._current.get((own, name), []) != found
        }

    def warn_of_unknown(self, entry: Entry) -> None:
        """Say which projects and patents aren't in the catalogue; the rest goes in."""
        for name in REFERRED:
            unknown = [
                ref.text
                for ref in entry.row.links.get(name, ())
                if self._record_id(name, ref) is None
            ]
            if unknown:
                entry.warn(
                    name,
                    "；".join(unknown),
                    _(
                        "目录里还没有 %(numbers)s，这一处没有连上。先导入它，再导入一次这个文件。",
                        numbers=listed(unknown[:5]),
                    ),
                )

    def write(self, entries: Sequence[Entry]) -> None:
        """Replace the links named in each entry's ``links``."""
        for name, place in self._tables.items():
            concerned = [entry for entry in entries if name in entry.links]
            old = [entry.id for entry in concerned if entry.existing is not None]
            for chunk in in_chunks(old):
                self._session.execute(
                    delete(place.table).where(place.table.c[place.own].in_(chunk))
                )
            rows = [
                {
                    place.own: entry.id,
                    place.other: other,
                    "rank": rank,
                    **({"role": role} if place.has_role else {}),
                }
                for entry in concerned
                for rank, (other, role) in enumerate(entry.links[name], start=1)
            ]
            if rows:
                self._session.execute(insert(place.table), rows)

    def _link_ids(
        self, entry: Entry, name: str, refs: Sequence[Any]
    ) -> Iterator[tuple[int | None, Bilingual | None]]:
        if name == "owners":
            for party in refs:
                yield self._parties.id_of(party), None
        elif name == "contributors":
            has_role = self._tables[name].has_role
            for ref, organisation_id in self._people_of(entry):
                role = ref.role if has_role else None
                if organisation_id is None:
                    yield entry.strangers.get(ref.key), role
                else:
                    yield self._people.id_of(ref, organisation_id), role
        else:
            for record in refs:
                found = self._record_id(name, record)
                if found is not None:
                    yield found, None

    def _people_of(self, entry: Entry) -> Iterator[tuple[PersonRef, int | None]]:
        """The entry's people with their organisation: the one named, else the only owner."""
        owners = entry.row.links.get("owners", ())
        only_owner = self._parties.id_of(owners[0]) if len(owners) == 1 else None
        for ref in entry.row.links.get("contributors", ()):
            unit = self._parties.id_of(ref.organisation) if ref.organisation else only_owner
            yield ref, unit

    def _record_id(self, name: str, ref: RecordRef) -> int | None:
        known = self._records[name]
        return next((known[key] for key in ref.keys if key in known), None)

    def _record_ids(self, kind: str, table: Table, keys: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in in_chunks(keys):
            own = select(table.c.source_id, table.c.id).where(
                table.c.source == self._source, table.c.source_id.in_(chunk)
            )
            found.update((number, id_) for number, id_ in self._session.execute(own))
            for column in NUMBERS[kind]:
                numbered = select(table.c[column], table.c.id).where(table.c[column].in_(chunk))
                found.update((number, id_) for number, id_ in self._session.execute(numbered))
        return found

    def _read_current(self, ids: Sequence[int]) -> None:
        for name, place in self._tables.items():
            columns = place.table.c
            role = [columns["role"]] if place.has_role else []
            for chunk in in_chunks(ids):
                rows = self._session.execute(
                    select(columns[place.own], columns[place.other], *role)
                    .where(columns[place.own].in_(chunk))
                    .order_by(columns[place.own], columns["rank"])
                )
                for own, other, *part in rows:
                    link = (other, part[0] if part else None)
                    self._current.setdefault((own, name), []).append(link)

    def _read_strangers(self, place: LinkTable, present: dict[int, Entry]) -> None:
        """People without organisation are known only within the record that names them."""
        for chunk in in_chunks(present):
            rows = self._session.execute(
                select(place.table.c[place.own], Contributor.name_key, Contributor.id)
                .join(Contributor, Contributor.id == place.table.c[place.other])
                .where(place.table.c[place.own].in_(chunk), Contributor.organisation_id.is_(None))
            )
            for own, key, id_ in rows:
                present[own].strangers[key] = id_


def parties_of(entry: Entry) -> Iterator[PartyRef]:
    """The organisations that a row names, as owners or as those of its people."""
    yield from entry.row.links.get("owners", ())
    for person in entry.row.links.get("contributors", ()):
        if person.organisation:
            yield person.organisation
