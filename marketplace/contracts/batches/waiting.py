"""What waits for a person: batches to be released."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.contracts.batch_states import RELEASE
from marketplace.contracts.batches.queries import held_batches
from marketplace.core.actor import Actor
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext


def declare_tasks() -> None:
    """Let the page of tasks ask."""
    my_tasks.add("contract batches", waiting_for)


def waiting_for(_session: Session, actor: Actor) -> Iterator[Task]:
    """The batches that the actor may release, because somebody else brought them."""
    if not policy.can(actor, RELEASE):
        return
    for batch in held_batches(actor):
        if policy.can(actor, RELEASE, batch):
            yield Task(
                kind="contract_batch",
                title=ngettext(
                    "放行 %(num)s 份合同：%(source)s",
                    "放行 %(num)s 份合同：%(source)s",
                    batch.counts["contracts"],
                    source=batch.source,
                ),
                address=url_for("contract_batches.shown", batch_id=batch.id),
                since=batch.created_at,
                otherwise=_("这些合同不计入任何统计。")
                if batch.registered
                else _("这些合同没有人受理。"),
            )
