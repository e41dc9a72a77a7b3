"""The audit trail."""

from __future__ import annotations

from datetime import UTC

import pytest
from flask import Flask
from sqlalchemy import insert, select

from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.audit import AuditEntry, audit_values, record_audit
from marketplace.core.db import db, writing

PERSON = Actor(ActorKind.PERSON, "李四", 7, 3, frozenset({Role.HOLDER}))


def test_an_entry_says_who_did_what_to_which_version_for_whom(core_app: Flask) -> None:
    with writing() as session:
        record_audit(session, PERSON, "listing.publish", "result", 5, 2, note="首次")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_kind, entry.actor_name) == ("person", "李四")
    assert (entry.person_id, entry.organisation_id) == (7, 3)
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("listing.publish", "result", 5)
    assert (entry.subject_version, entry.detail) == (2, {"note": "首次"})
    assert entry.at.tzinfo is UTC


def test_an_act_that_is_taken_back_leaves_no_entry(core_app: Flask) -> None:
    def act_and_fail() -> None:
        with writing() as session:
            record_audit(session, PERSON, "listing.publish", "result", 5)
            session.flush()
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        act_and_fail()
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_many_entries_at_once_are_like_single_ones(core_app: Flask) -> None:
    actor = system("import")
    with writing() as session:
        rows = [audit_values(actor, "listing.import", "patent", number) for number in (1, 2)]
        session.execute(insert(AuditEntry), rows)
        record_audit(session, actor, "listing.import", "patent", 3)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.subject_id)).all()
    assert [entry.subject_id for entry in entries] == [1, 2, 3]
    for entry in entries:
        assert (entry.actor_kind, entry.actor_name) == ("system", "import")
        assert (entry.person_id, entry.subject_version, entry.detail) == (None, None, {})
