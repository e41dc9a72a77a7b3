"""Which steps a batch of contracts takes: read, released by a second person, or undone."""

from __future__ import annotations

from marketplace.contracts.models.batch import (
    EMPTY,
    FAILED,
    HELD,
    LOADING,
    RELEASED,
    RELEASING,
    UNDOING,
    UNDONE,
)
from marketplace.core.states import StateTable, Transition

KIND = "contract_batch"

FINISH, COUNT, FAIL = "contract_batch.finish", "contract_batch.count", "contract_batch.fail"
CLOSE = "contract_batch.close"
RELEASE, SETTLE = "contract_batch.release", "contract_batch.settle"
UNDO, END = "contract_batch.undo", "contract_batch.end"

RELEASE_DUE, UNDO_DUE = "contract_batch_release_due", "contract_batch_undo_due"
GOES_ON = "contract_batch_goes_on"

STEPS = (
    Transition(LOADING, FINISH, HELD, "contract_batch_held"),
    Transition(LOADING, COUNT, RELEASED, "contract_batch_counted"),
    Transition(LOADING, CLOSE, EMPTY, "contract_batch_closed"),
    Transition(LOADING, FAIL, FAILED, "contract_batch_failed"),
    Transition(HELD, RELEASE, RELEASING, RELEASE_DUE),
    Transition(RELEASING, SETTLE, RELEASED, "contract_batch_released"),
    Transition(HELD, UNDO, UNDOING, UNDO_DUE, needs_reason=True),
    # Where reading has stopped; while it goes on nothing is taken back.
    Transition(LOADING, UNDO, UNDOING, UNDO_DUE, needs_reason=True),
    Transition(UNDOING, END, UNDONE, "contract_batch_undone"),
)

BATCH_STATES = StateTable(KIND, STEPS)
WORKING_STATES = (LOADING, RELEASING, UNDOING)
