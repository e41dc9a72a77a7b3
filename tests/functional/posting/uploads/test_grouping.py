"""The same fault in many rows is said once; no fault hides another."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import event, insert

from marketplace.core.db import db, writing
from marketplace.posting.models import Upload, UploadIssue
from marketplace.posting.uploads.grouping import (
    EXAMPLES,
    SHOWN_GROUPS,
    IssueGroup,
    issue_groups,
    issues_of,
    kind_of,
)
from marketplace.posting.uploads.jobs import in_both_languages
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import checked, fresh, row
from tests.functional.statements import statements


def rows_of(group: IssueGroup) -> str:
    return group.rows.replace("\u00a0", " ")


def test_a_fault_of_every_row_says_from_which_to_which(people: People) -> None:
    upload = checked(people.browser("clerk"), [row(number, stage="") for number in range(1, 41)])
    groups, _kinds = issue_groups(db.session, issues_of(upload), is_warning=False)
    assert [(rows_of(one), one.count) for one in groups] == [("第 2–41 行", 40)]


def test_a_fault_of_all_rows_is_one_line_and_hides_no_other(people: People) -> None:
    clerk = people.browser("clerk")
    rows = [row(number, stage="", trl="") for number in range(1, 301)]
    for number in (4, 5, 9):
        rows[number]["trl"] = f"{number}0"
    upload = checked(clerk, rows)
    groups, kinds = issue_groups(db.session, issues_of(upload), is_warning=False)
    assert kinds == len(groups) == 2
    assert [(rows_of(one), one.count) for one in groups] == [
        ("第 2–5、8–10、12–24 行等，最后是第 301 行", 300 - 3),
        ("第 6–7、11 行", 3),
    ]
    page = seen(clerk.get(f"/uploads/{upload.id}"))
    assert "共 3 处" in page
    content = clerk.get(f"/uploads/{upload.id}/issues.csv").get_data(as_text=True)
    assert len(list(csv.reader(io.StringIO(content)))) == 1 + 300


def test_sentences_that_name_each_a_value_of_their_own_are_one_fault(people: People) -> None:
    rows = [row(number, tech_field=f"没有的领域{number}") for number in range(1, 4)]
    upload = checked(people.browser("clerk"), rows)
    groups, _kinds = issue_groups(db.session, issues_of(upload), is_warning=False)
    assert [(rows_of(one), one.count, one.is_same) for one in groups] == [("第 2–4 行", 3, False)]
    assert [one.value for one in groups[0].examples] == [
        "没有的领域1",
        "没有的领域2",
        "没有的领域3",
    ]


def test_a_single_fault_shows_its_value(people: People) -> None:
    clerk = people.browser("clerk")
    upload = checked(clerk, [row(1, owners="外地研究所"), row(2, owners="")])
    page = seen(clerk.get(f"/uploads/{upload.id}"))
    assert "外地研究所" in page
    assert "共 1 处" not in page


def with_issues(upload: Upload, sentences: list[tuple[str, str]]) -> Upload:
    """The upload with further issues, one a row, from values and their sentences."""
    values = []
    for number, (value, text) in enumerate(sentences, start=2):
        reason = in_both_languages(text)
        about = {"field": "registration_number", "kind": kind_of(reason, value)}
        values.append(
            {"upload_id": upload.id, "row": number, "value": value, "reason": reason, **about}
        )
    with writing() as session:
        session.execute(insert(UploadIssue), values)
    return upload


def read_issues(upload: Upload) -> tuple[int, int, list[IssueGroup], int]:
    """How many rows of issues are read and in how many statements, and the groups of it."""
    read = []

    def note_read(*arguments: Any) -> None:
        read.append(arguments)

    upload = fresh(upload.id)
    event.listen(UploadIssue, "load", note_read)
    try:
        with statements() as told:
            groups, kinds = issue_groups(db.session, issues_of(upload), is_warning=False)
    finally:
        event.remove(UploadIssue, "load", note_read)
    return len(read), len(told), groups, kinds


def test_of_thousands_of_numbers_that_are_taken_only_examples_are_read(people: People) -> None:
    taken = [
        (f"990{one}Y{one}", f"登记号 990{one}Y{one} 已经在另一条里。") for one in range(3000, 6000)
    ]
    upload = with_issues(checked(people.browser("clerk"), [row(1)]), taken)
    read, told, groups, kinds = read_issues(upload)
    assert (read, told) == (EXAMPLES, 2)
    assert [(rows_of(one), one.count, one.is_same) for one in groups] == [
        ("第 2–3001 行", 3000, False)
    ]
    assert kinds == 1
    assert [one.row for one in groups[0].examples] == list(range(2, 2 + EXAMPLES))


def test_of_thousands_of_kinds_only_those_shown_are_read(people: People) -> None:
    letters = [chr(ord("一") + one) for one in range(2000)]
    faults = [("", f"{letter}不对。") for letter in [letters[-1], *letters]]
    upload = with_issues(checked(people.browser("clerk"), [row(1)]), faults)
    read, told, groups, kinds = read_issues(upload)
    assert kinds == 2000
    assert [one.count for one in groups] == [2] + [1] * (SHOWN_GROUPS - 1)
    assert read == SHOWN_GROUPS + 1
    assert told == 2


def test_a_kind_has_nothing_of_its_row_and_nothing_that_no_database_takes() -> None:
    said = [
        ({"zh": f"“{value}”在第 {row} 行不对。"}, value)
        for row, value in ((2, "薄\0片"), (30, "热"))
    ]
    assert {kind_of(*one) for one in said} == {"“”在第  行不对。"}
    assert kind_of({"zh": "“薄\0片”不对。"}, "薄") == "“片”不对。"


def test_nothing_is_counted_while_the_page_waits_for_the_work(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = people.browser("clerk")
    upload = checked(clerk, [row(1), row(2, stage="")])
    assert "有问题的行" in seen(clerk.get(f"/uploads/{upload.id}"))
    with writing() as session:
        session.get_one(Upload, upload.id).state = "submitting"
    monkeypatch.delattr("marketplace.posting.uploads.routes.issue_groups")
    assert "正在提交 1 行" in seen(clerk.get(f"/uploads/{upload.id}"))
