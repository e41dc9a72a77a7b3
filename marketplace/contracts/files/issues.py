"""What is wrong or doubtful in the rows of a sent file, for pages and for a list to download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from sqlalchemy import select

from marketplace.contracts.inputs import INPUT
from marketplace.contracts.models import SentFile, SentFileIssue
from marketplace.core.db import db
from marketplace.core.tables import Column, write_csv
from marketplace.core.web.wording import gettext as _
from marketplace.posting.uploads.grouping import FileIssues, IssueGroup, issue_groups
from marketplace.posting.uploads.showing import shown_issue


def groups_of(file: SentFile, *, is_warning: bool) -> tuple[list[IssueGroup], int]:
    """What is wrong, or doubtful, in a file, the most frequent first; how many kinds there are."""
    issues = FileIssues(SentFileIssue, SentFileIssue.file_id == file.id, _labels())
    return issue_groups(db.session, issues, is_warning=is_warning)


def write_issues(file: SentFile, target: BinaryIO) -> None:
    """Write everything that is wrong or doubtful as CSV; no cell of it is a formula."""
    columns = [
        Column("row", _("行号")),
        Column("column", _("列")),
        Column("value", _("值")),
        Column("reason", _("原因")),
        Column("weight", _("是否收下")),
    ]
    write_csv(target, columns, _rows(file))


def _rows(file: SentFile) -> Iterator[dict[str, object]]:
    everything = db.session.scalars(
        select(SentFileIssue)
        .where(SentFileIssue.file_id == file.id)
        .order_by(SentFileIssue.row, SentFileIssue.id)
        .execution_options(yield_per=1000)
    )
    names = _labels()
    for one in everything:
        shown = shown_issue(names, one)
        yield {
            "row": shown.row,
            "column": shown.column,
            "value": shown.value,
            "reason": shown.reason,
            "weight": _("收下了，请核对") if one.is_warning else _("没有收下"),
        }


def _labels() -> Mapping[str, Any]:
    return {field.key: field.label for field in INPUT.fields}
