"""Which steps an uploaded spreadsheet takes."""

from __future__ import annotations

from marketplace.core.states import StateTable, Transition

KIND = "upload"
CHECKING = "checking"
CHECKED = "checked"
FAILED = "failed"
SUBMITTING = "submitting"
SUBMITTED = "submitted"
UNDOING = "undoing"
UNDONE = "undone"

WORKING_STATES = (CHECKING, SUBMITTING, UNDOING)
UNDOABLE_STATES = (CHECKED, SUBMITTED)

RECEIVED = "upload_received"
SUBMIT_DUE = "upload_submit_due"
UNDO_DUE = "upload_undo_due"
GOES_ON = "upload_goes_on"

STEPS = (
    Transition(CHECKING, "upload.checked", CHECKED, "upload_checked"),
    Transition(CHECKING, "upload.fail", FAILED, "upload_failed"),
    Transition(CHECKED, "upload.submit", SUBMITTING, SUBMIT_DUE),
    Transition(SUBMITTING, "upload.submitted", SUBMITTED, "upload_submitted"),
    Transition(CHECKED, "upload.undo", UNDOING, UNDO_DUE),
    # Where the work has stopped; while it goes on nothing is taken back.
    Transition(CHECKING, "upload.undo", UNDOING, UNDO_DUE),
    Transition(SUBMITTING, "upload.undo", UNDOING, UNDO_DUE),
    Transition(SUBMITTED, "upload.undo", UNDOING, UNDO_DUE),
    Transition(UNDOING, "upload.undone", UNDONE, "upload_undone"),
)

UPLOAD_STATES = StateTable(KIND, STEPS)
