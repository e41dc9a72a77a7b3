"""The contracts of a batch have pages of their own, before and after its release."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.batches.releasing import release_batch
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.models import Contract, LedgerEntry
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden, visible_to
from tests.functional.contracts.batch_files import (
    DISTRICT,
    amended,
    brought,
    cancelled,
    contracts,
    released,
    row,
)
from tests.functional.posting.conftest import People

WAITING = row(4, 合同登记编号="", 登记日期="", 状态="已提交")


def test_the_page_of_a_batch_leads_to_its_contracts(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), amended(2), cancelled(3), WAITING])
    second = staff.browser("second")
    page = second.get(f"/staff/contract-batches/{batch.id}").text
    for one in contracts():
        assert f'href="/contracts/{one.id}"' in page
        assert second.get(f"/contracts/{one.id}").status_code == 200


def test_after_the_release_what_is_not_registered_yet_stands_in_the_queue(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), amended(2), cancelled(3), WAITING])
    release_batch(staff["second"], batch.id)
    drain()
    second = staff.browser("second")
    for one in contracts():
        assert second.get(f"/contracts/{one.id}").status_code == 200
    queue = second.get("/staff/contracts").text.replace("<wbr>", "")
    assert WAITING["项目名称"] in queue


def both(person: Actor) -> Actor:
    """The person, who registers and reviews."""
    return replace(person, roles=frozenset({Role.REGISTRAR, Role.REVIEWER}))


def test_neither_who_brought_a_row_nor_who_released_it_registers_it(staff: People) -> None:
    with time_machine.travel("2026-11-23 02:00Z"):
        released(staff["registrar"], staff["second"], [WAITING])
        (found,) = contracts()
        assert (found.state, found.submitted_by) == ("submitted", "registrar")
        bringer, releaser = both(staff["registrar"]), both(staff["second"])
        with pytest.raises(Forbidden):
            decide(bringer, found.id, "contract.accept", Decision())
        other = staff["stat"]
        accepting = replace(other, roles=frozenset({Role.REGISTRAR}))
        decide(accepting, found.id, "contract.accept", Decision())
        decide(accepting, found.id, "contract.pass_on", Decision())
        registering = Decision(
            number="2026410103000482", on="2026-11-23", turnover="1000.01", tech_amount="900.01"
        )
        for hand in (bringer, releaser, both(other)):
            with pytest.raises(Forbidden):
                decide(hand, found.id, "contract.register", registering)
        decide(staff["reviewer"], found.id, "contract.register", registering)
    db.session.rollback()
    (entry,) = db.session.scalars(select(LedgerEntry))
    assert (entry.entered_by, entry.entered_by_id) == ("registrar", staff["registrar"].person_id)
    assert entry.released_by == "reviewer"


def test_what_waits_in_a_batch_is_seen_by_who_releases_batches_alone(staff: People) -> None:
    brought(staff["registrar"], [row(1, 卖方行政区划=DISTRICT)])
    (held,) = contracts()
    unit = staff["bureau"].organisation_id
    with writing() as session:
        session.get_one(Contract, held.id).seller_id = unit
    seller = replace(staff["bureau"], roles=frozenset({Role.HOLDER}))

    def sees(actor: Actor) -> bool:
        asked = select(Contract.id).where(visible_to(actor, Contract))
        db.session.rollback()
        return db.session.scalars(asked).first() is not None

    assert [sees(one) for one in (staff["second"], staff["district"], seller)] == [
        *(True, False, False)
    ]
    released_by(staff)
    assert all(sees(one) for one in (staff["second"], staff["district"], seller))


def released_by(staff: People) -> None:
    """Let the second person release the only batch."""
    release_batch(staff["second"], 1)
    drain()
