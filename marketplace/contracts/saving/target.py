"""Contracts as something that files hold: how ``market import contracts`` reads and saves them."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.catalogue.importing import Target
from marketplace.catalogue.importing.target import Origin
from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.saving import Outcome
from marketplace.contracts.inputs import HISTORY_INPUT, HISTORY_NAME, INPUT, INPUT_NAME
from marketplace.contracts.policies import IMPORT, IMPORT_HISTORY
from marketplace.contracts.saving.batch_rows import save_contracts
from marketplace.contracts.saving.batches import finish_batch
from marketplace.contracts.saving.recognising import Recogniser, repeated
from marketplace.core.actor import Actor

ROWS_TOGETHER = 1_000
"""Rows of one transaction, in which each sum of a month is written once."""


def contract_target(*, is_history: bool, is_demo: bool = False) -> Target:
    """Contracts of one file: a finished register that counts at once, or rows to be released."""

    def save(actor: Actor, rows: Sequence[CleanRow], origin: Origin) -> Sequence[Outcome]:
        return save_contracts(
            actor,
            rows,
            key=origin.key,
            source=origin.source,
            is_history=is_history,
            is_demo=is_demo,
        )

    return Target(
        name=HISTORY_NAME if is_history else INPUT_NAME,
        declared=HISTORY_INPUT if is_history else INPUT,
        permission=IMPORT_HISTORY if is_history else IMPORT,
        identify=Recogniser(is_history=is_history).identify,
        repeated=repeated,
        save=save,
        batch_rows=ROWS_TOGETHER,
        finish=lambda actor, origin: finish_batch(actor, origin.key),
    )
