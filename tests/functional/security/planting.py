"""Canaries: words that stand in one restricted field each, and who alone may read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from marketplace.accounts.models import Invitation, JoinRequest, Person
from marketplace.catalogue.services import (
    suspend_listing,
    take_listing_step,
    withdraw_listing,
)
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Level
from marketplace.disclosure.checking import PartContent
from marketplace.disclosure.models import AccessRequest
from marketplace.disclosure.reading import (
    accept_terms,
    open_part,
    refuse,
    request_access,
)
from marketplace.disclosure.writing import add_part, change_part, set_terms
from marketplace.posting.reviewing import approve, publish, return_posting
from marketplace.posting.writing import begin_change, save_cells, submit
from tests.functional.accounts.organisations import application_of
from tests.functional.disclosure.conftest import add_readers
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.writing_down import begin, fresh, submitted
from tests.functional.security.planting_batches import plant_batches
from tests.functional.security.planting_contracts import plant_contracts
from tests.functional.security.planting_demands import plant_demands
from tests.functional.security.planting_letters import (
    let_time_pass,
    save_searches,
    write_to_each_other,
)
from tests.functional.security.planting_matches import plant_matches
from tests.functional.security.planting_rows import plant_rows
from tests.functional.security.planting_unmet import plant_unmet_searches

VIEWERS = (
    "anonymous",
    "alone",
    "colleague",
    "reader",
    "rival",
    "demander",
    "bureau",
    "admin",
    "clerk",
    "reviewer",
)
"""``colleague`` is of a verified organisation, ``reader`` accepted the terms besides.

The trail tells an administrator the names of opened files, whosever they are.
"""

HOLDER = frozenset({"clerk", "reviewer"})
STAFF = HOLDER | {"bureau", "admin"}
READER = HOLDER | {"reader"}
DEMANDER = frozenset({"demander", "bureau", "admin"})
COLLEAGUE = frozenset({"rival"})
"""Of the demander's unit, whose inbox is one for all."""
APPLICANT = frozenset({"alone", "bureau", "admin"})
ALLOWED: dict[str, frozenset[str]] = {
    "draft": HOLDER,
    "draft file": HOLDER | {"admin"},
    "submitted": STAFF,
    "novelty": STAFF,
    "review file": STAFF,
    "returned": STAFF,
    "reason": STAFF,
    "remark": STAFF,
    "suspended": STAFF,
    "suspension": STAFF,
    "withheld": STAFF,
    "withholding": STAFF,
    "withdrawn": STAFF,
    "withdrawal": STAFF,
    "old version": STAFF,
    "hidden": STAFF,
    "hidden author": STAFF,
    "hidden unit": STAFF,
    "hidden file": STAFF,
    "verified heading": READER,
    "verified text": READER,
    "terms heading": READER,
    "terms text": READER,
    "named heading": HOLDER,
    "named text": HOLDER,
    "old text": HOLDER,
    "old terms": HOLDER,
    "terms": READER | {"colleague"},
    "purpose": READER,
    "answer": READER,
    "letter": HOLDER,
    "letter answer": frozenset({"reader"}),
    "clerk's name": STAFF,
    "clerk's address": HOLDER,
    "publisher's name": STAFF | {"demander"},
    "reviewer's name": STAFF,
    "reader's name": READER | {"colleague", "admin"},
    "application": APPLICANT,
    "comment": APPLICANT,
    "evidence": APPLICANT,
    "note": frozenset({"alone", "reviewer"}),
    "invited": HOLDER,
    "upload": STAFF,
    "obligation draft": HOLDER,
    "obligation comment": STAFF,
    "report not in": STAFF,
    "report closed": STAFF,
    "deferred text": STAFF,
    "clock": STAFF,
    "contract draft": HOLDER,
    "contract": HOLDER | {"admin"},
    "contract's staff": frozenset({"admin"}),
    "register": frozenset({"admin"}),
    "saved": frozenset({"alone"}),
    "lost": frozenset({"alone", "admin"}),
    "batch": frozenset({"admin"}),
    "demand draft": frozenset({"demander"}),
    "opinion": DEMANDER | COLLEAGUE,
    "members' demand": frozenset(VIEWERS) - {"anonymous"},
    "matched demand": DEMANDER | COLLEAGUE,
    "partners": DEMANDER,
    "masked file": DEMANDER,
    "proposal": HOLDER | DEMANDER,
    "contact": frozenset({"demander"}),
    "match question": HOLDER | DEMANDER,
    "unmet search": frozenset(),
    "unmet group": STAFF | COLLEAGUE,
}
LATIN = "bcdfghjkmnpqrtvwxz"
HAN = "鼗鼙鼐龠龢黻黼黹鬻鬲髹髟骉馘馗顸韪鞫靥霪隹陬闼镆鄣郾"
"""Characters that stand in no other text of these tests."""


HOSTILE = "=<img src=x onerror=alert(1)></script>\"'"
"""A formula to a spreadsheet; an element, the end of one, and the end of an attribute to a page."""


@dataclass(frozen=True)
class Canary:
    """A word in each script; ``str`` has both, behind what no page or table may take as its own."""

    han: str
    latin: str

    def __str__(self) -> str:
        return f"{HOSTILE} {self.han} {self.latin}"

    @property
    def pieces(self) -> tuple[str, ...]:
        """The whole and parts of it, as somebody would search for them."""
        return (
            self.han,
            self.latin,
            self.han[:3],
            self.latin[:6],
            self.han[2:],
            f"{self.han} {self.latin}",
        )


def make_canaries(random: Random) -> dict[str, Canary]:
    """One for each restricted field."""
    made: dict[str, Canary] = {}
    while len(made) < len(ALLOWED):
        han, latin = random.choices(HAN, k=7), random.choices(LATIN, k=11)
        if "".join(han) not in {one.han for one in made.values()}:
            made[list(ALLOWED)[len(made)]] = Canary("".join(han), "".join(latin))
    return made


@dataclass
class Planted:
    """The record that everybody sees, those that not, and their parts."""

    people: People
    record_id: int
    hidden_ids: tuple[int, ...]
    part_ids: tuple[int, ...]


def add_viewers(people: People) -> None:
    """Those who read besides the people of the posting."""
    add_readers(people)
    with writing() as session:
        person = Person(email="alone@y.example", name="独自", confirmed_at=now(), is_demo=True)
        session.add(person)
        session.flush()
        people.actors["alone"] = replace(
            people["clerk"],
            name="独自",
            person_id=person.id,
            organisation_id=None,
            roles=frozenset(),
        )


def plant(people: People, record_id: int, canaries: dict[str, Canary]) -> Planted:
    """Put each canary into its field, the way by which words get there."""
    words = {key: str(one) for key, one in canaries.items()}
    _rename(people, "clerk", words["clerk's name"])
    _rename(people, "bureau", words["publisher's name"])
    _rename(people, "reviewer", words["reviewer's name"])
    _rename(people, "reader", words["reader's name"])
    _plant_postings(people, words)
    hidden = _plant_records(people, words)
    _plant_old_version(people, words["old version"])
    part_ids = _plant_parts(people, record_id, words)
    _plant_accounts(people, words)
    hidden += plant_rows(people, record_id, words)
    plant_contracts(people, words)
    with writing() as session:
        plant_batches(session, words["batch"])
    plant_demands(people, words)
    plant_matches(people, record_id, words)
    plant_unmet_searches(people, words)
    save_searches(people, words["saved"])
    write_to_each_other(people, record_id, words)
    let_time_pass(hidden)
    return Planted(people, record_id, hidden, part_ids)


def _rename(people: People, who: str, name: str) -> None:
    with writing() as session:
        session.get_one(Person, people[who].person_id).name = name
    people.actors[who] = replace(people[who], name=name)


def _cells(word: str) -> dict[str, Any]:
    return {"title_zh": word, "abstract_zh": word, "title_en": word}


def _plant_postings(people: People, words: dict[str, str]) -> None:
    begin(people["clerk"], **_cells(words["draft"]))
    handed = begin(people["clerk"], **_cells(words["submitted"]))
    submit(people["clerk"], handed.id, novelty=words["novelty"])
    returned = submitted(people["clerk"], **_cells(words["returned"]))
    remarks = {"abstract_zh": words["remark"]}
    return_posting(people["reviewer"], returned.id, words["reason"], remarks)
    approve(people["reviewer"], submitted(people["clerk"]).id, confirms_secrecy=True)
    submitted(people["both"])


def _plant_records(people: People, words: dict[str, str]) -> tuple[int, ...]:
    suspended = publish_one(people, **_cells(words["suspended"]))
    suspend_listing(people["clerk"], "result", suspended, words["suspension"])
    withheld = publish_one(people, **_cells(words["withheld"]))
    take_listing_step(
        people["bureau"], "result", withheld, "listing.withhold", words["withholding"]
    )
    withdrawn = publish_one(people, **_cells(words["withdrawn"]))
    withdraw_listing(people["clerk"], "result", withdrawn, words["withdrawal"])
    return suspended, withheld, withdrawn


def _plant_old_version(people: People, word: str) -> None:
    record_id = publish_one(people, **_cells(word))
    posting_id = begin_change(people["clerk"], "result", record_id)
    posting = fresh(posting_id)
    plain = {
        "title_zh": "改后的名称",
        "abstract_zh": "改后的摘要",
        "title_en": "",
        "keywords_zh": "",
    }
    save_cells(people["clerk"], posting_id, posting.version, {**posting.cells, **plain})
    submit(people["clerk"], posting_id)
    approve(people["reviewer"], posting_id, confirms_secrecy=True)
    publish(people["bureau"], posting_id)


def _plant_parts(people: People, record_id: int, words: dict[str, str]) -> tuple[int, ...]:
    clerk, reader = people["clerk"], people["reader"]
    set_terms(clerk, "result", record_id, 0, Bilingual(words["old terms"], words["old terms"]))
    set_terms(clerk, "result", record_id, 1, Bilingual(words["terms"], words["terms"]))
    part_ids = []
    for name, level in (
        ("verified", Level.VERIFIED),
        ("terms", Level.TERMS),
        ("named", Level.NAMED),
    ):
        heading = Bilingual(words[f"{name} heading"], words[f"{name} heading"])
        text = Bilingual(words[f"{name} text"], words[f"{name} text"])
        old = Bilingual(words["old text"], words["old text"])
        part_id = add_part(clerk, "result", record_id, PartContent(level, heading, False, old))
        change_part(clerk, part_id, 1, PartContent(level, heading, False, text))
        part_ids.append(part_id)
    accept_terms(reader, "result", record_id, 2)
    open_part(reader, part_ids[0])
    open_part(reader, part_ids[1])
    request_access(reader, part_ids[2], words["purpose"])
    with writing() as session:
        (request_id,) = session.query(AccessRequest.id).one()
    refuse(clerk, request_id, words["answer"])
    return tuple(part_ids)


def _plant_accounts(people: People, words: dict[str, str]) -> None:
    alone, clerk = people["alone"].person_id, people["clerk"]
    with writing() as session:
        address = words["clerk's address"].split()[-1] + "@y.example"
        session.get_one(Person, clerk.person_id).email = address
        comments = {"position": words["comment"]}
        name = words["application"]
        application = application_of(alone or 0, name=name, position=name, comments=comments)
        application.submitted_at = now()
        session.add(application)
        session.add(
            JoinRequest(
                applicant_id=alone, organisation_id=clerk.organisation_id, note=words["note"]
            )
        )
        session.add(
            Invitation(
                organisation_id=clerk.organisation_id,
                email=f"{words['invited'].split()[-1]}@y.example",
                inviter_id=clerk.person_id,
                expires_at=now() + timedelta(days=1),
            )
        )
