"""What can be done to one listing: the steps of its state table.

Storing many records at once belongs to ``saving``, reading files to ``importing``.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.states import LISTING_STATES
from marketplace.catalogue.taken_away import tell_holders
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.states import StateError


def publish_listing(actor: Actor, kind: str, id_: int) -> None:
    """Make a listing public; its day of listing is today unless it has one.

    :raises StateError: when there is no such listing or it isn't a draft.
    :raises Forbidden: when the actor may not.
    """
    take_listing_step(actor, kind, id_, "listing.publish")


def suspend_listing(actor: Actor, kind: str, id_: int, reason: str) -> None:
    """Take a listing off the pages for the time being; raises as :func:`publish_listing`."""
    take_listing_step(actor, kind, id_, "listing.suspend", reason)


def resume_listing(actor: Actor, kind: str, id_: int) -> None:
    """Show a suspended listing again; raises as :func:`publish_listing`."""
    take_listing_step(actor, kind, id_, "listing.resume")


def withdraw_listing(actor: Actor, kind: str, id_: int, reason: str) -> None:
    """Take a listing off for good; raises as :func:`publish_listing`."""
    take_listing_step(actor, kind, id_, "listing.withdraw", reason)


def take_listing_step(
    actor: Actor, kind: str, id_: int, action: str, reason: str | None = None
) -> None:
    """Take any step of the listing's state table; raises as :func:`publish_listing`.

    Where it is withheld or withdrawn, its holders are told why.
    """
    with writing() as session:
        record: Any = session.get(RECORD_MODELS[kind], id_, with_for_update=True)
        if record is None:
            raise StateError(_("找不到这条记录，可能已经删除。请回到列表再看看。"))
        LISTING_STATES[kind].take_step(session, actor, record, action, reason)
        if record.published_at is None:
            record.published_at = now()
        tell_holders(session, actor, kind, record, reason)
