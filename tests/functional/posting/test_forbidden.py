"""What nobody may do with a posting that isn't theirs to do it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from marketplace.accounts.models import Organisation
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.db import db, writing
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.posting.models import Posting
from marketplace.posting.queries import waiting_for_review
from marketplace.posting.reviewing import approve, decide_many, publish, return_posting
from marketplace.posting.writing import (
    apply_change,
    begin_change,
    begin_posting,
    discard,
    save_cells,
    submit,
)
from tests.functional.posting.conftest import ROLES, People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.writing_down import begin, fresh, submitted

REFUSED = (Forbidden, StateError)
WRITERS = {"clerk", "both"}
Work = Callable[[Actor, Posting], object]
WRITING: dict[str, Work] = {
    "save": lambda actor, one: save_cells(actor, one.id, one.version, {"title_zh": "改"}),
    "submit": lambda actor, one: submit(actor, one.id, confirms_secrecy=True),
    "discard": lambda actor, one: discard(actor, one.id),
    "apply": lambda actor, one: apply_change(actor, one.id),
}
DECIDING: dict[str, Work] = {
    "approve": lambda actor, one: approve(actor, one.id, confirms_secrecy=True),
    "publish": lambda actor, one: publish(actor, one.id),
    "return": lambda actor, one: return_posting(actor, one.id, "不行"),
}


@pytest.mark.parametrize("work", WRITING)
@pytest.mark.parametrize("name", sorted(ROLES.keys() - WRITERS))
def test_nobody_but_the_clerks_of_the_unit_writes_in_a_draft(
    people: People, name: str, work: str
) -> None:
    posting = begin(people["clerk"])
    with pytest.raises(REFUSED):
        WRITING[work](people[name], posting)
    assert (fresh(posting.id).state, fresh(posting.id).version) == ("draft", 2)


@pytest.mark.parametrize("work", WRITING)
def test_a_visitor_writes_nothing(people: People, work: str) -> None:
    posting = begin(people["clerk"])
    with pytest.raises(REFUSED):
        WRITING[work](ANONYMOUS, posting)


@pytest.mark.parametrize("name", sorted(ROLES.keys() - {"reviewer", "both"}))
def test_nobody_but_the_unit_s_reviewers_approves_for_it(people: People, name: str) -> None:
    posting = submitted(people["clerk"])
    with pytest.raises(REFUSED):
        approve(people[name], posting.id, confirms_secrecy=True)
    assert fresh(posting.id).state == "submitted"


def test_who_submitted_does_not_approve(people: People) -> None:
    posting = submitted(people["both"])
    with pytest.raises(Forbidden, match="自己提交"):
        approve(people["both"], posting.id, confirms_secrecy=True)
    with pytest.raises(Forbidden):
        return_posting(people["both"], posting.id, "不行")
    assert fresh(posting.id).state == "submitted"


def test_nobody_approves_several_of_which_one_is_their_own(people: People) -> None:
    own, other = submitted(people["both"]), submitted(people["clerk"])
    decided = decide_many(people["both"], [own.id, other.id], confirms_secrecy=True)
    assert [bool(one.refusal) for one in decided] == [True, False]
    assert (fresh(own.id).state, fresh(other.id).state) == ("submitted", "unit_ok")


@pytest.mark.parametrize("name", sorted(ROLES.keys() - {"bureau", "admin"}))
def test_nobody_but_the_bureau_publishes(people: People, name: str) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    with pytest.raises(REFUSED):
        publish(people[name], posting.id)
    assert fresh(posting.id).state == "unit_ok"


@pytest.mark.parametrize("name", ["bureau", "admin"])
def test_the_bureau_does_not_pass_over_the_unit(people: People, name: str) -> None:
    posting = submitted(people["clerk"])
    with pytest.raises(StateError):
        publish(people[name], posting.id)
    assert fresh(posting.id).state == "submitted"


@pytest.mark.parametrize("work", DECIDING)
def test_a_rival_decides_nothing(people: People, work: str) -> None:
    posting = submitted(people["clerk"])
    with pytest.raises(REFUSED):
        DECIDING[work](people["rival"], posting)


@pytest.mark.parametrize("name", ["demander", "bureau", "admin", "reviewer"])
def test_only_clerks_of_a_holder_begin(people: People, name: str) -> None:
    with pytest.raises(Forbidden):
        begin_posting(people[name], "result")


@pytest.mark.parametrize("name", ["rival", "owner", "demander"])
def test_nobody_changes_the_record_of_another(people: People, name: str) -> None:
    record_id = publish_one(people)
    with pytest.raises(Forbidden):
        begin_change(people[name], "result", record_id)


@pytest.mark.parametrize("name", ["rival", "owner", "demander"])
def test_the_page_of_another_s_posting_is_not_there(people: People, name: str) -> None:
    posting = submitted(people["clerk"])
    browser = people.browser(name)
    for path in (f"/postings/{posting.id}", f"/postings/{posting.id}/steps/1"):
        assert browser.get(path).status_code == 404


def test_the_bureau_does_not_see_what_is_still_being_written(people: People) -> None:
    posting = begin(people["clerk"])
    assert people.browser("bureau").get(f"/postings/{posting.id}").status_code == 404


@pytest.mark.parametrize("name", ["rival", "demander"])
def test_versions_of_another_s_record_are_refused(people: People, name: str) -> None:
    record_id = publish_one(people)
    browser = people.browser(name)
    assert browser.get(f"/records/result/{record_id}/versions").status_code == 403


@pytest.mark.parametrize(
    "action", ["listing.withhold", "listing.resume", "listing.publish", "nonsense", ""]
)
def test_a_holder_does_not_take_the_bureau_s_steps(people: People, action: str) -> None:
    record_id = publish_one(people)
    browser = people.browser("clerk")
    path = f"/records/result/{record_id}"
    answer = browser.post(f"{path}/step", action=action, reason="原因")
    assert answer.status_code in (403, 422)


def test_staff_of_another_district_neither_see_it_waiting_nor_publish_it(people: People) -> None:
    posting = submitted(people["clerk"])
    approve(people["reviewer"], posting.id, confirms_secrecy=True)
    with writing() as session:
        unit = session.get_one(Organisation, people["clerk"].organisation_id)
        unit.division = "410102"
    there = replace(people["bureau"], districts=frozenset({"410103"}))
    here = replace(people["bureau"], districts=frozenset({"410102"}))
    assert waiting_for_review(db.session, there)[1].total == 0
    with pytest.raises(StateError):
        publish(there, posting.id)
    assert fresh(posting.id).state == "unit_ok"
    assert waiting_for_review(db.session, here)[1].total == 1
    assert publish(here, posting.id).record_id
