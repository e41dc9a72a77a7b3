"""Whether an edition is still what it was, and what the ledger gives for its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from marketplace.statistics.edition_content import hash_of, recomputed
from marketplace.statistics.figures import Figures
from marketplace.statistics.goal_lines import GoalLine
from marketplace.statistics.indicators import COMPUTED
from marketplace.statistics.models import Edition

SHOWN = 20


@dataclass(frozen=True)
class Difference:
    """A figure of an edition that the ledger gives otherwise; amounts in 分."""

    figure: str
    published: str
    recomputed: str


@dataclass
class EditionCheck:
    """What was compared: how many figures, and every difference (the first :data:`SHOWN`)."""

    edition: int
    position: int
    content_hash: str
    is_hash_right: bool
    figures: int = 0
    turnover: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether content and ledger both agree with what was published."""
        return self.is_hash_right and self.differing == 0

    def compare(self, figure: str, published: object, again: object) -> None:
        """Count one figure, and note it where it differs."""
        self.figures += 1
        if published != again:
            self.differing += 1
            if len(self.differences) < SHOWN:
                self.differences.append(Difference(figure, str(published), str(again)))


def verify_edition(session: Session, edition: Edition) -> EditionCheck:
    """Add the figures up again from the ledger's entries up to the edition's place, and compare.

    Reads only.
    """
    content = edition.content
    check = EditionCheck(
        edition.id,
        edition.position,
        edition.content_hash,
        is_hash_right=hash_of(content) == edition.content_hash
        and content["position"] == edition.position,
    )
    now, before = recomputed(session, content)
    for name, again in (("figures", now), ("figures_before", before)):
        withheld = Figures.of_content(content[name]).withheld
        published = dict(_leaves(content[name], name))
        found = dict(_leaves(again.without(withheld).as_content(), name))
        for figure in sorted(published.keys() | found.keys()):
            check.compare(figure, published.get(figure), found.get(figure))
    for goal in map(GoalLine.of_content, content["goals"]):
        if goal.is_from_ledger and not goal.is_withheld:
            check.compare(
                f"goals {goal.indicator}", goal.actual, COMPUTED[goal.basis].value_of(now)
            )
    check.turnover = now.total.turnover
    return check


def _leaves(content: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        place = f"{name} {key}" if key else f"{name} -"
        if isinstance(value, Mapping):
            yield from _leaves(value, place)
        else:
            yield place, value
