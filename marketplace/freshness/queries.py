"""Reading what waits for a holder's word: what is due, what is hidden, and the records of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.catalogue.states import HIDE, PUBLISHED, SUSPENDED
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import acts_for_holder, visible_to
from marketplace.core.states import StateChange
from marketplace.freshness.models import Asking
from marketplace.freshness.terms import present_terms

KINDS = ("result", "patent")
"""What is asked for: offers. A project is a fact, which doesn't cease to stand."""
HELD_IN_ORDER = tuple(sorted(KINDS))
"""Whoever holds several listings until the commit goes by kind, then by number."""
CHUNK = 500

Key = tuple[str, int]


@dataclass(frozen=True)
class Waiting:
    """A listing that waits for its holder's word.

    ``since`` is its last confirmation or publication; ``asking`` is the open one, if it was asked
    about; ``hidden_on`` the day on which it goes off the pages then.
    """

    kind: str
    id: int
    title: Bilingual
    since: date | datetime | None
    is_confirmed: bool
    asking: Asking | None
    hidden_on: date | None


def due_keys(actor: Actor) -> list[Key]:
    """The published listings of the actor's organisation that are due, by kind and number."""
    terms = present_terms()
    return _own(actor, lambda model: and_(model.state == PUBLISHED, terms.due(model)))


def hidden_keys(actor: Actor) -> list[Key]:
    """Those that are hidden because nobody confirmed them."""
    return _own(actor, lambda model: and_(model.state == SUSPENDED, _last_step(model) == HIDE))


def _last_step(model: Any) -> Any:
    return (
        select(StateChange.action)
        .where(StateChange.subject_kind == model.__tablename__, StateChange.subject_id == model.id)
        .order_by(StateChange.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _own(actor: Actor, condition: Any) -> list[Key]:
    if not acts_for_holder(actor):
        return []
    found: list[Key] = []
    for kind in KINDS:
        model: Any = RECORD_MODELS[kind]
        link, owned_id = OWNER_LINKS[kind]
        is_own: ColumnElement[bool] = model.id.in_(
            select(owned_id).where(link.organisation_id == actor.organisation_id)
        )
        ids = db.session.scalars(
            select(model.id)
            .where(visible_to(actor, model), is_own, condition(model))
            .order_by(model.id)
        )
        found += [(kind, record_id) for record_id in ids]
    return found


def waiting(actor: Actor, keys: Sequence[Key]) -> list[Waiting]:
    """What the page and the list of tasks say of these listings, in their order."""
    terms = present_terms()
    askings = open_askings(keys)
    records = _records(actor, keys)
    return [
        Waiting(
            *key,
            record.title,
            record.confirmed_on or record.published_at,
            record.confirmed_on is not None,
            asking := askings.get(key),
            terms.hidden_on(asking) if asking else None,
        )
        for key in keys
        if (record := records.get(key)) is not None
    ]


def open_askings(keys: Iterable[Key]) -> dict[Key, Asking]:
    """The open askings about these listings."""
    found: dict[Key, Asking] = {}
    for kind, ids in _by_kind(keys):
        rows = db.session.scalars(
            select(Asking).where(
                Asking.subject_kind == kind,
                Asking.subject_id.in_(ids),
                Asking.closed_at.is_(None),
            )
        )
        found |= {(kind, one.subject_id): one for one in rows}
    return found


def records_of(actor: Actor, askings: Iterable[Asking], state: str) -> dict[Key, Any]:
    """The records that were asked about, as far as the actor may see them and they are in a state.

    In the order of the askings.
    """
    keys = [(one.subject_kind, one.subject_id) for one in askings]
    found = _records(actor, keys)
    return {key: found[key] for key in keys if key in found and found[key].state == state}


def locked_record(session: Session, kind: str, record_id: int) -> Any:
    """The record as it is now, and no other transaction changes it until this one ends."""
    return session.get(RECORD_MODELS[kind], record_id, with_for_update=True, populate_existing=True)


def in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in parts that one statement takes."""
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


def in_portions(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """The rows in portions of :data:`CHUNK`, by the number in their first column."""
    column, last = statement.selected_columns[0], 0
    ordered = statement.order_by(column).limit(CHUNK)
    while rows := session.execute(ordered.where(column > last)).all():
        yield rows
        last = rows[-1][0]


def _records(actor: Actor, keys: Iterable[Key]) -> dict[Key, Any]:
    found: dict[Key, Any] = {}
    for kind, ids in _by_kind(keys):
        model: Any = RECORD_MODELS[kind]
        rows = db.session.scalars(select(model).where(model.id.in_(ids), visible_to(actor, model)))
        found |= {(kind, one.id): one for one in rows}
    return found


def _by_kind(keys: Iterable[Key]) -> Iterator[tuple[str, Sequence[int]]]:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in keys:
        by_kind[kind].append(record_id)
    for kind, ids in by_kind.items():
        for chunk in in_chunks(ids):
            yield kind, chunk
