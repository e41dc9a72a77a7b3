"""Letting contracts count: their versions and postings, from registration to a later change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger import Booking, post
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import ContractVersion
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.contracts.places import Places
from marketplace.contracts.saving.rows import Change, amended, as_stored
from marketplace.contracts.states import DEREGISTERED, REGISTERED, REVOKED
from marketplace.contracts.terms import Terms
from marketplace.core.bulk import insert_rows
from marketplace.core.db import now

EVENTS = {"amended": AMEND, "deregistered": DEREGISTER, "revoked": REVOKE}
ENDS = {"amended": REGISTERED, "deregistered": DEREGISTERED, "revoked": REVOKED}


@dataclass(frozen=True)
class Step:
    """One version of a contract: what it counted for before and counts for after.

    ``registered_on`` is the day of its registration, ``on`` that in whose month the step counts.
    """

    contract_id: int
    registered_on: date
    version: int
    event: str
    on: date
    terms: Terms
    before: Counted | None
    after: Counted | None


class Counting:
    """Plans and books what contracts of one batch count for, through the hands of two people."""

    def __init__(
        self, session: Session, hands: Hands, batch_id: int | None, *, is_demo: bool
    ) -> None:
        self._session = session
        self._hands = hands
        self._batch_id = batch_id
        self._is_demo = is_demo
        self._places = Places()

    def steps(
        self, contract_id: int, registered_on: date, terms: Terms, change: Change | None
    ) -> list[Step]:
        """Registration, and the change that the register tells of, if any."""
        first = Step(
            *(contract_id, registered_on, 1, REGISTER, registered_on, terms, None),
            self._counted(terms),
        )
        if change is None:
            return [first]
        return [first, self.change_step(contract_id, registered_on, terms, change)]

    def change_step(
        self, contract_id: int, registered_on: date, terms: Terms, change: Change
    ) -> Step:
        """The change alone, of a contract that counts for ``terms`` so far."""
        after = amended(terms, change)
        return Step(
            *(contract_id, registered_on, 2, EVENTS[change.state], change.on, after),
            before=self._counted(terms),
            after=self._counted(after) if change.state == "amended" else None,
        )

    def book(self, steps: Sequence[Step]) -> None:
        """Add the versions and the postings of the steps in the transaction that is open."""
        if not steps:
            return
        moment = now()
        hands = self._hands.as_columns()
        versions = [
            {
                "contract_id": step.contract_id,
                "version": step.version,
                "event": step.event,
                "counts_on": step.on,
                "turnover": step.terms.turnover,
                "tech_amount": step.terms.tech_amount,
                "facts": facts_of(step.terms, self._places),
                "terms": as_stored(step.terms),
                "at": moment,
                **hands,
            }
            for step in steps
        ]
        insert_rows(self._session, cast(Table, ContractVersion.__table__), versions)
        post(self._session, [self._booking(step) for step in steps])

    def _counted(self, terms: Terms) -> Counted:
        return Counted(terms.turnover, terms.tech_amount, facts_of(terms, self._places))

    def _booking(self, step: Step) -> Booking:
        return Booking(
            contract_id=step.contract_id,
            version=step.version,
            event=step.event,
            counts_on=step.on,
            registered_on=step.registered_on,
            before=step.before,
            after=step.after,
            hands=self._hands,
            batch_id=self._batch_id,
            is_demo=self._is_demo,
        )
