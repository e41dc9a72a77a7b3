"""What further parts put on the pages of others: that they exist, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.disclosure import wording
from marketplace.disclosure.checking import LONGEST_LETTER
from marketplace.disclosure.letters import is_read, letters_waiting
from marketplace.disclosure.policies import ANSWER, KINDS, LETTER, WRITE
from marketplace.disclosure.queries import find_record, parts_of, waiting_requests

MOST_TASKS = 50


def fill_slots(app: Flask) -> None:
    """Fill the slots, and answer what waits for people."""
    slots: Slots = app.extensions["slots"]
    slots.fill("record.parts", _record_parts)
    slots.fill("record.actions", _letter)
    my_tasks.add("disclosure.requests", _requests_due)
    my_tasks.add("disclosure.letters", _letters_due)


def _record_parts(page: Any) -> str:
    kind, record_id = page.kind, page.record.id
    actor = current_actor()
    parts = parts_of(db.session, actor, kind, record_id)
    may_write = policy.can(actor, WRITE) and policy.can(
        actor, WRITE, find_record(db.session, actor, kind, record_id)
    )
    if not parts and not may_write:
        return ""
    return render_template(
        "disclosure/_record_parts.html",
        kind=kind,
        record_id=record_id,
        rows=[
            (wording.public_heading(part, number), wording.level_name(part.level))
            for number, part in enumerate(parts, start=1)
        ],
        may_write=may_write,
    )


def _letter(page: Any) -> str:
    """The way to the holder's inbox; its own people need none."""
    if page.kind not in KINDS or not page.holders:
        return ""
    kind, record_id = page.kind, page.record.id
    actor, way_in, has_readers = current_actor(), "", False
    if actor.is_person:
        record = find_record(db.session, actor, kind, record_id)
        if not policy.can(actor, LETTER, record):
            return ""
        has_readers = is_read(db.session, record)
    else:
        address = url_for("disclosure.letter", kind=kind, record_id=record_id)
        way_in = url_for("accounts.sign_in", next=address)
    return render_template(
        "disclosure/_letter_part.html",
        kind=kind,
        record_id=record_id,
        way_in=way_in,
        has_readers=has_readers,
        most=LONGEST_LETTER,
    )


def _requests_due(session: Session, actor: Actor) -> Iterable[Task]:
    if not policy.can(actor, WRITE):
        return
    for one in waiting_requests(session, actor, MOST_TASKS):
        if policy.can(actor, "access.admit", one):
            yield Task(
                kind="disclosure.request",
                title=_("决定谁能看：%(title)s", title=one.part.record.title),
                address=url_for(
                    "disclosure.manage",
                    kind=one.part.kind,
                    record_id=one.part.record_id,
                    _anchor="requests",
                ),
                since=one.created_at,
                otherwise=_l("申请的人看不到这一部分，一直等着。"),
            )


def _letters_due(session: Session, actor: Actor) -> Iterable[Task]:
    if not policy.can(actor, ANSWER):
        return
    for one in letters_waiting(session, actor, MOST_TASKS):
        yield Task(
            kind="disclosure.letter",
            title=_("答复来信：%(title)s", title=Bilingual.of(one.params["title"])),
            address=url_for("disclosure.answer", notice_id=one.id),
            since=one.created_at,
            otherwise=_l("写信的人一直等着。不用答复的，在收件箱标为已读。"),
        )
