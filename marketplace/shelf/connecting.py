"""Lets the parts below know of the shelf: permissions, slots, letters, alerts, own data."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.own_data import KeptData, kept_data
from marketplace.shelf.fragments import fill_slots
from marketplace.shelf.letters import declare_shelf_letters
from marketplace.shelf.matching import subscribe_matching
from marketplace.shelf.models import SavedRecord, SavedSearch, SearchMatch
from marketplace.shelf.policies import declare_policies
from marketplace.shelf.queries import export_shelf


def connect_shelf(app: Flask) -> None:
    """Connect everything; may be called for several applications of one process."""
    declare_policies()
    fill_slots(app)
    declare_shelf_letters()
    subscribe_matching()
    kept_data.add("shelf", KeptData(export_shelf, _forget))


def _forget(session: Session, person_id: int) -> None:
    """Delete all that a person keeps, in the transaction in which the account is closed."""
    own = select(SavedSearch.id).where(SavedSearch.person_id == person_id)
    session.execute(delete(SearchMatch).where(SearchMatch.search_id.in_(own)))
    session.execute(delete(SavedSearch).where(SavedSearch.person_id == person_id))
    session.execute(delete(SavedRecord).where(SavedRecord.person_id == person_id))
