"""What waits for a holder, as the list of one's tasks tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.i18n import DISPLAY_ZONE, local_date, today
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.states import StateChange
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.freshness.queries import Key, due_keys, hidden_keys, waiting
from marketplace.freshness.terms import present_terms


def declare_tasks() -> None:
    """Let the list of tasks ask what waits for a holder's word."""
    my_tasks.add("freshness", _tasks)


def _tasks(session: Session, actor: Actor) -> Iterator[Task]:
    """One task for all that is due, and one for all that is hidden, however many there are."""
    due = due_keys(actor)
    if due:
        yield _due_task(actor, due)
    hidden = hidden_keys(actor)
    if hidden:
        yield _hidden_task(session, hidden)


def _due_task(actor: Actor, keys: list[Key]) -> Task:
    listings = waiting(actor, keys)
    terms = present_terms()
    # What nobody was asked about yet is due since the interval ended.
    since = [
        one.asking.asked_at
        if one.asking
        else _midnight(local_date(one.since) + terms.interval if one.since else today())
        for one in listings
    ]
    last_days = [one.hidden_on - timedelta(days=1) for one in listings if one.hidden_on]
    title = (
        _("确认“%(title)s”是否仍然有效", title=listings[0].title)
        if len(listings) == 1
        else ngettext(
            "确认 %(num)s 条成果和专利是否仍然有效",
            "确认 %(num)s 条成果和专利是否仍然有效",
            len(listings),
        )
    )
    return Task(
        "listing.confirm",
        title,
        url_for("freshness.due"),
        min(since),
        _("先在搜索里排到后面，再往后就不展示了。"),
        max(min(last_days), today()) if last_days else None,
    )


def _hidden_task(session: Session, keys: list[Key]) -> Task:
    return Task(
        "listing.reconfirm",
        ngettext(
            "%(num)s 条因为没有确认不再展示，确认后恢复",
            "%(num)s 条因为没有确认不再展示，确认后恢复",
            len(keys),
        ),
        url_for("freshness.due"),
        _hidden_since(session, keys),
        _("一直不展示。"),
    )


def _hidden_since(session: Session, keys: list[Key]) -> datetime:
    kind, record_id = keys[0]
    moment = session.scalar(
        select(func.max(StateChange.at)).where(
            StateChange.subject_kind == kind, StateChange.subject_id == record_id
        )
    )
    return moment or _midnight(today())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), DISPLAY_ZONE)
