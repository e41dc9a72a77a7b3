"""Pokes: sent by name, and no harm when lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from marketplace.core.db import writing
from marketplace.core.messaging import DRAIN, poke_drain, send
from marketplace.core.outbox import Consumer, record_event, subscribe
from marketplace.core.outbox_upkeep import backlog


class Broker:
    """A broker that takes messages, or that can't be reached."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def send_task(self, name: str, **options: Any) -> None:
        if self.error:
            raise self.error
        self.sent.append((name, options))


def connect(app: Flask, broker: Broker | None) -> None:
    app.extensions["celery"] = broker


def test_a_task_is_sent_by_its_name_and_no_answer_is_kept(core_app: Flask) -> None:
    broker = Broker()
    connect(core_app, broker)
    send("market.anything")
    poke_drain()
    assert [name for name, _options in broker.sent] == ["market.anything", DRAIN]
    assert all(options["ignore_result"] for _name, options in broker.sent)


def test_without_a_broker_nothing_is_sent(core_app: Flask) -> None:
    connect(core_app, None)
    poke_drain()
    del core_app.extensions["celery"]
    poke_drain()


@pytest.mark.parametrize("error", [ConnectionError("gone"), OSError("full"), RuntimeError("odd")])
def test_a_change_is_kept_when_its_poke_is_lost(
    core_app: Flask, no_consumers: None, error: Exception
) -> None:
    connect(core_app, Broker(error))
    subscribe(Consumer("index", frozenset({"changed"}), lambda _events: None))
    with writing() as session:
        record_event(session, "changed", "result", 1)
    assert backlog().waiting == 1
