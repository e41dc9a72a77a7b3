"""What the pages of an upload show: the rows as they will look, and what is wrong with others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import visible_to
from marketplace.core.tables import Column, write_csv
from marketplace.core.web.paging import Paging, page_at
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.posting.models import RowIssue, Upload, UploadIssue, UploadRow
from marketplace.posting.steps import keys_of
from marketplace.posting.uploads.jobs import Shown
from marketplace.posting.versions import shown_cell
from marketplace.posting.wording import labels

PREVIEWED = 20

STATE_NAMES: dict[str, LazyString] = {
    "checking": _l("正在检查"),
    "checked": _l("等你们提交"),
    "failed": _l("读不出来"),
    "submitting": _l("正在提交"),
    "submitted": _l("已提交"),
    "undoing": _l("正在撤回"),
    "undone": _l("已撤回"),
}
BADGES = {"checked": "m-badge--wait", "submitted": "m-badge--yes", "failed": "m-badge--no"}


@dataclass(frozen=True)
class PreviewedRow:
    """A row as it will look: its number in the file, the title, the fields that it fills."""

    number: int
    title: str
    filled: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ShownIssue:
    """What is wrong in a row, in the language of the page."""

    row: int
    column: str
    value: str
    reason: str


def state_name(upload: Upload, *, is_stopped: bool = False) -> str:
    """What an upload is at, in the page's language; also where the work on it has stopped."""
    if is_stopped:
        return _("处理到一半停下了")
    if _has_nothing_to_submit(upload):
        return _("没有可以提交的行")
    return str(STATE_NAMES[upload.state])


def sentence(texts: Mapping[str, str]) -> str:
    """A sentence that was kept in both languages, in that of the page."""
    return str(Bilingual.of(dict(texts)))


def badge(upload: Upload, *, is_stopped: bool = False) -> str:
    """The class of the badge of an upload; the word says the same."""
    if is_stopped or _has_nothing_to_submit(upload):
        return "m-badge--no"
    return BADGES.get(upload.state, "m-badge--info")


def time_left(progress: Shown) -> str:
    """How long it takes yet, in words; nothing where that isn't known."""
    left = progress.left
    if left is None:
        return ""
    if left < timedelta(minutes=2):
        seconds = max(int(left.total_seconds()), 1)
        return str(ngettext("大约还要 %(num)s 秒", "大约还要 %(num)s 秒", seconds))
    minutes = round(left.total_seconds() / 60)
    return str(ngettext("大约还要 %(num)s 分钟", "大约还要 %(num)s 分钟", minutes))


def own_uploads(actor: Actor, page: int) -> tuple[Sequence[Upload], Paging]:
    """A page of what the actor's organisation has uploaded, newest first."""
    own = visible_to(actor, Upload)
    count = db.session.scalar(select(func.count()).select_from(Upload).where(own)) or 0
    paging = page_at(page, count)
    newest = select(Upload).where(own).order_by(Upload.id.desc())
    return db.session.scalars(newest.limit(paging.size).offset(paging.offset)).all(), paging


def preview(session: Session, upload: Upload) -> list[PreviewedRow]:
    """The first good rows."""
    rows = session.scalars(
        select(UploadRow)
        .where(UploadRow.upload_id == upload.id)
        .order_by(UploadRow.id)
        .limit(PREVIEWED)
    )
    names = labels(upload.kind)
    return [
        PreviewedRow(
            row.number,
            row.title,
            [
                (str(names[key]), shown_cell(upload.kind, key, row.cells))
                for key in keys_of(upload.kind)
                if row.cells.get(key)
            ],
        )
        for row in rows
    ]


def shown_issue(names: Mapping[str, Any], issue: RowIssue) -> ShownIssue:
    """What is wrong in one row; its column as the file calls it, else as ``names`` label it."""
    column = issue.column or str(names.get(issue.field, ""))
    return ShownIssue(issue.row, column, issue.value, sentence(issue.reason))


def write_issues(upload: Upload, target: BinaryIO) -> None:
    """Write everything that is wrong or doubtful as CSV; no cell of it is a formula."""
    columns = [
        Column("row", _("行号")),
        Column("column", _("列")),
        Column("value", _("值")),
        Column("reason", _("原因")),
        Column("weight", _("是否提交")),
    ]
    write_csv(target, columns, _issue_rows(upload))


def _issue_rows(upload: Upload) -> Iterator[dict[str, object]]:
    everything = db.session.scalars(
        select(UploadIssue)
        .where(UploadIssue.upload_id == upload.id)
        .order_by(UploadIssue.row, UploadIssue.id)
        .execution_options(yield_per=1000)
    )
    names = labels(upload.kind)
    for one in everything:
        shown = shown_issue(names, one)
        weight = _("会提交，请核对") if one.is_warning else _("不会提交")
        yield {
            "row": shown.row,
            "column": shown.column,
            "value": shown.value,
            "reason": shown.reason,
            "weight": weight,
        }


def _has_nothing_to_submit(upload: Upload) -> bool:
    return upload.state == "checked" and not upload.good
