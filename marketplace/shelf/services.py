"""Keeping records and searches, and letting them go. Finding for searches stands in ``alerts``.

Each service checks that somebody is signed in, and touches only what is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.actor import Actor
from marketplace.core.db import writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import policy, visible_to
from marketplace.shelf.models import (
    LONGEST_NAME,
    LONGEST_NOTE,
    Frequency,
    SavedRecord,
    SavedSearch,
    SearchMatch,
)
from marketplace.shelf.policies import USE
from marketplace.shelf.problems import ShelfProblem
from search.parameters import write_params
from search.query import Query, read_box

MOST_RECORDS = 1000
MOST_SEARCHES = 50

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Telling:
    """How somebody wants to hear of what a search finds."""

    frequency: Frequency
    by_mail: bool
    by_inbox: bool


def save_record(actor: Actor, kind: str, record_id: int) -> bool:
    """Keep a record; whether there is one that the actor may see. Saying it again changes nothing.

    :raises ShelfProblem: when more is kept than a list can hold.
    """
    policy.require(actor, USE)
    model = RECORD_MODELS[kind]
    with writing() as session:
        _alone(session, actor)
        seen = select(model.version).where(model.id == record_id, visible_to(actor, model))
        version = session.scalar(seen)
        if version is None:
            return False
        if _saved_record(session, actor, kind, record_id) is not None:
            return True
        own = select(func.count()).where(SavedRecord.person_id == actor.person_id)
        if (session.scalar(own) or 0) >= MOST_RECORDS:
            raise ShelfProblem("", _l("收藏已满 1,000 条。先移除不再要的，再收藏新的。"))
        session.add(
            SavedRecord(person_id=actor.person_id, kind=kind, record_id=record_id, version=version)
        )
        return True


def remove_record(actor: Actor, kind: str, record_id: int) -> None:
    """Keep a record no longer; one that isn't kept stays so."""
    policy.require(actor, USE)
    with writing() as session:
        session.execute(
            delete(SavedRecord).where(
                SavedRecord.person_id == actor.person_id,
                SavedRecord.kind == kind,
                SavedRecord.record_id == record_id,
            )
        )


def note_record(actor: Actor, kind: str, record_id: int, note: str) -> bool:
    """Write the note to a record that is kept, or empty it; whether it is kept.

    :raises ShelfProblem: when the note is too long.
    """
    policy.require(actor, USE)
    text = "\n".join(note.strip().splitlines())
    if len(text) > LONGEST_NOTE:
        raise ShelfProblem(
            f"note-{kind}-{record_id}",
            _l("备注最多 500 字，现在是 %(length)s 字，请删短一些。", length=len(text)),
        )
    with writing() as session:
        found = _saved_record(session, actor, kind, record_id)
        if found is None:
            return False
        found.note = text
        return True


def save_search(actor: Actor, query: Query, name: str, telling: Telling) -> int:
    """Keep a search under a name; its id. One that is kept already takes the new name and telling.

    :raises ShelfProblem: when the search asks for nothing, the name can't be, or more searches
        are kept than alerts can be found for.
    """
    policy.require(actor, USE)
    if not asks_something(query):
        raise ShelfProblem("", _l("先写一个词或选一个条件，再保存检索。"))
    params = [list(pair) for pair in canonical_params(query)]
    chosen = _checked_name(name)
    _check_telling(telling)
    with writing() as session:
        _alone(session, actor)
        own = session.scalars(
            select(SavedSearch).where(SavedSearch.person_id == actor.person_id)
        ).all()
        found = next((one for one in own if one.params == params), None)
        if found is None:
            if len(own) >= MOST_SEARCHES:
                raise ShelfProblem("", _l("最多保存 50 个检索。先删去不再要的，再保存新的。"))
            found = SavedSearch(person_id=actor.person_id, params=params)
            session.add(found)
        found.organisation_id = actor.organisation_id
        _set(found, chosen, telling)
        session.flush()
        return found.id


def change_search(actor: Actor, search_id: int, name: str, telling: Telling) -> bool:
    """Give a search another name or telling; whether it is one of the actor's.

    :raises ShelfProblem: when the name can't be, or nothing says how to tell.
    """
    policy.require(actor, USE)
    chosen = _checked_name(name)
    _check_telling(telling)
    with writing() as session:
        found = session.get(SavedSearch, search_id, with_for_update=True)
        if found is None or found.person_id != actor.person_id:
            return False
        if telling.frequency is Frequency.OFF:
            waiting = delete(SearchMatch).where(
                SearchMatch.search_id == search_id, SearchMatch.announced_at.is_(None)
            )
            session.execute(waiting)
        _set(found, chosen, telling)
        return True


def delete_search(actor: Actor, search_id: int) -> bool:
    """Keep a search no longer, with what it found; whether it was one of the actor's."""
    policy.require(actor, USE)
    with writing() as session:
        found = session.get(SavedSearch, search_id, with_for_update=True)
        if found is None or found.person_id != actor.person_id:
            return False
        session.execute(delete(SearchMatch).where(SearchMatch.search_id == search_id))
        session.delete(found)
        return True


def asks_something(query: Query) -> bool:
    """Whether a search has words or conditions; without, everything published would be news."""
    return bool(read_box(query.words).term_count or query.has_conditions)


def canonical_params(query: Query) -> list[tuple[str, str]]:
    """The parameters of a search that decide what it finds: no page, no order."""
    params = write_params(SCHEMA, query.at_page(1))
    return [(name, value) for name, value in params if name not in ("sort", "all")]


def _saved_record(session: Session, actor: Actor, kind: str, record_id: int) -> SavedRecord | None:
    return session.scalar(
        select(SavedRecord).where(
            SavedRecord.person_id == actor.person_id,
            SavedRecord.kind == kind,
            SavedRecord.record_id == record_id,
        )
    )


def _alone(session: Session, actor: Actor) -> None:
    """Let two browsers of one person save after each other, so that limits hold."""
    lock_until_commit(session, f"shelf {actor.person_id}")


def _checked_name(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise ShelfProblem("name", _l("给它起个名字，列表和提醒里都用这个名字。"))
    if len(text) > LONGEST_NAME:
        raise ShelfProblem(
            "name", _l("名字最多 200 字，现在是 %(length)s 字，请删短一些。", length=len(text))
        )
    return text


def _check_telling(telling: Telling) -> None:
    if telling.frequency is not Frequency.OFF and not (telling.by_mail or telling.by_inbox):
        raise ShelfProblem("by_inbox", _l("要提醒的话，收件箱和邮件至少选一样。"))


def _set(search: SavedSearch, name: str, telling: Telling) -> None:
    search.name = name
    search.frequency = telling.frequency
    search.by_mail, search.by_inbox = telling.by_mail, telling.by_inbox
