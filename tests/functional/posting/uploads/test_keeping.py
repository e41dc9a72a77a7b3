"""A spreadsheet is kept until it is decided and some days more; what others need stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from marketplace.core.attachments import Attachment
from marketplace.core.contents import forget_contents
from marketplace.core.db import now, writing
from marketplace.core.outbox import drain
from marketplace.posting.models import Upload
from marketplace.posting.reviewing import approve, publish, return_posting
from marketplace.posting.uploads.undoing import undo_upload
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import checked, fresh, row, submitted
from tests.functional.posting.uploads.test_course import postings


def later(days: int) -> datetime:
    return now() + timedelta(days=days)


def is_kept(app: Flask, upload: Upload) -> bool:
    return bool(app.extensions["files"].holds(fresh(upload.id).sha256))


def attach(sha256: str, *, removed_at: datetime | None) -> None:
    with writing() as session:
        session.add(
            Attachment(
                subject_kind="posting",
                subject_id=1,
                purpose="open",
                name="a.csv",
                media_type="text/csv",
                size=1,
                sha256=sha256,
                removed_at=removed_at,
            )
        )


def test_what_was_taken_back_goes_after_the_days_that_are_set(app: Flask, people: People) -> None:
    app.extensions["settings"].upload_kept_days = 10
    upload = checked(people.browser("clerk"), [row(1)])
    undo_upload(people["clerk"], upload.id)
    drain()
    with time_machine.travel(later(9)):
        assert forget_contents() == 0
    with time_machine.travel(later(11)):
        assert forget_contents() == 1
        assert forget_contents() == 0
    assert not is_kept(app, upload)


def test_what_waits_for_a_decision_stays_and_what_is_decided_goes_days_after(
    app: Flask, people: People
) -> None:
    upload = submitted(people.browser("clerk"), [row(1), row(2)])
    first, second = postings(upload.id)
    with time_machine.travel(later(400)):
        assert forget_contents() == 0
        return_posting(people["reviewer"], first.id, "补数据")
        approve(people["reviewer"], second.id, confirms_secrecy=True)
        assert forget_contents() == 0
        publish(people["bureau"], second.id)
        assert forget_contents() == 0
    with time_machine.travel(later(400 + 31)):
        assert forget_contents() == 1
    assert not is_kept(app, upload)


def test_a_preview_that_nobody_handed_in_stays(app: Flask, people: People) -> None:
    upload = checked(people.browser("clerk"), [row(1)])
    with time_machine.travel(later(400)):
        assert forget_contents() == 0
    assert is_kept(app, upload)


def test_a_content_that_another_upload_needs_stays(app: Flask, people: People) -> None:
    clerk = people.browser("clerk")
    upload, _same = checked(clerk, [row(1)]), checked(clerk, [row(1)])
    undo_upload(people["clerk"], upload.id)
    drain()
    with time_machine.travel(later(400)):
        assert forget_contents() == 0
    assert is_kept(app, upload)


@pytest.mark.parametrize("days", [0, 20])
def test_a_content_that_a_file_of_a_record_needs_stays(
    app: Flask, people: People, days: int
) -> None:
    upload = checked(people.browser("clerk"), [row(1)])
    undo_upload(people["clerk"], upload.id)
    drain()
    attach(upload.sha256, removed_at=later(380) if days else None)
    with time_machine.travel(later(400)):
        assert forget_contents() == 0
    assert is_kept(app, upload)


def test_a_removed_file_of_a_record_leaves_the_spreadsheet_of_the_same_content(
    app: Flask, people: People
) -> None:
    upload = checked(people.browser("clerk"), [row(1)])
    attach(upload.sha256, removed_at=now())
    with time_machine.travel(later(400)):
        assert forget_contents() == 0
    assert is_kept(app, upload)
