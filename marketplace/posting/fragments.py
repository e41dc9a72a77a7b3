"""What posting puts on the pages of others: ways to change a record, to post, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.actor import HOLDER_ROLES, Actor, Role
from marketplace.core.db import db
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.written_text import name_written_fields
from marketplace.posting.attaching import declare_files, files_of_record
from marketplace.posting.models import Posting, Upload
from marketplace.posting.policies import WRITE
from marketplace.posting.queries import waiting_for_review
from marketplace.posting.reviewers import units_without_reviewer
from marketplace.posting.states import RETURNED
from marketplace.posting.steps import KINDS
from marketplace.posting.uploads.states import CHECKED
from marketplace.posting.wording import written_label

MOST_TASKS = 50


def fill_slots(app: Flask) -> None:
    """Fill the slots, and answer what waits for people."""
    slots: Slots = app.extensions["slots"]
    slots.fill("record.actions", _record_actions, order=90)
    slots.fill("record.files", _record_files)
    slots.fill("header", _header, order=-10)
    slots.fill("tabbar", _tabbar, order=-10)
    name_written_fields("posting", written_label)
    declare_files()
    my_tasks.add("posting.review", _reviews_due)
    my_tasks.add("posting.no_reviewer", units_without_reviewer)
    my_tasks.add("posting.returned", _returned)
    my_tasks.add("posting.upload", _previews)


def _record_actions(page: Any) -> str:
    kind, record_id = page.kind, page.record.id
    actor = current_actor()
    if not actor.is_person or kind not in KINDS:
        return ""
    model = RECORD_MODELS[kind]
    record = db.session.scalar(select(model).where(model.id == record_id, visible_to(actor, model)))
    if record is None or not policy.can(actor, "version.read", record):
        return ""
    return render_template("posting/_record_actions.html", kind=kind, record_id=record_id)


def _record_files(page: Any) -> str:
    if page.kind not in KINDS:
        return ""
    rows = files_of_record(current_actor(), page.kind, page.record.id)
    return render_template("posting/_record_files.html", rows=rows) if rows else ""


def _header() -> str:
    actor = current_actor()
    return render_template("posting/_header.html") if _has_work(actor) else ""


def _tabbar(here: str = "") -> str:
    actor = current_actor()
    return render_template("posting/_tabbar.html", here=here) if _has_work(actor) else ""


def _has_work(actor: Actor) -> bool:
    return actor.has_role(*HOLDER_ROLES, Role.DEMANDER, Role.BUREAU)


def _reviews_due(session: Session, actor: Actor) -> Iterable[Task]:
    waiting, _all = waiting_for_review(session, actor)
    for one in waiting:
        yield Task(
            kind="posting.review",
            title=_("审核：%(title)s", title=one.title),
            address=url_for("posting.shown", posting_id=one.id),
            since=one.submitted_at or one.updated_at,
            otherwise=_l("它不会公开，提交的人一直等着。"),
        )


def _returned(session: Session, actor: Actor) -> Iterable[Task]:
    if not policy.can(actor, WRITE):
        return
    rows = session.scalars(
        select(Posting)
        .where(
            visible_to(actor, Posting),
            Posting.organisation_id == actor.organisation_id,
            Posting.state == RETURNED,
        )
        .order_by(Posting.updated_at)
        .limit(MOST_TASKS)
    )
    for one in rows:
        yield Task(
            kind="posting.returned",
            title=_("按意见修改：%(title)s", title=one.title),
            address=url_for("posting.shown", posting_id=one.id),
            since=one.updated_at,
            otherwise=_l("它停在这里，不会公开。"),
        )


def _previews(session: Session, actor: Actor) -> Iterable[Task]:
    rows = session.scalars(
        select(Upload)
        .where(visible_to(actor, Upload), Upload.state == CHECKED)
        .order_by(Upload.id)
        .limit(MOST_TASKS)
    )
    for one in rows:
        yield Task(
            kind="posting.upload",
            title=_("看过再提交：%(name)s", name=one.name),
            address=url_for("uploads.shown", upload_id=one.id),
            since=one.updated_at,
            otherwise=_l("表格里的行没有提交，没有人审核。"),
        )
