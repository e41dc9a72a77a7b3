"""What happened in the districts of staff: acts on what the bureau decides about, by where it lies.

A thing lies where the same staff decide on it: a record with the first of its holders, a posting
or an obligation with its unit, as of today. People's accounts and memberships are not here, and
neither is what readers and holders settle between themselves: further parts, who may read them,
letters. Who was refused what concerns security, and is for administrators.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, select

from marketplace.accounts.models import Application
from marketplace.catalogue.districts import lies_in_districts, units_in_districts
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.core.actor import Actor
from marketplace.core.audit import AuditEntry
from marketplace.core.policy import in_districts
from marketplace.core.web.refusal_log import REFUSED
from marketplace.obligations.models import Obligation, TransferClock
from marketplace.posting.models import Posting, Upload

KINDS = (
    "organisation",
    "application",
    *OWNER_LINKS,
    "posting",
    "upload",
    "obligation",
    "transfer_clock",
)
NOT_OF_THE_BUREAU = ("account.%", "letter.%", REFUSED)


def happened_in_districts(actor: Actor) -> ColumnElement[bool]:
    """The rows about things of the actor's districts; of the whole city where none is named."""
    acts = [AuditEntry.action.not_like(one) for one in NOT_OF_THE_BUREAU]
    if not actor.districts:
        return and_(AuditEntry.subject_kind.in_(KINDS), *acts)
    # Row by row, newest first: as alternatives the database would gather all rows for one page.
    lies_here = case(
        *((AuditEntry.subject_kind == kind, _has(ids)) for kind, ids in _subjects(actor).items()),
        else_=false(),
    )
    return and_(lies_here, *acts)


def _has(ids: Select[Any]) -> ColumnElement[bool]:
    (number,) = ids.selected_columns
    return ids.where(number == AuditEntry.subject_id).exists()


def _subjects(actor: Actor) -> dict[str, Select[Any]]:
    """The ids of what lies in the actor's districts, by kind."""
    units = units_in_districts(actor)
    records = {kind: _lying_there(actor, RECORD_MODELS[kind]) for kind in OWNER_LINKS}
    clocks = select(TransferClock.id).where(TransferClock.project_id.in_(records["project"]))
    return {
        **records,
        "organisation": units,
        "application": select(Application.id).where(in_districts(actor, Application.division)),
        "posting": select(Posting.id).where(Posting.organisation_id.in_(units)),
        "upload": select(Upload.id).where(Upload.organisation_id.in_(units)),
        "obligation": select(Obligation.id).where(Obligation.organisation_id.in_(units)),
        "transfer_clock": clocks,
    }


def _lying_there(actor: Actor, model: Any) -> Select[Any]:
    return select(model.id).where(lies_in_districts(actor, model))
