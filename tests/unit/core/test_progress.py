"""Long jobs: pace, and finding a job again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from marketplace.core.db import db, writing
from marketplace.core.progress import RUNNING, Job, find_job, pace

MINUTE = timedelta(minutes=1)


def start(kind: str, key: str) -> None:
    with writing() as session:
        session.add(Job(kind=kind, key=key, label="patents.csv"))


def test_a_job_is_found_again_by_its_kind_and_key(core_app: Flask) -> None:
    start("import", "abc")
    job = find_job(db.session, "import", "abc")
    assert job is not None
    assert (job.state, job.done, job.position, job.counts) == (RUNNING, 0, 0, {})
    assert find_job(db.session, "import", "abd") is None
    assert find_job(db.session, "export", "abc") is None


def test_the_same_work_is_never_two_jobs(core_app: Flask) -> None:
    start("import", "abc")
    with pytest.raises(IntegrityError):
        start("import", "abc")


def test_how_far_a_job_was_is_known_after_a_break(core_app: Flask) -> None:
    start("import", "abc")
    with writing() as session:
        job = find_job(session, "import", "abc")
        assert job is not None
        job.position, job.done = 4096, 100
        job.counts = {"added": 98, "refused": 2}
    db.session.expire_all()
    job = find_job(db.session, "import", "abc")
    assert job is not None
    assert (job.position, job.done, job.counts) == (4096, 100, {"added": 98, "refused": 2})


def test_the_pace_is_rows_a_second_and_the_time_left_at_that_rate() -> None:
    reached = pace(600, MINUTE, share_done=0.25)
    assert reached.rows_per_second == 10
    assert reached.left == 3 * MINUTE


def test_the_time_left_is_unknown_before_the_first_row_and_nothing_at_the_end() -> None:
    assert pace(0, MINUTE, share_done=0).left is None
    assert pace(0, MINUTE, share_done=1e-9).left is None
    assert pace(600, MINUTE, share_done=1).left == timedelta()


@given(
    rows=st.integers(0, 10**7),
    seconds=st.integers(0, 10**6),
    share_done=st.floats(0, 1, exclude_min=True, allow_subnormal=False),
)
def test_any_pace_can_be_told_and_is_never_negative(
    rows: int, seconds: int, share_done: float
) -> None:
    reached = pace(rows, timedelta(seconds=seconds), share_done)
    assert reached.rows_per_second >= 0
    assert reached.left is None or reached.left >= timedelta()
