"""What holders do with further parts: add, change, order, remove; and their terms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.states import OPEN_STATES
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Level, policy, visible_to
from marketplace.core.states import StateError
from marketplace.disclosure.answering import end_waiting
from marketplace.disclosure.checking import DisclosureProblem, PartContent
from marketplace.disclosure.models import FurtherPart, PartVersion, Terms
from marketplace.disclosure.policies import KINDS, WRITE
from marketplace.disclosure.queries import find_part, newest_terms, parts_of

KIND = "disclosure_part"
MOST_PARTS = 20


class Conflict(Exception):
    """Somebody else changed it meanwhile; nothing was stored."""


def add_part(actor: Actor, kind: str, record_id: int, content: PartContent) -> int:
    """Add a part behind the others; returns its id.

    :raises DisclosureProblem: when it is on the step of terms and there are none yet.
    :raises StateError: when the record isn't public, or has 20 parts already.
    :raises Forbidden: when the actor's organisation doesn't hold the record.
    """
    with writing() as session:
        _held_record(session, actor, kind, record_id)
        _require_terms(session, kind, record_id, content)
        others = parts_of(session, actor, kind, record_id)
        if len(others) >= MOST_PARTS:
            raise StateError(_l("一条记录最多 20 个部分。请先删去不用的，或者合在一起写。"))
        part = FurtherPart(
            kind=kind,
            record_id=record_id,
            rank=max((one.rank for one in others), default=0) + 1,
            **_values(content),
        )
        session.add(part)
        session.flush()
        _keep_version(session, actor, part)
        record_audit(session, actor, "part.add", KIND, part.id, 1, level=int(content.level))
        return part.id


def change_part(actor: Actor, part_id: int, version: int, content: PartContent) -> bool:
    """Change what a part says or its step; whoever opened it before has to open it anew.

    Returns whether anything differs; where nothing does, the version stays.

    :raises Conflict: when ``version`` isn't the present one any more.
    :raises DisclosureProblem: when it is on the step of terms and there are none yet.
    :raises StateError: when it was removed.
    :raises Forbidden: when the actor's organisation doesn't hold the record.
    """
    with writing() as session:
        part = _held_part(session, actor, part_id)
        if part.version != version:
            raise Conflict
        _require_terms(session, part.kind, part.record_id, content)
        values = _values(content)
        if all(getattr(part, name) == value for name, value in values.items()):
            return False
        for name, value in values.items():
            setattr(part, name, value)
        part.version += 1
        _keep_version(session, actor, part)
        level = int(content.level)
        record_audit(session, actor, "part.change", KIND, part.id, part.version, level=level)
        return True


def move_part_up(actor: Actor, part_id: int) -> None:
    """Let a part and the one before it change places; raises as :func:`remove_part`."""
    with writing() as session:
        found = find_part(session, actor, part_id)
        if found is not None:
            # The order belongs to the record: who holds that is alone with it.
            _hold_record(session, found.kind, found.record_id)
        part = _held_part(session, actor, part_id)
        session.expire_all()
        parts = list(parts_of(session, actor, part.kind, part.record_id))
        place = parts.index(part)
        if place == 0:
            return
        parts[place - 1 : place + 1] = parts[place], parts[place - 1]
        for rank, one in enumerate(parts, start=1):
            one.rank = rank
        record_audit(session, actor, "part.move", KIND, part.id, part.version)


def remove_part(actor: Actor, part_id: int) -> None:
    """Take a part away; what it said stays in the history, and nobody opens it any more.

    Requests that wait for an answer end with it, and who asked is told.

    :raises StateError: when it was removed.
    :raises Forbidden: when the actor's organisation doesn't hold the record.
    """
    with writing() as session:
        part = _held_part(session, actor, part_id)
        end_waiting(session, actor, part)
        part.removed_at = now()
        record_audit(session, actor, "part.remove", KIND, part.id, part.version)


def set_terms(actor: Actor, kind: str, record_id: int, version: int, text: Bilingual) -> bool:
    """Set the terms of a record; whoever accepted others accepts these anew.

    ``version`` is the one that was being read, 0 where there was none. Returns whether anything
    differs; where nothing does, the version and what was accepted stay.

    :raises Conflict: when it isn't the newest any more.
    :raises StateError: when the record isn't public.
    :raises Forbidden: when the actor's organisation doesn't hold the record.
    """
    with writing() as session:
        _held_record(session, actor, kind, record_id)
        present = newest_terms(session, kind, record_id)
        if (present.version if present else 0) != version:
            raise Conflict
        if present is not None and present.text == text:
            return False
        terms = Terms(
            kind=kind, record_id=record_id, version=version + 1, text=text, by_name=actor.name
        )
        session.add(terms)
        session.flush()
        record_audit(session, actor, "terms.set", "disclosure_terms", terms.id, terms.version)
        return True


def _held_record(session: Session, actor: Actor, kind: str, record_id: int) -> Any:
    model = KINDS[kind][0]
    record: Any = session.scalar(
        select(model).where(model.id == record_id, visible_to(actor, model)).with_for_update()
    )
    if record is None:
        raise StateError(_l("找不到这条记录，可能已经删除。请回到列表再看看。"))
    policy.require(actor, WRITE, record)
    if record.state not in OPEN_STATES:
        raise StateError(_l("只有公开着的记录可以加分级公开的内容。请先恢复展示。"))
    return record


def _hold_record(session: Session, kind: str, record_id: int) -> None:
    model = KINDS[kind][0]
    session.execute(select(model.id).where(model.id == record_id).with_for_update())


def _held_part(session: Session, actor: Actor, part_id: int) -> FurtherPart:
    part = find_part(session, actor, part_id, is_locked=True)
    if part is None:
        raise StateError(_l("找不到这一部分，可能已经删去。请回到列表再看看。"))
    policy.require(actor, WRITE, part)
    return part


def _require_terms(session: Session, kind: str, record_id: int, content: PartContent) -> None:
    if content.level == Level.TERMS and newest_terms(session, kind, record_id) is None:
        raise DisclosureProblem(
            {"level": str(_l("还没有条款可以接受。请先写条款，或者选别的一级。"))}
        )


def _values(content: PartContent) -> dict[str, Any]:
    return {
        "level": int(content.level),
        "heading": content.heading,
        "is_heading_public": content.is_heading_public,
        "text": content.text,
    }


def _keep_version(session: Session, actor: Actor, part: FurtherPart) -> None:
    session.add(
        PartVersion(
            part_id=part.id,
            version=part.version,
            level=part.level,
            heading=part.heading,
            is_heading_public=part.is_heading_public,
            text=part.text,
            by_name=actor.name,
        )
    )
