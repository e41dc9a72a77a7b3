"""What waits for somebody who is signed in: the tasks, and the inbox beside them.

What a task or a notice is belongs to the domains; here they are shown. Their counts stand on
these pages and on the account's, not in the header: there every page would pay for them with
the questions of all domains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.notifications import (
    Notification,
    count_inbox,
    inbox,
    mark_read,
    notice_kind,
)
from marketplace.core.policy import Permission, policy, signed_in
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import present_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext

blueprint = Blueprint("own", __name__)

PERMISSIONS = (
    Permission("tasks.see", signed_in, _l("待办要登录以后才能看。")),
    Permission("inbox.read", signed_in, _l("收件箱要登录以后才能看。")),
)

ROUTES = {
    "own.tasks": "tasks.see",
    "own.notices": "inbox.read",
    "own.read_notice": "inbox.read",
    "own.read_all": "inbox.read",
}


@dataclass(frozen=True)
class TaskGroups:
    """The tasks by when they are due: over, today, later or without a limit."""

    overdue: Sequence[Task]
    due_today: Sequence[Task]
    later: Sequence[Task]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return len(self.overdue) + len(self.due_today) + len(self.later)

    @property
    def heading(self) -> str:
        """What the page found, as its title."""
        late, due, later = len(self.overdue), len(self.due_today), len(self.later)
        if due:
            text = ngettext("今天要办 %(num)s 件", "今天要办 %(num)s 件", due)
            if not late:
                return text
            return text + ngettext("，另有 %(num)s 件逾期", "，另有 %(num)s 件逾期", late)
        if late:
            return ngettext("有 %(num)s 件逾期", "有 %(num)s 件逾期", late)
        if later:
            return ngettext(
                "今天没有到期的，%(num)s 件在等", "今天没有到期的，%(num)s 件在等", later
            )
        return _("现在没有事等着你办")


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the inbox shows it."""

    notice: Notification
    words: str
    address: str | None
    text: str = ""
    answer: str | None = None


def grouped(tasks: Sequence[Task]) -> TaskGroups:
    """The tasks in their groups, by today in Asia/Shanghai."""
    day = today()
    return TaskGroups(
        [one for one in tasks if one.due and one.due < day],
        [one for one in tasks if one.due == day],
        [one for one in tasks if one.due is None or one.due > day],
    )


def notice_row(notice: Notification) -> NoticeRow:
    """The sentence of a notice in the page's language, and where it leads."""
    kind = notice_kind(notice.kind)
    if kind is None:
        return NoticeRow(notice, _("这条通知所说的事，本站已经不再办理。"), None)
    params = notice.params
    return NoticeRow(
        notice,
        kind.words(params),
        kind.address(params),
        kind.text(params),
        kind.answer(notice.id),
    )


@blueprint.get("/tasks")
def tasks() -> str:
    """What waits for me, since when, and what happens if I do nothing."""
    groups = grouped(my_tasks.waiting_for(db.session, current_actor()))
    return render_template("own/tasks.html", groups=groups)


@blueprint.get("/inbox")
def notices() -> str:
    """The notices to the person and to the organisation acted for, newest first."""
    actor = current_actor()
    counts = count_inbox(actor.organisation_id, actor.person_id)
    paging = present_page(counts.total)
    found = inbox(actor.organisation_id, actor.person_id, limit=paging.size, offset=paging.offset)
    rows = [notice_row(one) for one in found]
    return render_template("own/inbox.html", rows=rows, counts=counts, paging=paging)


@blueprint.post("/inbox/<int(max=2147483647):notice_id>/read")
@form_stands_on("own.notices")
def read_notice(notice_id: int) -> Response:
    """One notice has been read; back to the same page of the inbox."""
    if not mark_read(current_actor(), notice_id):
        abort(404)
    page = number_of(request.form.get("page", ""))
    return redirect(url_for("own.notices", page=page if page > 1 else None))


@blueprint.post("/inbox/read")
@form_stands_on("own.notices")
def read_all() -> Response:
    """All notices have been read."""
    mark_read(current_actor())
    return redirect(url_for("own.notices"))


def connect_own_pages(app: Flask) -> None:
    """Put the rows into the table of permissions, and the links on the pages of the account."""
    policy.add(PERMISSIONS)
    slots: Slots = app.extensions["slots"]
    slots.fill("header", _header, order=-1)
    slots.fill("account.links", _account_links)


def _header() -> str:
    return render_template("own/_header.html") if current_actor().is_person else ""


def _account_links() -> str:
    actor = current_actor()
    return render_template(
        "own/_account_links.html",
        waiting=len(my_tasks.waiting_for(db.session, actor)),
        unread=count_inbox(actor.organisation_id, actor.person_id).unread,
    )
