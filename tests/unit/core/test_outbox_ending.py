"""A worker that is to end finishes the batch it has, and leaves the rest as it is."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import pytest

from marketplace.core import outbox
from marketplace.core.db import writing
from marketplace.core.outbox import (
    Consumer,
    OutboxEvent,
    drain,
    record_event,
    stop_draining,
    subscribe,
)
from marketplace.core.outbox_upkeep import backlog


@pytest.mark.usefixtures("no_consumers", "core_app")
def test_the_batch_at_hand_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_stopping", Event())
    handled: list[int] = []

    def handle(events: Sequence[OutboxEvent]) -> None:
        handled.extend(event.subject_id for event in events)
        stop_draining()

    subscribe(Consumer("one", frozenset({"happened"}), handle, batch=2))
    subscribe(Consumer("other", frozenset({"happened"}), handle, batch=2))
    with writing() as session:
        for number in range(5):
            record_event(session, "happened", "thing", number)
    assert drain() == 2
    assert handled == [0, 1]
    assert backlog().waiting == 8
    assert drain() == 0
