"""What is wrong in the rows of an upload, by column and reason, so that no fault hides another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Text, cast, distinct, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from marketplace.core.web.wording import gettext as _
from marketplace.posting.models import Upload, UploadIssue
from marketplace.posting.uploads.showing import ShownIssue, shown_issue

EXAMPLES = 20
SHOWN_GROUPS = 50
SHOWN_RANGES = 5
Kind = tuple[str, str, str]

_KIND = (UploadIssue.field, UploadIssue.column, UploadIssue.kind)
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


def kind_of(reason: Mapping[str, str], value: str) -> str:
    """The sentence of an issue without the value that it names and without numbers.

    ``reason`` is by language. A NUL, which PostgreSQL takes in no text, is left out as well.
    """
    sentence = reason["zh"]
    if value:
        sentence = sentence.replace(value, "")
    return _NUMBER.sub("", sentence).replace("\0", "")


def issue_groups(
    session: Session, upload: Upload, *, is_warning: bool
) -> tuple[list[IssueGroup], int]:
    """What is wrong, or doubtful, the most frequent first; and how many kinds there are in all.

    Sentences that differ only in a number or in the value that they name are one kind. However
    many rows have a fault, it is counted by the database, and only examples of it are read.
    """
    counted = session.execute(_counts(upload, is_warning=is_warning)).all()
    if not counted:
        return [], 0
    examples = _examples(session, upload, [tuple(one[:3]) for one in counted], is_warning)
    groups = [_group(upload, one, examples[tuple(one[:3])]) for one in counted]
    return groups, counted[0].kinds


def _counts(upload: Upload, *, is_warning: bool) -> Any:
    """The most frequent kinds: how often, from which row to which, whether in the same words."""
    sentence = cast(UploadIssue.reason, Text)
    return (
        select(
            *_KIND,
            func.count().label("times"),
            func.count(distinct(UploadIssue.row)).label("rows"),
            func.min(UploadIssue.row).label("first"),
            func.max(UploadIssue.row).label("last"),
            (func.min(sentence) == func.max(sentence)).label("is_same"),
            func.count().over().label("kinds"),
        )
        .where(UploadIssue.upload_id == upload.id, UploadIssue.is_warning == is_warning)
        .group_by(*_KIND)
        .order_by(func.count().desc(), func.min(UploadIssue.row))
        .limit(SHOWN_GROUPS)
    )


def _examples(
    session: Session, upload: Upload, kinds: Sequence[Kind], is_warning: bool
) -> Mapping[Kind, Sequence[UploadIssue]]:
    """The first issues of each of these kinds."""
    place = func.row_number().over(partition_by=_KIND, order_by=(UploadIssue.row, UploadIssue.id))
    placed = (
        select(UploadIssue, place.label("place"))
        .where(
            UploadIssue.upload_id == upload.id,
            UploadIssue.is_warning == is_warning,
            tuple_(*_KIND).in_(kinds),
        )
        .subquery()
    )
    issue = aliased(UploadIssue, placed)
    query = select(issue).where(placed.c.place <= EXAMPLES).order_by(issue.row, issue.id)
    found: dict[Kind, list[UploadIssue]] = defaultdict(list)
    for one in session.scalars(query):
        found[one.field, one.column, one.kind].append(one)
    return found


def _group(upload: Upload, counted: Row[Any], issues: Sequence[UploadIssue]) -> IssueGroup:
    examples = [shown_issue(upload, one) for one in issues]
    if counted.rows == counted.last - counted.first + 1:
        known = list(range(counted.first, counted.last + 1))
    else:
        known = sorted({one.row for one in issues})
    return IssueGroup(
        examples[0].column,
        examples[0].reason,
        bool(counted.is_same),
        counted.times,
        _rows_text(known, counted.last),
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
