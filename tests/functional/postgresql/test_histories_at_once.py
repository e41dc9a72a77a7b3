"""Whatever people do to the same contracts at the same moments, every 分 counts once.

Registrars, reviewers, sellers, a register that is brought in, and who publishes editions work at
once on the same few contracts, in any order. A step that somebody else's has made impossible is
refused with a sentence; the rest counts.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.contracts.changing import ask_change, ask_end, take_back
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.handing_in import object_to_refusal
from marketplace.contracts.ledger.sums import total
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import Contract
from marketplace.contracts.problems import FormProblems
from marketplace.core.actor import Role
from marketplace.core.db import db
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.statistics.edition_verifying import verify_edition
from marketplace.statistics.editions import decide_edition, propose_edition
from marketplace.statistics.models import Edition
from marketplace.statistics.problems import FormProblems as EditionProblems
from marketplace.statistics.states import CONFIRM_EDITION
from tests.functional.contracts.conftest import (
    CONTRACT,
    Scene,
    accepted_and_passed_on,
    actor_of,
    add_contract,
    heard_by_experts,
    revoked,
    scene,
)
from tests.functional.contracts.registers import bring_in, row
from tests.functional.postgresql.conftest import Beside
from tests.functional.statistics.conftest import luxin, mengzhao

__all__ = ["scene"]

pytestmark = pytest.mark.exhaustive

WRITERS, CONTRACTS = 3, 3
REFUSED = (Forbidden, StateError, FormProblems, EditionProblems)
ON = "2026-11-20"
EDITION = {"kind": "board", "year": "2026", "last_month": "11", "note": "更正"}
ACTS = (
    *("register", "register", "amend", "amend", "end", "revoke", "refuse", "object", "take_back"),
    *("decline", "import", "publish"),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, CONTRACTS - 1), st.integers(1, 10**9)),
    min_size=2,
    max_size=5,
)
FRESH = count(1)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


class Work:
    """What the people do, each step whole or refused."""

    def __init__(self, scene: Scene, contract_ids: list[int], folder: Path, batch: int) -> None:
        self._scene = scene
        self._ids = contract_ids
        self._folder = folder
        self._batch = batch
        self._seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
        self._reviewer = actor_of(scene, Role.REVIEWER, 902)

    def take(self, act: str, place: int, fen: int) -> None:
        step: Callable[[int, int], Any] = getattr(self, f"_{act}")
        with suppress(*REFUSED):
            step(self._ids[place], fen)

    def number_of(self, contract_id: int) -> str:
        return f"2026410{self._batch % 100:02}{contract_id:07}"

    def _register(self, contract_id: int, fen: int) -> None:
        decision = Decision(
            number=self.number_of(contract_id), on=ON, turnover=yuan(fen), tech_amount=yuan(fen)
        )
        decide(self._reviewer, contract_id, "contract.register", decision)

    def _amend(self, contract_id: int, fen: int) -> None:
        changed = {**CONTRACT, "turnover": yuan(fen), "equipment_cost": "", "tech_field": "7"}
        form = {key: [text] for key, text in changed.items()}
        ask_change(self._seller, contract_id, form, "补充协议", ())
        heard_by_experts(self._reviewer, contract_id)
        decision = Decision(on=ON, turnover=yuan(fen), tech_amount=yuan(fen))
        decide(self._reviewer, contract_id, "contract.amend", decision)

    def _end(self, contract_id: int, _fen: int) -> None:
        ask_end(self._seller, contract_id, "解除", ())
        decide(self._reviewer, contract_id, "contract.deregister", Decision(on=ON))

    def _revoke(self, contract_id: int, _fen: int) -> None:
        revoked(self._scene, contract_id, ON)

    def _refuse(self, contract_id: int, _fen: int) -> None:
        decision = Decision(reason="标的不明确", codes=("SUBJECT_UNCLEAR",))
        decide(self._reviewer, contract_id, "contract.refuse", decision)

    def _object(self, contract_id: int, _fen: int) -> None:
        object_to_refusal(self._seller, contract_id, "附件里写明了")
        decide(self._reviewer, contract_id, "contract.review_again", Decision())

    def _take_back(self, contract_id: int, _fen: int) -> None:
        ask_end(self._seller, contract_id, "解除", ())
        take_back(self._seller, contract_id)

    def _decline(self, contract_id: int, _fen: int) -> None:
        ask_end(self._seller, contract_id, "解除", ())
        decide(self._reviewer, contract_id, "contract.decline_change", Decision(reason="材料不全"))

    def _import(self, contract_id: int, fen: int) -> None:
        """A register that holds a contract of its own, and one that is registered here, too."""
        rows = [
            row(合同登记编号=self.number_of(900_000 + fen % 5), 登记日期="2026-10-09"),
            row(合同登记编号=self.number_of(contract_id), 登记日期=ON),
        ]
        bring_in(self._folder / f"{next(FRESH)}.csv", rows)

    def _publish(self, _contract_id: int, _fen: int) -> None:
        decide_edition(luxin, propose_edition(mengzhao, EDITION), CONFIRM_EDITION, "")


@settings(
    max_examples=40,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(histories=st.lists(STEPS, min_size=WRITERS, max_size=WRITERS))
def test_people_at_work_at_once_leave_a_ledger_that_counts_each_contract_once(
    app: Flask, scene: Scene, tmp_path: Path, histories: list[list[tuple[str, int, int]]]
) -> None:
    with time_machine.travel("2026-11-23 02:00Z"):
        batch = next(FRESH)
        contract_ids = [add_contract(scene) for _ in range(CONTRACTS)]
        for contract_id in contract_ids:
            accepted_and_passed_on(scene, contract_id)
        work = Work(scene, contract_ids, tmp_path, batch)

        def follow(steps: list[tuple[str, int, int]]) -> None:
            for step in steps:
                work.take(*step)

        beside = [Beside(app, lambda steps=steps: follow(steps)) for steps in histories]
        for one in beside:
            one.join()

        assert_whole()


def assert_whole() -> None:
    """Ledger, sums, contracts and editions agree."""
    db.session.rollback()
    db.session.expire_all()
    result = verify_ledger(db.session)
    assert result.is_whole, result.differences
    counted = db.session.execute(
        select(
            func.count(Contract.id),
            func.coalesce(func.sum(Contract.turnover), 0),
            func.coalesce(func.sum(Contract.tech_amount), 0),
        ).where(Contract.is_counted)
    ).one()
    found = total(db.session)
    assert (found.count, found.turnover, found.tech_amount) == tuple(counted)
    for edition in db.session.scalars(select(Edition).where(Edition.content.is_not(None))):
        assert verify_edition(db.session, edition).is_whole
