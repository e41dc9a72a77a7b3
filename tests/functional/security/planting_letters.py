"""Letters that the market sends by itself, while canaries stand in what they might tell of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import time_machine

from marketplace.accounts.models import Person
from marketplace.core.actor import system
from marketplace.core.db import now, writing
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import inbox
from marketplace.core.outbox import drain
from marketplace.disclosure.letters import RECEIVED, answer_letter, write_letter
from marketplace.obligations.reminding import remind
from marketplace.shelf.announcing import LETTER, announce_all
from marketplace.shelf.models import Frequency, SavedSearch, SearchMatch
from tests.functional.posting.conftest import People

SAVERS = ("alone", "colleague", "reader", "rival", "demander")
"""Those who hear once a day of every result, and may not see the hidden ones."""
DAYS = (1, 31)
"""The next letters of saved searches; the deferred report has opened by then."""


def save_searches(people: People, word: str) -> None:
    """For all :data:`SAVERS` a search that finds every result; that of the first is named so."""
    with writing() as session:
        session.get_one(Person, people["colleague"].person_id).language = "en"
        session.add_all(
            SavedSearch(
                person_id=people[name].person_id,
                organisation_id=people[name].organisation_id,
                name=word if name == SAVERS[0] else "全部成果",
                params=[["kind", "result"]],
                frequency=Frequency.DAILY,
                by_mail=True,
            )
            for name in SAVERS
        )


def write_to_each_other(people: People, record_id: int, words: dict[str, str]) -> None:
    """A reader writes to the holder of a record and is answered."""
    write_letter(people["reader"], "result", record_id, words["letter"])
    drain()
    clerk = people["clerk"]
    found = inbox(clerk.organisation_id, clerk.person_id)
    (received,) = (one for one in found if one.kind == RECEIVED)
    answer_letter(clerk, received.id, words["letter answer"])


def let_time_pass(hidden_ids: Sequence[int]) -> None:
    """All letters that come due by themselves.

    What is hidden was found while it was public: half of it was told of already, with one more
    letter on its way, and half waits for the next one.
    """
    told, waiting = hidden_ids[::2], hidden_ids[1::2]
    with writing() as session:
        for search in session.query(SavedSearch).filter_by(frequency=Frequency.DAILY):
            matches = [
                SearchMatch(search_id=search.id, kind="result", record_id=one, announced_at=moment)
                for ids, moment in ((told, now()), (waiting, None))
                for one in ids
            ]
            session.add_all(matches)
            session.flush()
            person_id = search.person_id
            send_letter(
                session,
                LETTER,
                "person",
                person_id,
                recipient_id=person_id,
                matches=[one.id for one in matches],
            )
    remind(system("reminders"))
    drain()
    for days in DAYS:
        with time_machine.travel(now() + timedelta(days=days)):
            announce_all()
            remind(system("reminders"))
            drain()
