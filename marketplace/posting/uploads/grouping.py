"""What is wrong in the rows of a file, by column and reason, so that no fault hides another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, cast, distinct, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from marketplace.catalogue.inputs import Issue
from marketplace.core.tables import RowError
from marketplace.core.web.wording import gettext as _
from marketplace.posting.models import RowIssue, Upload, UploadIssue
from marketplace.posting.uploads.jobs import in_both_languages
from marketplace.posting.uploads.showing import ShownIssue, shown_issue
from marketplace.posting.wording import labels

EXAMPLES = 20
SHOWN_GROUPS = 50
SHOWN_RANGES = 5
Kind = tuple[str, str, str]

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


def issue_values(row: int, issue: Issue | RowError, *, is_warning: bool = False) -> dict[str, Any]:
    """What is wrong in a row, as the columns of :class:`RowIssue` hold it."""
    # Where a value could not be read the reader's code is the field; other codes name no column.
    field = issue.field if isinstance(issue, Issue) else issue.code
    reason = in_both_languages(issue.reason)
    return {
        "row": row,
        "field": field[:64],
        "column": (issue.column or "")[:300],
        "value": issue.value.replace("\0", "␀"),
        "reason": reason,
        "kind": kind_of(reason, issue.value),
        "is_warning": is_warning,
    }


@dataclass(frozen=True)
class FileIssues:
    """The issues of one file: their table, those of this file, and its fields' labels by key."""

    model: type[RowIssue]
    of_file: ColumnElement[bool]
    labels: Mapping[str, Any]


def issues_of(upload: Upload) -> FileIssues:
    """The issues of an upload."""
    return FileIssues(UploadIssue, UploadIssue.upload_id == upload.id, labels(upload.kind))


def issue_groups(
    session: Session, issues: FileIssues, *, is_warning: bool
) -> tuple[list[IssueGroup], int]:
    """What is wrong, or doubtful, the most frequent first; and how many kinds there are in all.

    Sentences that differ only in a number or in the value that they name are one kind. However
    many rows have a fault, it is counted by the database, and only examples of it are read.
    """
    counted = session.execute(_counts(issues, is_warning=is_warning)).all()
    if not counted:
        return [], 0
    examples = _examples(session, issues, [tuple(one[:3]) for one in counted], is_warning)
    groups = [_group(issues, one, examples[tuple(one[:3])]) for one in counted]
    return groups, counted[0].kinds


def _counts(issues: FileIssues, *, is_warning: bool) -> Any:
    """The most frequent kinds: how often, from which row to which, whether in the same words."""
    model = issues.model
    kind = (model.field, model.column, model.kind)
    sentence = cast(model.reason, Text)
    return (
        select(
            *kind,
            func.count().label("times"),
            func.count(distinct(model.row)).label("rows"),
            func.min(model.row).label("first"),
            func.max(model.row).label("last"),
            (func.min(sentence) == func.max(sentence)).label("is_same"),
            func.count().over().label("kinds"),
        )
        .where(issues.of_file, model.is_warning == is_warning)
        .group_by(*kind)
        .order_by(func.count().desc(), func.min(model.row))
        .limit(SHOWN_GROUPS)
    )


def _examples(
    session: Session, issues: FileIssues, kinds: Sequence[Kind], is_warning: bool
) -> Mapping[Kind, Sequence[RowIssue]]:
    """The first issues of each of these kinds."""
    model = issues.model
    kind = (model.field, model.column, model.kind)
    place = func.row_number().over(partition_by=kind, order_by=(model.row, model.id))
    placed = (
        select(model, place.label("place"))
        .where(issues.of_file, model.is_warning == is_warning, tuple_(*kind).in_(kinds))
        .subquery()
    )
    issue = aliased(model, placed)
    query = select(issue).where(placed.c.place <= EXAMPLES).order_by(issue.row, issue.id)
    found: dict[Kind, list[RowIssue]] = defaultdict(list)
    for one in session.scalars(query):
        found[one.field, one.column, one.kind].append(one)
    return found


def _group(issues: FileIssues, counted: Row[Any], found: Sequence[RowIssue]) -> IssueGroup:
    examples = [shown_issue(issues.labels, one) for one in found]
    if counted.rows == counted.last - counted.first + 1:
        known = list(range(counted.first, counted.last + 1))
    else:
        known = sorted({one.row for one in found})
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
