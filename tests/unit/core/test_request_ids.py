"""The id of a request: taken when it is sane, and carried to whatever the request causes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import structlog
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars

from marketplace.core import messaging
from marketplace.core.db import writing
from marketplace.core.outbox import Consumer, OutboxEvent, drain, record_event, subscribe
from marketplace.core.redaction import redact, redact_event
from marketplace.core.request_ids import current_request_id, request_id_from, working_for


@pytest.mark.parametrize("given_id", ["a", "3f0c-11.x_Y", "9" * 64, "Root.1-67890"])
def test_a_sane_id_is_taken_as_it_is(given_id: str) -> None:
    assert request_id_from(given_id) == given_id


@pytest.mark.parametrize(
    "given_id",
    [
        "a13812345678b0f3a9c1b77e24d5f9a1",
        "c03791234567b24e0d98f1aa35bd97e0",
        "13812345-6789-4abc-8def-0123456789ab",
        "A3812345-6789-4ABC-8DEF-013812345678",
    ],
)
def test_an_id_drawn_by_a_proxy_is_taken_whatever_its_digits_look_like(given_id: str) -> None:
    assert redact(given_id) != given_id
    assert request_id_from(given_id) == given_id
    event = {"event": "x", "request_id": given_id, "other": given_id}
    logged = redact_event(None, "info", event)
    assert logged["request_id"] == given_id
    assert logged["other"] != given_id


@pytest.mark.parametrize(
    "given_id",
    [None, "", "x" * 65, "a b", "a\nb", "编号", "-a", "a;b", "13812345678", "<script>", 7],
)
def test_any_other_is_replaced(given_id: object) -> None:
    made = request_id_from(given_id)
    assert made != given_id
    assert made.isascii()
    assert made.isalpha()


@given(st.text())
def test_what_comes_out_can_always_stand_in_a_header_and_a_log(given_id: str) -> None:
    made = request_id_from(given_id)
    assert made.isascii()
    assert made.isprintable()
    assert 0 < len(made) <= 64
    assert redact(made) == made


def test_work_for_many_requests_names_a_few() -> None:
    with working_for([f"r{number}" for number in range(100)]):
        assert current_request_id() == "r0,r1,r10,r11,r12,…"
    with working_for([None]):
        assert current_request_id() is None


@pytest.mark.usefixtures("no_consumers", "core_app")
def test_a_handler_of_an_event_logs_the_request_that_recorded_it() -> None:
    seen: list[str | None] = []

    def handle(events: Sequence[OutboxEvent]) -> None:
        seen.append(current_request_id())

    subscribe(Consumer("listener", frozenset({"happened"}), handle))
    with bound_contextvars(request_id="from-a-request"), writing() as session:
        record_event(session, "happened", "thing", 1, colour="red")
    assert current_request_id() is None
    assert drain() == 1
    assert seen == ["from-a-request"]
    with writing() as session:
        record_event(session, "happened", "thing", 2)
    drain()
    assert seen == ["from-a-request", None]


@pytest.mark.usefixtures("no_consumers", "core_app")
def test_a_failure_is_logged_with_the_request_that_caused_it() -> None:
    def fail(events: Sequence[OutboxEvent]) -> None:
        raise RuntimeError("no")

    subscribe(Consumer("listener", frozenset({"happened"}), fail))
    with bound_contextvars(request_id="from-a-request"), writing() as session:
        record_event(session, "happened", "thing", 1)
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        drain()
    (line,) = [line for line in lines if line["event"] == "outbox_failed"]
    assert line["request_id"] == "from-a-request"


def test_a_message_to_the_worker_carries_the_id(core_app: Flask) -> None:
    sent: list[dict[str, Any]] = []

    class Sender:
        def send_task(self, name: str, **options: Any) -> None:
            sent.append(options)

    core_app.extensions["celery"] = Sender()
    with bound_contextvars(request_id="from-a-request"):
        messaging.send("market.drain")
    assert sent[0]["headers"] == {"request_id": "from-a-request"}
