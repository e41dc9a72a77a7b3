"""What is hashed is the same on every database, and tells apart what differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from marketplace.core.audit_chain.canonical import (
    FORMATS,
    canonical_moment,
    row_digest,
)

MOMENT = datetime(2026, 11, 23, 4, 0, 0, 120, tzinfo=UTC)
ROW = {
    "id": 5,
    "at": MOMENT,
    "actor_kind": "person",
    "actor_name": "李四",
    "person_id": 7,
    "organisation_id": None,
    "action": "listing.publish",
    "subject_kind": "result",
    "subject_id": 5,
    "subject_version": 2,
    "detail": {"note": "首次", "a": None},
}


def digest(**values: Any) -> bytes:
    row = {**ROW, **values}
    return row_digest([row[name] for name in FORMATS[1]], 1)[1]


def test_the_first_format_never_changes() -> None:
    written = (
        '{"action":"listing.publish","actor_kind":"person","actor_name":"李四",'
        '"at":"2026-11-23T04:00:00.000120Z","detail":{"a":null,"note":"首次"},"id":5,'
        '"organisation_id":null,"person_id":7,"subject_id":5,"subject_kind":"result",'
        '"subject_version":2}'
    )
    assert digest() == sha256(written.encode()).digest()


@pytest.mark.parametrize(
    "values",
    [
        {"at": "2026-11-23 04:00:00.000120"},
        {"at": "2026-11-23T04:00:00.000120+00:00"},
        {"at": MOMENT.astimezone(timezone(timedelta(hours=8)))},
        {"at": MOMENT.replace(tzinfo=None)},
        {"detail": '{"note": "首次", "a": null}'},
        {"detail": '{"a":null,"note":"\\u9996\\u6b21"}'},
        {"detail": {"a": None, "note": "首次"}},
    ],
)
def test_what_means_the_same_is_hashed_alike_however_a_database_keeps_it(
    values: dict[str, Any],
) -> None:
    assert digest(**values) == digest()


@pytest.mark.parametrize(
    "values",
    [
        {"at": MOMENT + timedelta(microseconds=1)},
        {"at": "yesterday"},
        {"organisation_id": 0},
        {"organisation_id": ""},
        {"subject_version": "2"},
        {"detail": {"note": "首次"}},
        {"detail": {"note": "首次", "a": "None"}},
        {"detail": {"note": "首次", "a": False}},
        {"detail": "{"},
        {"actor_name": b"\xff"},
        {"actor_name": "\udcff"},
    ],
)
def test_what_differs_is_hashed_differently(values: dict[str, Any]) -> None:
    assert digest(**values) != digest()


def test_a_time_without_fractions_is_written_to_the_microsecond() -> None:
    assert canonical_moment("2026-11-23 04:00:00") == "2026-11-23T04:00:00.000000Z"
