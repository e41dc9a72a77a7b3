"""The figures as Prometheus reads them: what was counted, and how the parts are now."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from marketplace.core.metrics import counted
from marketplace.operations.build import commit_of
from marketplace.operations.watch import Condition, watch
from marketplace.settings import Settings

# Part, figure of the part, name and meaning of the gauge.
GAUGES = (
    ("outbox", "waiting", "market_outbox_waiting", "Events that wait"),
    (
        "outbox",
        "lag_seconds",
        "market_outbox_oldest_seconds",
        "How long the oldest waiting event has waited",
    ),
    ("outbox", "dead", "market_outbox_dead", "Events given up after too many failures"),
    ("mail", "waiting", "market_mail_waiting", "Letters that wait to be sent"),
    (
        "audit",
        "unsealed_seconds",
        "market_audit_oldest_unsealed_seconds",
        "How long the oldest audit row that is not sealed yet has been there",
    ),
    ("search", "documents", "market_index_documents", "Documents in the search index"),
    (
        "worker",
        "silent_seconds",
        "market_worker_silent_seconds",
        "Time since the worker's last sign of life",
    ),
)


class _Present(Collector):
    """How the parts are now. A figure that nobody knows is left out, not given as 0."""

    def __init__(self, settings: Settings, condition: Condition) -> None:
        self._settings = settings
        self._parts = condition.parts

    def collect(self) -> Iterator[Metric]:
        """One gauge for each figure."""
        wells = GaugeMetricFamily(
            "market_part_ok", "Whether a part is as it should be (1) or not (0)", labels=["part"]
        )
        for name, part in self._parts.items():
            wells.add_metric([name], float(part.is_well))
        yield wells
        for part_name, figure, gauge, meaning in GAUGES:
            value = self._parts[part_name].figures.get(figure)
            if value is not None:
                yield GaugeMetricFamily(gauge, meaning, value=value)
        yield from self._schema()

    def _schema(self) -> Iterator[Metric]:
        figures = self._parts["database"].figures
        present, expected = figures.get("schema_present"), figures.get("schema_expected")
        if expected is not None:
            is_right = float(present == expected)
            yield GaugeMetricFamily(
                "market_schema_ok", "Whether the database has the schema it should", value=is_right
            )
        info = GaugeMetricFamily(
            "market_build_info", "What runs; always 1", labels=["commit", "mode", "schema"]
        )
        info.add_metric([commit_of(self._settings), self._settings.mode.value, present or ""], 1)
        yield info


def exposition(settings: Settings, *, is_with_parts: bool = True) -> bytes:
    """All figures in the text format of Prometheus.

    Without ``is_with_parts`` only what was counted: of a worker that serves its own beside a site
    that already tells of the parts.
    """
    text = generate_latest(counted())
    if is_with_parts:
        present = CollectorRegistry()
        present.register(_Present(settings, watch().look()))
        text += generate_latest(present)
    return text
