"""Everything by which matching takes part in the market."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.own_data import KeptData, kept_data
from marketplace.core.actor import system
from marketplace.core.web.access import AccessTable
from marketplace.matching.ending import lapse_all
from marketplace.matching.fragments import fill_slots
from marketplace.matching.models import Match, MatchContact, MatchDecision
from marketplace.matching.notices import declare_matching_notices
from marketplace.matching.policies import ROUTES, declare_policies
from marketplace.matching.radar.fragments import fill_slots as fill_radar_slots
from marketplace.matching.radar.policies import ROUTES as RADAR_ROUTES
from marketplace.matching.radar.policies import declare_policies as declare_radar_policies
from marketplace.matching.radar.routes import blueprint as radar
from marketplace.matching.routes import blueprint
from marketplace.matching.states import ONE_CONSENTS
from marketplace.matching.suggesting import subscribe_suggesting
from marketplace.matching.vectors.encoding import subscribe_encoding
from marketplace.matching.waiting import declare_tasks


def connect_matching(app: Flask) -> None:
    """Connect everything; may be called for several applications of one process."""
    declare_policies()
    declare_radar_policies()
    access: AccessTable = app.extensions["access"]
    access.add(ROUTES)
    access.add(RADAR_ROUTES)
    app.register_blueprint(blueprint)
    app.register_blueprint(radar)
    declare_matching_notices()
    declare_tasks()
    subscribe_encoding()
    subscribe_suggesting()
    fill_slots(app)
    fill_radar_slots(app)
    kept_data.add("matching", KeptData(_export, _forget))


def _export(session: Session, person_id: int) -> dict[str, Any]:
    """What is kept of a person: whom they let be called, and what they said to matches."""
    contacts = session.scalars(
        select(MatchContact).where(MatchContact.person_id == person_id).order_by(MatchContact.id)
    )
    decisions = session.scalars(
        select(MatchDecision).where(MatchDecision.person_id == person_id).order_by(MatchDecision.id)
    )
    return {
        "contacts": [
            {
                "match": one.match_id,
                "name": one.name,
                "phone": one.phone,
                "email": one.email,
                "at": one.at.isoformat(),
            }
            for one in contacts
        ],
        "decisions": [
            {
                "match": one.match_id,
                "action": one.action,
                "code": one.code,
                "at": one.at.isoformat(),
            }
            for one in decisions
        ],
    }


def _forget(session: Session, person_id: int) -> None:
    """Delete whom the person let be called, in the transaction in which the account is closed.

    What was said to a match was said for an organisation and stays without the person.
    """
    given = select(MatchContact.match_id).where(MatchContact.person_id == person_id)
    # A consent without a contact would open the other side's alone.
    lapse_all(session, system("accounts"), and_(Match.id.in_(given), Match.state == ONE_CONSENTS))
    session.execute(delete(MatchContact).where(MatchContact.person_id == person_id))
    for one in session.scalars(select(MatchDecision).where(MatchDecision.person_id == person_id)):
        one.person_id = None
