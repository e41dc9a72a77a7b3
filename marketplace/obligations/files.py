"""Whose the files of obligations are: the unit's and staff's, and open full texts everybody's."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.states import OPEN_STATES
from marketplace.core.actor import Actor
from marketplace.core.attachments import declare_subject
from marketplace.core.db import db
from marketplace.core.policy import bureau, holder_of_record
from marketplace.obligations.kinds import FULL_TEXT, SUBJECT
from marketplace.obligations.models import Obligation, ScienceReport
from marketplace.obligations.states import ACCEPTED


def declare_files() -> None:
    """Let obligations have files."""
    declare_subject(SUBJECT, load=_load, may_see=_may_see, may_add=_may_add, address=_address)


def _load(session: Session, obligation_id: int) -> Obligation | None:
    return session.get(Obligation, obligation_id)


def _may_see(actor: Actor, obligation: Obligation, purpose: str) -> bool:
    if bureau(actor, obligation) or holder_of_record(actor, obligation):
        return True
    if purpose != FULL_TEXT or obligation.state != ACCEPTED:
        return False
    report = db.session.scalar(
        select(ScienceReport).where(ScienceReport.obligation_id == obligation.id)
    )
    is_listed = obligation.project.state in OPEN_STATES
    return report is not None and is_listed and report.is_full_text_open


def _may_add(actor: Actor, obligation: Obligation, _purpose: str) -> bool:
    return obligation.is_open and holder_of_record(actor, obligation)


def _address(obligation: Obligation) -> str:
    return url_for("obligations.show", obligation_id=obligation.id)
