"""From a question to the candidates in order: channels, their sum, the second look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from marketplace.matching.channels import CANDIDATES, Channel, found_by
from marketplace.matching.fusing import Fused, fuse, weight_of
from marketplace.matching.questions import Question
from marketplace.matching.rereading import Readings, reread
from search.engines.base import Scored
from search.semantic import Encoder, VectorStore


@dataclass(frozen=True)
class Finder:
    """Finds what fits a question. Without encoders it works on characters alone.

    `readings`: what is kept of the documents for the second look. `kept`: where vectors of
    questions are.
    """

    channels: Sequence[Channel]
    encoders: Sequence[Encoder] = ()
    readings: Readings | None = None
    kept: VectorStore | None = None

    def find(self, question: Question, limit: int = CANDIDATES) -> list[Fused]:
        """The best candidates, best first. Raises EngineUnavailable."""
        return self.order(question, found_by(self.channels, question))[:limit]

    def order(
        self,
        question: Question,
        found: dict[str, list[Scored]],
        without: Collection[str] = (),
    ) -> list[Fused]:
        """What the channels found, in order.

        `without`: channels and second looks to leave out, for measuring.
        """
        languages = {encoder.name: encoder.languages for encoder in self.encoders}
        used = {name: hits for name, hits in found.items() if name not in without}
        weights = {name: weight_of(name, question.language, languages) for name in used}
        fused = fuse(used, weights)
        if self.readings is None:
            return fused
        return reread(question, fused, self.encoders, self.readings, self.kept, without)
