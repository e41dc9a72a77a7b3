"""Everything by which batches and reconciliation take part in the market."""

from __future__ import annotations

from flask import Flask, render_template

from marketplace.contracts.batches.bringing import declare_bringing
from marketplace.contracts.batches.notices import declare_batch_notices
from marketplace.contracts.batches.policies import LIST
from marketplace.contracts.batches.waiting import declare_tasks as declare_batch_tasks
from marketplace.contracts.batches.working import subscribe_batches
from marketplace.contracts.files.keeping import declare_file_contents
from marketplace.contracts.reconciling.loading import declare_loading
from marketplace.contracts.reconciling.queries import close_reconciled_months
from marketplace.contracts.reconciling.waiting import declare_tasks as declare_reconciling_tasks
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots


def connect_batches(app: Flask) -> None:
    """Let files be read, batches be worked on and shown, and months be compared."""
    declare_bringing()
    declare_loading()
    declare_file_contents()
    declare_batch_notices()
    declare_batch_tasks()
    declare_reconciling_tasks()
    close_reconciled_months()
    subscribe_batches()
    slots: Slots = app.extensions["slots"]
    slots.fill("nav", _nav, order=60)


def _nav() -> str:
    if not policy.can(current_actor(), LIST):
        return ""
    return render_template("contracts/batches/_nav.html")
