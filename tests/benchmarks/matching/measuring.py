"""How long it takes to find what fits: as a whole, and channel by channel."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from marketplace.core.actor import system
from marketplace.matching.encoders import market_encoders
from marketplace.matching.searching import finder_for
from marketplace.matching.subjects import DEMAND, Subject, read_subjects
from marketplace.matching.suggesting import candidates_for, demands_for, suggest
from tests.benchmarks.latency import percentiles
from tests.benchmarks.matching.market import Asked

Figures = dict[str, Any]


def measured(asked: Asked) -> Figures:
    """Milliseconds of each way, after one round in which sentences are encoded and pages read."""
    demands = list(read_subjects(DEMAND, asked.demands).values())
    records = [
        subject
        for kind in dict.fromkeys(kind for kind, _ in asked.records)
        for subject in read_subjects(
            kind, [one for of_kind, one in asked.records if of_kind == kind]
        ).values()
    ]
    first = _times(demands, _candidates)
    figures: Figures = {
        "encoders": [encoder.name for encoder in market_encoders().used],
        "first": percentiles(first),
        "demand": percentiles(_times(demands, _candidates)),
        "channels": _channels(demands),
    }
    _times(demands, _round)
    figures["round"] = percentiles(_times(demands, _round))
    _times(records, demands_for)
    figures["record"] = percentiles(_times(records, demands_for))
    return figures


def _candidates(demand: Subject) -> object:
    return candidates_for(demand, (), frozenset())


def _round(demand: Subject) -> object:
    return suggest(system("benchmark"), demand.id)


def _channels(demands: Sequence[Subject]) -> dict[str, dict[str, float]]:
    times: dict[str, list[float]] = {}
    for demand in demands:
        for channel in finder_for("offers", demand).channels:
            began = time.perf_counter()
            channel.find(demand.question, 500)
            times.setdefault(channel.name, []).append((time.perf_counter() - began) * 1000)
    return {name: percentiles(own) for name, own in times.items()}


def _times(subjects: Sequence[Subject], work: Callable[[Subject], object]) -> list[float]:
    times = []
    for subject in subjects:
        began = time.perf_counter()
        work(subject)
        times.append((time.perf_counter() - began) * 1000)
    return times
