"""The same fault in many rows is said once; no fault hides another."""

from __future__ import annotations

import csv
import io

from marketplace.core.db import db
from marketplace.posting.uploads.grouping import IssueGroup, issue_groups
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import checked, row


def rows_of(group: IssueGroup) -> str:
    return group.rows.replace("\u00a0", " ")


def test_a_fault_of_every_row_says_from_which_to_which(people: People) -> None:
    upload = checked(people.browser("clerk"), [row(number, stage="") for number in range(1, 41)])
    groups, _kinds = issue_groups(db.session, upload, is_warning=False)
    assert [(rows_of(one), one.count) for one in groups] == [("第 2–41 行", 40)]


def test_a_fault_of_all_rows_is_one_line_and_hides_no_other(people: People) -> None:
    clerk = people.browser("clerk")
    rows = [row(number, stage="", trl="") for number in range(1, 301)]
    for number in (4, 5, 9):
        rows[number]["trl"] = f"{number}0"
    upload = checked(clerk, rows)
    groups, kinds = issue_groups(db.session, upload, is_warning=False)
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
    groups, _kinds = issue_groups(db.session, upload, is_warning=False)
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
