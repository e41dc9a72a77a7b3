"""The database: the one way to write, times in UTC, bilingual columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from inspect import iscoroutinefunction
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from marketplace.core.audit import AuditEntry
from marketplace.core.db import BilingualText, after_commit, db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.progress import Job

WAIT = 20


class Trouble(Exception):
    """Something that goes wrong in the middle of a service."""


def add_jobs(*keys: str) -> None:
    with writing() as session:
        session.add_all(Job(kind="test", key=key, label=key) for key in keys)


def add_job(key: str) -> None:
    add_jobs(key)


def write_and_fail(work: Callable[[Session], object], error: BaseException) -> None:
    with writing() as session:
        work(session)
        raise error


def job_keys() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Job.key).order_by(Job.key)))


def in_thread(app: Flask, work: Callable[[], None], failures: list[BaseException]) -> Thread:
    def run() -> None:
        try:
            with app.app_context():
                work()
        except BaseException as error:
            failures.append(error)

    thread = Thread(target=run)
    thread.start()
    return thread


def test_the_end_of_a_request_closes_its_session_without_an_event_loop(core_app: Flask) -> None:
    names = [close.__name__ for close in core_app.teardown_appcontext_funcs]
    assert "_close_sessions" in names
    assert not any(map(iscoroutinefunction, core_app.teardown_appcontext_funcs))


def test_what_a_service_writes_is_there_when_it_ends(core_app: Flask) -> None:
    with writing() as session:
        session.add(Job(kind="test", key="a", label="a"))
        session.add(Job(kind="test", key="b", label="b"))
    assert job_keys() == ["a", "b"]


@pytest.mark.parametrize("error", [Trouble(), KeyboardInterrupt()])
def test_an_error_or_an_interruption_takes_everything_back(
    core_app: Flask, error: BaseException
) -> None:
    def work(session: Session) -> None:
        session.add(Job(kind="test", key="a", label="a"))
        session.flush()

    with pytest.raises(type(error)):
        write_and_fail(work, error)
    assert job_keys() == []


def test_a_constraint_that_fails_at_the_commit_takes_everything_back(core_app: Flask) -> None:
    add_job("a")
    with pytest.raises(IntegrityError):
        add_jobs("b", "a")
    assert job_keys() == ["a"]
    add_job("c")
    assert job_keys() == ["a", "c"]


def test_a_service_called_by_a_service_joins_its_transaction(core_app: Flask) -> None:
    with pytest.raises(Trouble):
        write_and_fail(lambda _session: add_job("inner"), Trouble())
    assert job_keys() == []

    with writing() as outer:
        add_job("inner")
        with writing() as inner:
            assert inner is outer
    assert job_keys() == ["inner"]


def test_a_savepoint_takes_one_row_back_and_leaves_the_rest(core_app: Flask) -> None:
    with writing() as session:
        add_job("good")
        with pytest.raises(Trouble), session.begin_nested():
            write_and_fail(lambda _session: add_job("bad"), Trouble())
        add_job("also good")
    assert job_keys() == ["also good", "good"]


def test_what_was_left_unfinished_outside_a_service_is_not_written_with_it(
    core_app: Flask,
) -> None:
    db.session.add(Job(kind="test", key="stray", label=""))
    add_job("meant")
    assert job_keys() == ["meant"]


def test_a_hook_runs_once_after_the_commit_however_often_it_was_asked_for(
    core_app: Flask,
) -> None:
    seen: list[list[str]] = []
    with writing() as session:
        for key in "ab":
            add_job(key)
            after_commit(session, "look", lambda: seen.append(job_keys()))
        assert seen == []
    assert seen == [["a", "b"]]
    add_job("c")
    assert len(seen) == 1


def test_no_hook_runs_after_a_rollback_nor_with_a_later_transaction(core_app: Flask) -> None:
    ran: list[str] = []
    with pytest.raises(Trouble):
        write_and_fail(
            lambda session: after_commit(session, "first", lambda: ran.append("first")), Trouble()
        )
    add_job("a")
    assert ran == []


def test_a_hook_asked_for_outside_a_service_does_not_run_with_a_later_one(
    core_app: Flask,
) -> None:
    ran: list[str] = []
    after_commit(db.session, "stray", lambda: ran.append("stray"))
    add_job("a")
    assert ran == []


def test_a_hook_may_write_in_a_transaction_of_its_own(core_app: Flask) -> None:
    with writing() as session:
        after_commit(session, "more", lambda: add_job("more"))
    assert job_keys() == ["more"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_only_reads_may_not_write(core_app: Flask, method: str) -> None:
    with (
        core_app.test_request_context("/any", method=method),
        pytest.raises(RuntimeError, match="must not change anything"),
    ):
        add_job("a")
    assert job_keys() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_request_that_changes_something_may_write(core_app: Flask, method: str) -> None:
    with core_app.test_request_context("/any", method=method):
        add_job("a")
    assert job_keys() == ["a"]


def test_a_second_writer_waits_for_the_first_and_sees_what_it_wrote(core_app: Flask) -> None:
    add_job("shared")
    first_is_in, second_is_in, let_go = Event(), Event(), Event()
    failures: list[BaseException] = []

    def add_one() -> None:
        with writing() as session:
            (second_is_in if first_is_in.is_set() else first_is_in).set()
            job = session.scalars(select(Job)).one()
            job.done += 1
            session.flush()
            assert let_go.wait(WAIT)

    first = in_thread(core_app, add_one, failures)
    assert first_is_in.wait(WAIT)
    second = in_thread(core_app, add_one, failures)
    assert not second_is_in.wait(0.2)
    let_go.set()
    first.join(WAIT)
    second.join(WAIT)
    assert failures == []
    assert second_is_in.is_set()
    db.session.rollback()
    assert db.session.scalar(select(Job.done)) == 2


def test_a_reader_sees_the_old_state_while_somebody_writes(core_app: Flask) -> None:
    add_job("old")
    has_written, let_go = Event(), Event()
    failures: list[BaseException] = []

    def write_slowly() -> None:
        with writing() as session:
            session.add(Job(kind="test", key="new", label=""))
            session.flush()
            has_written.set()
            assert let_go.wait(WAIT)

    writer = in_thread(core_app, write_slowly, failures)
    assert has_written.wait(WAIT)
    assert job_keys() == ["old"]
    let_go.set()
    writer.join(WAIT)
    assert failures == []
    assert job_keys() == ["new", "old"]


def test_many_writers_at_once_lose_no_row(core_app: Flask) -> None:
    failures: list[BaseException] = []

    def add_some(name: str) -> Callable[[], None]:
        def work() -> None:
            for number in range(10):
                add_job(f"{name}{number}")

        return work

    threads = [in_thread(core_app, add_some(name), failures) for name in "abcd"]
    for thread in threads:
        thread.join(WAIT)
    assert failures == []
    assert len(job_keys()) == 40


def test_sqlite_keeps_a_journal_beside_checks_foreign_keys_and_syncs_each_commit(
    core_app: Flask,
) -> None:
    values = [
        db.session.scalar(text(f"PRAGMA {name}"))
        for name in ("journal_mode", "foreign_keys", "synchronous")
    ]
    assert values == ["wal", 1, 2]


def test_a_naive_time_is_refused(core_app: Flask) -> None:
    with pytest.raises(StatementError, match="time zone"):
        db.session.execute(select(AuditEntry).where(AuditEntry.at < datetime(2026, 1, 1)))  # noqa: DTZ001


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    moment=st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1)),  # noqa: DTZ001
    hours=st.integers(-12, 14),
)
def test_a_time_comes_back_as_the_same_moment_in_utc(
    core_app: Flask, moment: datetime, hours: int
) -> None:
    given_time = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    db.session.rollback()
    db.session.execute(insert(Job).values(kind="t", key="t", label="", created_at=given_time))
    stored = db.session.scalar(select(Job.created_at))
    assert stored == given_time
    assert stored is not None
    assert stored.tzinfo is UTC
    assert db.session.scalar(select(func.max(Job.created_at))) == given_time
    db.session.rollback()


def test_times_are_compared_as_moments_not_as_texts(core_app: Flask) -> None:
    shanghai = timezone(timedelta(hours=8))
    late = datetime(2026, 1, 2, 1, 0, tzinfo=shanghai)
    with writing() as session:
        session.add(Job(kind="t", key="t", label="", finished_at=late))
    before_midnight = datetime(2026, 1, 1, 18, 0, tzinfo=UTC)
    found = select(Job.key).where(Job.finished_at < before_midnight)
    assert db.session.scalars(found).all() == ["t"]


def test_an_unknown_time_stays_unknown(core_app: Flask) -> None:
    add_job("a")
    assert db.session.scalars(select(Job.finished_at)).all() == [None]


def test_now_is_aware_and_in_utc() -> None:
    assert now().tzinfo is UTC


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        (Bilingual("中文", "English"), {"zh": "中文", "en": "English"}),
        (Bilingual(zh="只有中文"), {"zh": "只有中文"}),
        (Bilingual(en="English only"), {"en": "English only"}),
    ],
)
def test_a_bilingual_column_keeps_only_the_languages_that_there_are(
    core_app: Flask, given_text: Bilingual, stored: dict[str, str]
) -> None:
    raw, read_back = through_a_column(given_text)
    assert json.loads(raw) == stored
    assert read_back == given_text


@pytest.mark.parametrize("given_text", [Bilingual(), None])
def test_a_bilingual_column_keeps_a_text_without_words_as_nothing(
    core_app: Flask, given_text: Bilingual | None
) -> None:
    assert through_a_column(given_text) == (None, None)


def through_a_column(given_text: Bilingual | None) -> tuple[Any, Bilingual | None]:
    """What lies in the database after storing a text, and what is read back."""
    table = Table("note", MetaData(), Column("id", Integer), Column("text", BilingualText))
    session = db.session
    table.create(session.connection())
    session.execute(table.insert().values(id=1, text=given_text))
    return session.scalar(text("SELECT text FROM note")), session.scalar(select(table.c.text))
