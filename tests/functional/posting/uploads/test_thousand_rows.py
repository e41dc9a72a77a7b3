"""A thousand rows on the web: 970 go in, 30 are explained, and taking back leaves nothing."""

from __future__ import annotations

import csv
import io

from sqlalchemy import func, select

from marketplace.catalogue.models import Result
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.states import StateChange
from marketplace.posting.models import Posting, PostingRemark, UploadIssue, UploadRow
from marketplace.posting.reviewing import return_posting
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.uploads.sheets import checked, fresh, row

TAKEN = "9902025Y0012"
BAD: tuple[dict[str, str], ...] = (
    {"title_zh": ""},
    {"stage": "九"},
    {"problem_zh": ""},
    {"registration_number": "12"},
    {"registration_number": TAKEN},
    {"owners": "别家研究院"},
    {"trl": "=1+1"},
    {"abstract_zh": ""},
    {"result_class": "?"},
    {"title_zh": "第2种薄片的低损切割"},
)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def thousand() -> list[dict[str, str]]:
    """970 good rows, and three of each kind of bad one between them."""
    empty = {"registration_number": "", "owners": "", "trl": ""}
    rows = [row(number, **empty) for number in range(1, 1001)]
    for turn in range(3):
        for place, wrong in enumerate(BAD):
            number = 100 + turn * 300 + place * 7
            rows[number].update(wrong)
    return rows


def test_970_of_1000_rows_go_in_30_are_explained_and_taking_back_leaves_nothing(
    people: People,
) -> None:
    publish_one(people, registration_number=TAKEN)
    drain()
    before = {model: count(model) for model in (Posting, PostingRemark, Notification, Result)}
    clerk = people.browser("clerk")

    upload = checked(clerk, thousand())
    assert (upload.state, upload.rows, upload.good, upload.bad) == ("checked", 1000, 970, 30)
    assert count(Posting) == before[Posting], "a preview creates nothing"
    path = f"/uploads/{upload.id}"
    page = seen(clerk.get(path)).replace("<wbr>", "")
    assert "970 行可以提交，30 行有问题" in page
    assert "提交 970 行" in page
    assert page.count('<details class="m-fold mb-2">') == 20
    lines = list(csv.reader(io.StringIO(clerk.get(f"{path}/issues.csv").get_data(True))))[1:]
    bad_rows = {int(line[0]) for line in lines}
    assert len(bad_rows) == 30
    assert all(line[3] for line in lines)
    assert "'=1+1" in {line[2] for line in lines}, "no cell is a formula"

    for _click in range(2):
        assert clerk.post(f"{path}/submit").status_code == 302
    drain()
    assert fresh(upload.id).state == "submitted"
    entered = db.session.scalars(select(Posting).where(Posting.upload_id == upload.id)).all()
    assert len(entered) == 970
    assert {one.state for one in entered} == {"submitted"}
    assert {one.submitted_by_id for one in entered} == {people["clerk"].person_id}
    assert count(UploadRow) == 0
    steps = select(func.count()).where(StateChange.action == "posting.submit")
    assert db.session.scalar(steps.select_from(StateChange)) == 970 + 1
    assert "970 件等你审核" in seen(people.browser("reviewer").get("/reviews"))

    return_posting(people["reviewer"], entered[0].id, "补数据")
    drain()
    assert "撤回这一批的 970 条" in seen(clerk.get(f"{path}/undo"))
    for _click in range(2):
        assert clerk.post(f"{path}/undo").status_code == 302
    drain()
    assert fresh(upload.id).state == "undone"
    assert {model: count(model) for model in before} == before
    assert count(UploadIssue) == 0
    assert "什么都没有留下" in seen(clerk.get(path))
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "upload").order_by(AuditEntry.id)
    ).all()
    assert acts == [
        "upload.receive",
        "upload.checked",
        "upload.submit",
        "upload.submitted",
        "upload.undo",
        "upload.taken_back",
        "upload.undone",
    ]
