"""Approving a whole upload: in the worker, with the rights that the person has then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Deputy, Membership
from marketplace.core.actor import Role
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import today
from marketplace.core.outbox import drain
from marketplace.posting.uploads.deciding import decide_upload
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import row, submitted
from tests.functional.posting.uploads.test_course import postings


def stand_in(people: People, deputy: str, member: str) -> int:
    """The id of the deputyship by which one person stands in for another today."""
    with writing() as session:
        ids = [
            session.scalars(
                select(Membership.id).where(
                    Membership.person_id == people[one].person_id,
                    Membership.organisation_id == people[member].organisation_id,
                )
            ).one()
            for one in (member, deputy)
        ]
        made = Deputy(membership_id=ids[0], deputy_id=ids[1], from_on=today(), until_on=today())
        session.add(made)
        session.flush()
        return made.id


@pytest.mark.parametrize("is_over", [False, True])
def test_a_deputy_approves_a_whole_upload_as_long_as_they_stand_in(
    people: People, is_over: bool
) -> None:
    upload = submitted(people.browser("both"), [row(1), row(2)])
    number = stand_in(people, "clerk", "reviewer")
    deputy = replace(people["clerk"], roles=frozenset({Role.HOLDER, Role.HOLDER_MGR}))
    decide_upload(deputy, upload.id, confirms_secrecy=True)
    if is_over:
        with writing() as session:
            session.get_one(Deputy, number).ended_at = now()
    drain()
    expected = "submitted" if is_over else "unit_ok"
    assert [one.state for one in postings(upload.id)] == [expected] * 2


def test_who_left_meanwhile_decides_nothing_any_more(people: People) -> None:
    upload = submitted(people.browser("both"), [row(1)])
    decide_upload(people["reviewer"], upload.id, confirms_secrecy=True)
    drain()
    assert [one.state for one in postings(upload.id)] == ["unit_ok"]
    decide_upload(people["bureau"], upload.id, confirms_secrecy=False)
    with writing() as session:
        for one in session.scalars(
            select(Membership).where(Membership.person_id == people["bureau"].person_id)
        ):
            one.ended_at = now()
    drain()
    db.session.rollback()
    assert [one.state for one in postings(upload.id)] == ["unit_ok"]
