"""Organisations and people as rows name them: found, or created unverified."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import PartyRef, PersonRef
from marketplace.catalogue.models import Contributor, Organisation
from marketplace.catalogue.naming import kind_of_name
from marketplace.catalogue.saving.history import record_published
from marketplace.catalogue.saving.identity import find_by_name, in_chunks
from marketplace.catalogue.states import found_state
from marketplace.core.actor import Actor
from marketplace.core.db import now

ORGANISATION: Table = Organisation.__table__  # type: ignore[assignment]
CONTRIBUTOR: Table = Contributor.__table__  # type: ignore[assignment]

PersonKey = tuple[str, int]


class Parties:
    """The organisations of one batch."""

    def __init__(
        self, session: Session, actor: Actor, source: str | None, *, is_demo: bool
    ) -> None:
        self._session = session
        self._actor = actor
        self._source = source
        self._is_demo = is_demo
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._codes: dict[str, str | None] = {}

    def find(self, refs: Iterable[PartyRef]) -> None:
        """Look up all that are there already."""
        known = set(refs)
        for chunk in in_chunks({ref.uscc for ref in known if ref.uscc}):
            rows = self._session.execute(
                select(ORGANISATION.c.uscc, ORGANISATION.c.id).where(ORGANISATION.c.uscc.in_(chunk))
            )
            self._by_code.update((uscc, id_) for uscc, id_ in rows)
        keys = {ref.key for ref in known if ref.name}
        for key, record in find_by_name(self._session, ORGANISATION, keys).items():
            self._by_name[key] = record["id"]
            self._codes[key] = record["uscc"]

    def id_of(self, ref: PartyRef) -> int | None:
        """The organisation's id; none when there is no such organisation yet.

        A name that belongs to another code is another organisation of the same name.
        """
        if ref.uscc and ref.uscc in self._by_code:
            return self._by_code[ref.uscc]
        key = ref.key
        if not ref.name or key not in self._by_name:
            return None
        known = self._codes.get(key)
        return self._by_name[key] if not (ref.uscc and known and ref.uscc != known) else None

    def create(self, refs: Iterable[PartyRef]) -> None:
        """Create those that are not there: public, unverified, of the kind the name suggests."""
        missing: dict[str, PartyRef] = {}
        for ref in refs:
            if ref.name and self.id_of(ref) is None:
                missing.setdefault(ref.uscc or ref.key, ref)
        if not missing:
            return
        moment = now()
        state = found_state("organisation")
        values = [
            {
                "name": ref.name,
                "name_key": ref.key,
                "uscc": ref.uscc,
                "kind": kind_of_name(ref.name.in_language("zh")),
                "state": state,
                "published_at": moment,
                "imported_at": moment if self._source else None,
                "source": self._source,
                "is_demo": self._is_demo,
            }
            for ref in missing.values()
        ]
        ids = insert_all(self._session, ORGANISATION, values)
        for ref, id_ in zip(missing.values(), ids, strict=True):
            if ref.uscc:
                self._by_code[ref.uscc] = id_
            self._by_name.setdefault(ref.key, id_)
            self._codes.setdefault(ref.key, ref.uscc)
        record_published(self._session, self._actor, "organisation", ids, self._source)


class People:
    """The contributors of one batch who are known by name and organisation."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids: dict[PersonKey, int] = {}

    def find(self, keys: Iterable[PersonKey]) -> None:
        """Look up all that are there already."""
        wanted = set(keys)
        for chunk in in_chunks({name for name, _organisation in wanted}):
            rows = self._session.execute(
                select(
                    CONTRIBUTOR.c.name_key, CONTRIBUTOR.c.organisation_id, CONTRIBUTOR.c.id
                ).where(
                    CONTRIBUTOR.c.name_key.in_(chunk), CONTRIBUTOR.c.organisation_id.is_not(None)
                )
            )
            for name, organisation_id, id_ in rows:
                if (name, organisation_id) in wanted:
                    self._ids[name, organisation_id] = id_

    def id_of(self, ref: PersonRef, organisation_id: int) -> int | None:
        """The person's id; none when there is no such person yet."""
        return self._ids.get((ref.key, organisation_id))

    def create(self, wanted: Iterable[tuple[PersonRef, int | None]]) -> list[int]:
        """Create people; returns their ids in order.

        Somebody without an organisation is a new person each time: equal names of strangers
        say nothing.
        """
        pairs = list(wanted)
        values = [
            {
                "name": ref.name,
                "name_key": ref.key,
                "organisation_id": organisation_id,
                "orcid": ref.orcid,
            }
            for ref, organisation_id in pairs
        ]
        ids = insert_all(self._session, CONTRIBUTOR, values)
        for (ref, organisation_id), id_ in zip(pairs, ids, strict=True):
            if organisation_id is not None:
                self._ids[ref.key, organisation_id] = id_
        return ids


def insert_all(session: Session, table: Table, values: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows, grouped by the columns that they have; returns the new ids in order."""
    groups: dict[frozenset[str], list[int]] = {}
    for place, row in enumerate(values):
        groups.setdefault(frozenset(row), []).append(place)
    ids: dict[int, int] = {}
    for places in groups.values():
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        new = session.execute(statement, [values[place] for place in places]).scalars()
        ids.update(zip(places, new, strict=True))
    return [ids[place] for place in range(len(values))]
