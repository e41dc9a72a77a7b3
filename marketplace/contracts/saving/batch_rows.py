"""Saving the rows of a file, many at once: contracts, their versions, and their postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import RowMapping, Table, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.inputs import CleanRow, Issue
from marketplace.catalogue.saving import Outcome, Saved
from marketplace.catalogue.saving.identity import in_chunks
from marketplace.contracts.arrivals import tell_arrival
from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger import Booking, post
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract, ContractBatch, ContractVersion
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.contracts.places import Places
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.saving.batches import NO_CHANGE, batch_of
from marketplace.contracts.saving.batches import SUBJECT as BATCH
from marketplace.contracts.saving.rows import RegisterRow, as_stored, columns_of, read_row
from marketplace.contracts.states import DEREGISTERED, HELD, REGISTERED, REVOKED, SUBMITTED
from marketplace.contracts.terms import Terms
from marketplace.core.actor import Actor
from marketplace.core.db import db, now
from marketplace.core.i18n import local_date
from marketplace.core.locks import lock_until_commit

EVENTS = {"amended": AMEND, "deregistered": DEREGISTER, "revoked": REVOKE}
ENDS = {"amended": REGISTERED, "deregistered": DEREGISTERED, "revoked": REVOKED}


@dataclass(frozen=True)
class _Step:
    """One version that a row brings: what the contract counted for before and counts for after."""

    version: int
    event: str
    on: date
    terms: Terms
    before: Counted | None
    after: Counted | None


@dataclass
class _Entry:
    """A row on its way into the register; the contract that has its name, where there is one."""

    row: CleanRow
    read: RegisterRow
    existing: RowMapping | None = None
    id: int = 0
    saved: Saved = Saved.UNCHANGED
    issue: Issue | None = None
    steps: list[_Step] = field(default_factory=list)

    def outcome(self) -> Outcome:
        return Outcome(self.saved, self.id, self.issue, tuple(self.row.warnings))


def save_contracts(
    actor: Actor,
    rows: Sequence[CleanRow],
    *,
    key: str,
    source: str,
    is_history: bool,
    is_demo: bool = False,
) -> list[Outcome]:
    """Store rows of one file in the transaction that is open.

    A row whose contract is there already changes nothing; one that tells of a change which has
    happened since posts the difference; one that contradicts it is refused.

    :param key: what names the content of the file, ``source`` what it is called.
    :param is_history: whether the contracts count at once, as those of a finished register.
    """
    session = db.session
    # Another file may hold the same contracts: the second finds what the first has made.
    lock_until_commit(session, "contracts")
    batch = batch_of(session, actor, key, source, is_history=is_history)
    saving = _Saving(session, actor, batch, is_demo=is_demo)
    return saving.save([_Entry(row, read_row(row)) for row in rows])


class _Saving:
    def __init__(
        self, session: Session, actor: Actor, batch: ContractBatch, *, is_demo: bool
    ) -> None:
        self._session = session
        self._batch = batch
        self._is_demo = is_demo
        self._hands = Hands.of(actor, actor)
        self._places = Places()

    def save(self, entries: list[_Entry]) -> list[Outcome]:
        self._find_existing(entries)
        new = [entry for entry in entries if entry.existing is None]
        self._insert(new)
        for entry in entries:
            if entry.existing is not None:
                self._go_on(entry)
        if new:
            tell_arrival(self._session, BATCH, self._batch.id)
        if self._batch.is_history:
            for entry in new:
                self._count(entry)
            self._book(entries)
        return [entry.outcome() for entry in entries]

    def _find_existing(self, entries: list[_Entry]) -> None:
        columns = (
            Contract.id,
            Contract.identity,
            Contract.content,
            Contract.version,
            Contract.state,
        )
        found: dict[str | None, RowMapping] = {}
        for names in in_chunks(entry.row.source_id for entry in entries):
            asked = select(*columns, Contract.batch_id).where(Contract.identity.in_(names))
            found |= {row["identity"]: row for row in self._session.execute(asked).mappings()}
        numbered = self._with_number([one for one in entries if one.row.source_id not in found])
        for entry in entries:
            entry.existing = found.get(entry.row.source_id) or numbered.get(entry.read.number)
            if entry.existing is not None:
                entry.id = entry.existing["id"]

    def _with_number(self, entries: list[_Entry]) -> dict[str | None, RowMapping]:
        """The contracts that have the number of a row but came by another way: typed in here."""
        columns = (Contract.id, Contract.content, Contract.version, Contract.state)
        found: dict[str | None, RowMapping] = {}
        for numbers in in_chunks(one.read.number for one in entries if one.read.number):
            asked = select(*columns, Contract.batch_id, Contract.number).where(
                Contract.number.in_(numbers)
            )
            found |= {row["number"]: row for row in self._session.execute(asked).mappings()}
        return found

    def _insert(self, entries: list[_Entry]) -> None:
        if not entries:
            return
        organisations = self._organisations(entries)
        rows = [self._columns(entry, organisations) for entry in entries]
        table = cast(Table, Contract.__table__)
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        for entry, (contract_id,) in zip(
            entries, self._session.execute(statement, rows), strict=True
        ):
            entry.id, entry.saved = contract_id, Saved.CREATED

    def _organisations(self, entries: list[_Entry]) -> dict[str, int]:
        codes = {
            party.uscc
            for entry in entries
            for party in (entry.read.terms.seller, entry.read.terms.buyer)
            if party.uscc
        }
        found: dict[str, int] = {}
        for chunk in in_chunks(codes):
            asked = select(Organisation.uscc, Organisation.id).where(Organisation.uscc.in_(chunk))
            found |= {str(uscc): number for uscc, number in self._session.execute(asked)}
        return found

    def _columns(self, entry: _Entry, organisations: dict[str, int]) -> dict[str, Any]:
        read = entry.read
        moment = now()
        day = read.registered_on or read.terms.signed_on or local_date(moment)
        is_counted = self._batch.is_history and read.registered_on is not None
        return {
            **columns_of(read.amended if is_counted else read.terms),
            "created_at": moment,
            "updated_at": moment,
            "state": self._state(read),
            "version": (2 if read.change else 1) if is_counted else 0,
            "origin": "imported",
            "batch_id": self._batch.id,
            "rule_version": rule_version_on(day),
            "is_demo": self._is_demo,
            "is_counted": is_counted and (read.change is None or read.change.state == "amended"),
            "number": read.number or None,
            "identity": entry.row.source_id,
            "content": read.content,
            "seller_id": organisations.get(read.terms.seller.uscc),
            "buyer_id": organisations.get(read.terms.buyer.uscc),
            "office": read.office,
            "registered_on": read.registered_on,
            "changed_on": read.change.on if read.change else None,
        }

    def _state(self, read: RegisterRow) -> str:
        if read.registered_on is None:
            return SUBMITTED
        if not self._batch.is_history:
            return HELD
        return ENDS[read.change.state] if read.change else REGISTERED

    def _count(self, entry: _Entry) -> None:
        """Plan the versions of a contract that counts from its registration on."""
        read = entry.read
        if read.registered_on is None:
            return
        first = self._counted(read.terms)
        entry.steps.append(_Step(1, REGISTER, read.registered_on, read.terms, None, first))
        if read.change:
            self._change(entry, 2, first)

    def _change(self, entry: _Entry, version: int, before: Counted) -> None:
        change, amended = entry.read.change, entry.read.amended
        if change is not None:
            after = self._counted(amended) if change.state == "amended" else None
            event = EVENTS[change.state]
            entry.steps.append(_Step(version, event, change.on, amended, before, after))

    def _counted(self, terms: Terms) -> Counted:
        return Counted(terms.turnover, terms.tech_amount, facts_of(terms, self._places))

    def _go_on(self, entry: _Entry) -> None:
        """Bring a contract that is there up to what the row tells of it."""
        existing, read = entry.existing, entry.read
        if existing is None or existing["content"] == read.content:
            return
        first = self._session.scalar(
            select(ContractVersion).where(
                ContractVersion.contract_id == existing["id"], ContractVersion.version == 1
            )
        )
        is_same = first is not None and first.terms == read.stored
        if not (
            self._batch.is_history
            and is_same
            and read.change
            and existing["version"] == 1
            and existing["state"] == REGISTERED
        ):
            entry.saved = Saved.REFUSED
            column = entry.row.columns.get("number", "")
            entry.issue = Issue("number", column, read.number, NO_CHANGE)
            return
        self._change(entry, 2, self._counted(read.terms))
        self._session.execute(
            update(Contract)
            .where(Contract.id == existing["id"])
            .values(
                state=ENDS[read.change.state],
                version=2,
                content=read.content,
                turnover=read.amended.turnover,
                tech_amount=read.amended.tech_amount,
                changed_on=read.change.on,
                is_counted=read.change.state == "amended",
                updated_at=now(),
            )
        )
        entry.saved = Saved.UPDATED

    def _book(self, entries: list[_Entry]) -> None:
        steps = [(entry, step) for entry in entries for step in entry.steps]
        if not steps:
            return
        moment = now()
        hands = self._hands.as_columns()
        versions = [
            {
                "contract_id": entry.id,
                "version": step.version,
                "event": step.event,
                "counts_on": step.on,
                "turnover": step.terms.turnover,
                "tech_amount": step.terms.tech_amount,
                "facts": facts_of(step.terms, self._places),
                "terms": entry.read.stored if step.version == 1 else as_stored(step.terms),
                "at": moment,
                **hands,
            }
            for entry, step in steps
        ]
        self._session.execute(insert(cast(Table, ContractVersion.__table__)), versions)
        post(self._session, [self._booking(entry, step) for entry, step in steps])

    def _booking(self, entry: _Entry, step: _Step) -> Booking:
        return Booking(
            contract_id=entry.id,
            version=step.version,
            event=step.event,
            counts_on=step.on,
            registered_on=entry.read.registered_on or step.on,
            before=step.before,
            after=step.after,
            hands=self._hands,
            batch_id=self._batch.id,
            is_demo=self._is_demo,
        )
