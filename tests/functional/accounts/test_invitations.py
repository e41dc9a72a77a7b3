"""Invitations: who needs none, and in which language the letter is."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.core.db import writing
from tests.functional.accounts.browsing import Browser, letters, seen
from tests.functional.accounts.organisations import LI, NEW, invite, person_id, someone


def test_a_member_is_invited_only_to_further_roles(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    path = f"/account/organisations/{university}/invitations"
    answer = zhou.post(path, email=LI.upper(), roles="HOLDER")
    assert answer.status_code == 422
    assert "李雯 已经是成员，也有这些角色" in seen(answer)
    assert letters(app) == []
    assert invite(zhou, university, LI, roles=["HOLDER", "DEMANDER"]) == 302
    assert invite(zhou, university, LI, manages_members="1") == 302


@pytest.mark.parametrize(("own", "says"), [("zh", "请你在本站替"), ("en", "invites")])
def test_a_letter_to_somebody_with_an_account_is_in_their_language(
    app: Flask, zhou: Browser, university: int, own: str, says: str
) -> None:
    someone(app, "new", "吴新")
    with writing() as session:
        session.get_one(Person, person_id(NEW)).language = own
    other = "/en" if own == "zh" else ""
    zhou.post(f"{other}/account/organisations/{university}/invitations", email=NEW, roles="HOLDER")
    assert says in letters(app)[-1].get_content()
