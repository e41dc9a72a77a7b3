"""Where proposals stand among what the system found, and what is said of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from marketplace.matching.ordering import in_order, reasons_of
from marketplace.matching.states import PROPOSED, SUGGESTED


def pair(name: str, met: int, place: int | None, state: str = SUGGESTED) -> Any:
    return SimpleNamespace(
        name=name,
        match=SimpleNamespace(id=name, state=state, place=place),
        comparison=SimpleNamespace(count=lambda _verdict: met),
        facts=[],
        lowered=[],
        side="demander",
    )


FOUND = [pair("A", 1, 1), pair("B", 0, 2), pair("C", 4, 3)]


@pytest.mark.parametrize(
    ("met", "place", "order", "reason"),
    [
        (3, None, "ABCP", "技术经理人推荐，排在满足要求更多的后面"),
        (3, 2, "APBC", "技术经理人推荐，留在系统找到时的位置"),
        (4, None, "PABC", "技术经理人推荐，没有满足要求更多的，排在系统推荐的前面"),
        (0, None, "ABCP", "技术经理人推荐，排在满足要求更多的后面"),
    ],
)
def test_a_proposal_stands_behind_the_last_that_meets_more_and_says_what_is_true_of_its_place(
    app: Flask, met: int, place: int | None, order: str, reason: str
) -> None:
    proposal = pair("P", met, place, PROPOSED)
    with app.test_request_context():
        ordered = in_order([proposal, *FOUND])
        assert "".join(one.name for one in ordered) == order
        assert reasons_of(ordered)[proposal.match.id] == reason
