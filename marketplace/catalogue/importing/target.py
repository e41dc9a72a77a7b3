"""Into what a file is imported: how its rows are read, recognised again, and saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import LazyString

from marketplace.catalogue.inputs import INPUTS, CleanRow, RecordInput
from marketplace.catalogue.saving import Outcome, identities, repeated, save_records
from marketplace.catalogue.saving.outcome import Identity
from marketplace.core.actor import Actor


@dataclass(frozen=True)
class Origin:
    """Where the rows come from: what they say of it, and a key that names the file's content."""

    source: str
    key: str


Save = Callable[[Actor, Sequence[CleanRow], Origin], Sequence[Outcome]]
Finish = Callable[[Actor, Origin], None]


@dataclass(frozen=True)
class Target:
    """One kind of record that files hold.

    ``identify`` gives what names a row's record, ``repeated`` the sentence for a row that names
    the record of an earlier one. ``save`` saves rows in the transaction that is open, for an
    actor, from an origin; ``finish`` is called when all are in.
    ``batch_rows`` are saved in one transaction. ``permission`` is the action of
    the policy table.
    """

    name: str
    declared: RecordInput
    permission: str
    identify: Callable[[CleanRow], tuple[Identity, ...]]
    repeated: Callable[[Identity, int], LazyString]
    save: Save
    finish: Finish = lambda _actor, _origin: None
    batch_rows: int = 500


def catalogue_target(kind: str) -> Target:
    """Records of the catalogue."""
    return Target(
        name=kind,
        declared=INPUTS[kind],
        permission="listing.import",
        identify=lambda row: identities(kind, row),
        repeated=repeated,
        save=lambda actor, rows, origin: save_records(actor, kind, rows, source=origin.source),
    )
