"""What is wrong in the rows of an upload, by column and reason, so that no fault hides another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Text, cast, func, select
from sqlalchemy.orm import Session

from marketplace.core.web.wording import gettext as _
from marketplace.posting.models import Upload, UploadIssue
from marketplace.posting.uploads.showing import ShownIssue, shown_issue

EXAMPLES = 20
SHOWN_GROUPS = 50
SHOWN_RANGES = 5
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class IssueGroup:
    """One fault: how often it stands in the file, in which rows, and the first of them.

    ``reason`` is the sentence of the first; ``is_same`` says that all have this very sentence.
    """

    column: str
    reason: str
    is_same: bool
    count: int
    rows: str
    examples: Sequence[ShownIssue]


def issue_groups(
    session: Session, upload: Upload, *, is_warning: bool
) -> tuple[list[IssueGroup], int]:
    """What is wrong, or doubtful, the most frequent first; and how many kinds there are in all.

    Sentences that differ only in a number or in the value that they name are one kind.
    """
    kinds: dict[tuple[str, str, str], list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_first_of_each(upload, is_warning=is_warning)):
        kinds[_kind_of(row.UploadIssue)].append(row)
    groups = [_group(upload, rows) for rows in kinds.values()]
    groups.sort(key=lambda one: -one.count)
    return groups[:SHOWN_GROUPS], len(groups)


def _first_of_each(upload: Upload, *, is_warning: bool) -> Any:
    """The first issues of each sentence at a column, with how many have it and the last row."""
    sentence = (UploadIssue.field, UploadIssue.column, cast(UploadIssue.reason, Text))
    place = func.row_number().over(
        partition_by=sentence, order_by=(UploadIssue.row, UploadIssue.id)
    )
    found = (
        select(
            UploadIssue.id,
            place.label("place"),
            func.count().over(partition_by=sentence).label("count"),
            func.max(UploadIssue.row).over(partition_by=sentence).label("last"),
        )
        .where(UploadIssue.upload_id == upload.id, UploadIssue.is_warning == is_warning)
        .subquery()
    )
    return (
        select(UploadIssue, found.c.place, found.c.count.label("times"), found.c.last)
        .join(found, found.c.id == UploadIssue.id)
        .where(found.c.place <= EXAMPLES)
        .order_by(UploadIssue.row, UploadIssue.id)
    )


def _kind_of(issue: UploadIssue) -> tuple[str, str, str]:
    sentence = issue.reason.get("zh", "")
    if issue.value:
        sentence = sentence.replace(issue.value, "")
    return issue.field, issue.column, _NUMBER.sub("", sentence)


def _group(upload: Upload, rows: Sequence[Row[Any]]) -> IssueGroup:
    examples = [shown_issue(upload, row.UploadIssue) for row in rows[:EXAMPLES]]
    firsts = [row for row in rows if row.place == 1]
    count = sum(row.times for row in firsts)
    first, last = rows[0].UploadIssue.row, max(row.last for row in firsts)
    known = sorted({row.UploadIssue.row for row in rows})
    if len(firsts) == 1 and count == last - first + 1:
        known = list(range(first, last + 1))
    return IssueGroup(
        examples[0].column,
        examples[0].reason,
        len(firsts) == 1,
        count,
        _rows_text(known, last),
        examples,
    )


def _rows_text(rows: Sequence[int], last: int) -> str:
    """The first row numbers and the last: ``第 2–1001 行``."""
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    parts = [
        f"{first}" if first == last else f"{first}–{last}" for first, last in ranges[:SHOWN_RANGES]
    ]
    said = _("、").join(parts)
    if last > ranges[:SHOWN_RANGES][-1][1]:
        return _("第 %(rows)s 行等，最后是第 %(last)s 行", rows=said, last=last)
    return _("第 %(rows)s 行", rows=said)
