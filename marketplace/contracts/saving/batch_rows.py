"""Saving the rows of a file, many at once: contracts, their versions, and their postings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import RowMapping, Table, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.inputs import CleanRow, Issue
from marketplace.catalogue.saving import Outcome, Saved
from marketplace.catalogue.saving.identity import in_chunks
from marketplace.contracts.arrivals import tell_arrival
from marketplace.contracts.batch_states import KIND as BATCH
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract, ContractBatch, ContractVersion
from marketplace.contracts.models.contract import IMPORTED
from marketplace.contracts.numbering import lock_numbers
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.saving.agreeing import Entered, contradicts, differing_fields
from marketplace.contracts.saving.batches import NUMBER_WAITS, batch_of, handed_in_by
from marketplace.contracts.saving.counting import ENDS, Counting, Step
from marketplace.contracts.saving.rows import RegisterRow, columns_of, read_row
from marketplace.contracts.states import HELD, REGISTERED, SUBMITTED
from marketplace.core.actor import Actor
from marketplace.core.bulk import insert_numbered
from marketplace.core.db import db, now
from marketplace.core.i18n import local_date

COLUMNS = (
    Contract.id,
    Contract.identity,
    Contract.number,
    Contract.content,
    Contract.version,
    Contract.state,
    Contract.office,
    Contract.registered_on,
    Contract.changed_on,
)
VERSION_COLUMNS = (
    ContractVersion.event,
    ContractVersion.counts_on,
    ContractVersion.turnover,
    ContractVersion.tech_amount,
    ContractVersion.terms,
)


@dataclass
class _Entry:
    """A row on its way into the register; the contract that has its name, where there is one."""

    row: CleanRow
    read: RegisterRow
    existing: RowMapping | None = None
    id: int = 0
    saved: Saved = Saved.UNCHANGED
    issue: Issue | None = None
    versions: list[Entered] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

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
    lock_numbers(session)

    def batch() -> ContractBatch:
        return batch_of(session, actor, key, source, is_history=is_history)

    saving = _Saving(session, actor, batch, is_history=is_history, is_demo=is_demo)
    return saving.save([_Entry(row, read_row(row)) for row in rows])


class _Saving:
    """Saves rows; the batch is begun with the first that brings something."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        batch: Callable[[], ContractBatch],
        *,
        is_history: bool,
        is_demo: bool,
    ) -> None:
        self._session = session
        self._hands = Hands.of(actor, actor)
        self._batch = batch
        self._is_history = is_history
        self._is_demo = is_demo

    def save(self, entries: list[_Entry]) -> list[Outcome]:
        self._find_existing(entries)
        self._hold_what_differs(entries)
        new = [entry for entry in entries if entry.existing is None]
        going_on = [entry for entry in entries if self._tells_change(entry)]
        if new or going_on:
            batch = self._batch()
            counting = Counting(self._session, self._hands, batch.id, is_demo=self._is_demo)
            self._insert(new, batch)
            tell_arrival(self._session, BATCH, batch.id)
            for entry in going_on:
                self._go_on(entry, counting)
            if self._is_history:
                for entry in new:
                    read = entry.read
                    if read.registered_on is not None:
                        entry.steps = counting.steps(
                            entry.id, read.registered_on, read.terms, read.change
                        )
                counting.book([step for entry in entries for step in entry.steps])
        return [entry.outcome() for entry in entries]

    def _find_existing(self, entries: list[_Entry]) -> None:
        found: dict[str | None, RowMapping] = {}
        for names in in_chunks(entry.row.source_id for entry in entries):
            asked = select(*COLUMNS).where(Contract.identity.in_(names))
            found |= {row["identity"]: row for row in self._session.execute(asked).mappings()}
        numbers = [entry.read.number for entry in entries if entry.read.number]
        by_number: dict[str | None, RowMapping] = {}
        for chunk in in_chunks(numbers):
            numbered = select(*COLUMNS).where(Contract.number.in_(chunk))
            rows = self._session.execute(numbered).mappings()
            by_number |= {row["number"]: row for row in rows}
        for entry in entries:
            entry.existing = found.get(entry.row.source_id) or by_number.get(entry.read.number)
            if entry.existing is not None:
                entry.id = entry.existing["id"]

    def _hold_what_differs(self, entries: list[_Entry]) -> None:
        """Read again the contracts of which rows say something else, so that nobody changes them.

        In the order of their ids, as everybody who holds several.
        """
        by_id: dict[int, list[_Entry]] = {}
        for entry in entries:
            if entry.existing is not None and entry.existing["content"] != entry.read.content:
                by_id.setdefault(entry.id, []).append(entry)
        for ids in in_chunks(sorted(by_id)):
            held = select(*COLUMNS).where(Contract.id.in_(ids)).order_by(Contract.id)
            for row in self._session.execute(held.with_for_update()).mappings():
                for entry in by_id[row["id"]]:
                    entry.existing = row
            versions = (
                select(ContractVersion.contract_id, *VERSION_COLUMNS)
                .where(ContractVersion.contract_id.in_(ids))
                .order_by(ContractVersion.contract_id, ContractVersion.version)
            )
            for contract_id, *entered in self._session.execute(versions):
                for entry in by_id[contract_id]:
                    entry.versions.append(Entered(*entered))

    def _insert(self, entries: list[_Entry], batch: ContractBatch) -> None:
        if not entries:
            return
        organisations = self._organisations(entries)
        rows = [self._columns(entry, organisations, batch) for entry in entries]
        ids = insert_numbered(self._session, cast(Table, Contract.__table__), rows)
        for entry, contract_id in zip(entries, ids, strict=True):
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

    def _columns(
        self, entry: _Entry, organisations: dict[str, int], batch: ContractBatch
    ) -> dict[str, Any]:
        read = entry.read
        moment = now()
        # What isn't registered yet follows the rules of the day on which that is asked for.
        day = read.registered_on or local_date(moment)
        is_counted = self._is_history and read.registered_on is not None
        return {
            **columns_of(read.amended if is_counted else read.terms),
            "created_at": moment,
            "updated_at": moment,
            "state": self._state(read),
            "version": (2 if read.change else 1) if is_counted else 0,
            "origin": IMPORTED,
            "batch_id": batch.id,
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
            "held_change": read.change.as_stored() if read.change and not is_counted else None,
            **handed_in_by(batch, is_registered=read.registered_on is not None),
        }

    def _state(self, read: RegisterRow) -> str:
        if not self._is_history:
            return HELD
        if read.registered_on is None:
            return SUBMITTED
        return ENDS[read.change.state] if read.change else REGISTERED

    def _tells_change(self, entry: _Entry) -> bool:
        """Whether a row tells of its contract's next change; one that contradicts is refused."""
        existing, read, versions = entry.existing, entry.read, entry.versions
        if existing is None or existing["content"] == read.content:
            return False
        is_next = existing["version"] == 1 and existing["state"] == REGISTERED
        is_same = (
            bool(versions)
            and versions[0].terms == read.stored
            and versions[0].counts_on == read.registered_on
            and existing["office"] == read.office
        )
        if self._is_history and is_same and read.change and is_next:
            return True
        differing = differing_fields(entry.row, read, versions, existing) if versions else None
        if differing != []:
            column = entry.row.columns.get("number", "")
            sentence = contradicts(differing) if differing else NUMBER_WAITS
            entry.saved = Saved.REFUSED
            entry.issue = Issue("number", column, read.number, sentence)
        return False

    def _go_on(self, entry: _Entry, counting: Counting) -> None:
        """Bring a contract that is there up to the change that the row tells of."""
        read = entry.read
        if read.change is None or read.registered_on is None:
            return
        step = counting.change_step(entry.id, read.registered_on, read.terms, read.change)
        entry.steps.append(step)
        self._session.execute(
            update(Contract)
            .where(Contract.id == entry.id)
            .values(
                state=ENDS[read.change.state],
                version=2,
                content=read.content,
                turnover=read.amended.turnover,
                tech_amount=read.amended.tech_amount,
                changed_on=read.change.on,
                is_counted=read.change.state == "amended",
                checked_at=None,
                updated_at=now(),
            )
        )
        entry.saved = Saved.UPDATED
