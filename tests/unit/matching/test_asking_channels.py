"""Channels that are asked beside each other, and those that stay in their thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Barrier, Thread, current_thread

import pytest

from marketplace.matching.channels import found_by
from marketplace.matching.questions import Question
from search.engines.base import EngineUnavailable, Scored


@dataclass(frozen=True)
class Meeting:
    """A channel that answers only once another one is working too."""

    name: str
    others: Barrier
    asks_engine_alone: bool = True

    def find(self, question: Question, limit: int) -> list[Scored]:
        """See `Channel.find`."""
        self.others.wait(timeout=20)
        return [Scored(f"{self.name} for {question.title}", 1.0)]


@dataclass(frozen=True)
class Threads:
    """A channel that notes the thread it works in."""

    asks_engine_alone: bool
    name: str = "noting"
    noted: list[Thread] = field(default_factory=list)

    def find(self, question: Question, limit: int) -> list[Scored]:
        """See `Channel.find`."""
        self.noted.append(current_thread())
        return []


def test_channels_that_ask_the_engine_alone_work_beside_each_other_and_keep_their_places():
    others = Barrier(2)
    found = found_by([Meeting("b", others), Meeting("a", others)], Question("铣削"))

    assert list(found) == ["b", "a"]
    assert [hit.id for hit in found["a"]] == ["a for 铣削"]


def test_a_channel_that_reads_the_database_stays_in_the_thread_of_its_session():
    apart, here = Threads(True), Threads(False)
    found_by([apart], Question("铣削"))
    found_by([here], Question("铣削"))

    assert here.noted == [current_thread()]
    assert apart.noted != [current_thread()]


def test_a_channel_whose_engine_does_not_answer_says_so_though_others_do():
    @dataclass(frozen=True)
    class Silent(Threads):
        def find(self, question: Question, limit: int) -> list[Scored]:
            raise EngineUnavailable("down")

    with pytest.raises(EngineUnavailable):
        found_by([Silent(True), Threads(False)], Question("铣削"))
