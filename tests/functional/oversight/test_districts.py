"""The bureau searches the trail of what happened in its districts, and of nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select, text

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import ResultOwner
from marketplace.core.actor import Actor, ActorKind, Role
from marketplace.core.audit import AuditEntry, audit_values
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import visibility, visible_to
from marketplace.oversight.districts import KINDS
from tests.functional.accounts.browsing import seen
from tests.functional.security.belongings import DISTRICT, Belongings, add_belongings
from tests.functional.security.test_other_districts import OTHER_DISTRICT, add_staff

PAGE = "/staff/audit"
NAMED = {"transfer_clock": "clock"}
"""What belongings call a kind of subject otherwise than the trail does."""


@pytest.fixture
def unit(app: Flask) -> Belongings:
    """An organisation of one district, with one act in the trail on each thing of it."""
    made = add_belongings(is_sent=True)
    with writing() as session:
        # Whoever acts, for whomever: where it happened counts.
        actor = Actor(ActorKind.PERSON, "方鹤鸣", 77, 4711)
        session.add_all(
            AuditEntry(**audit_values(actor, "listing.suspend", kind, number, reason=f"理由{kind}"))
            for kind, number in subjects(made)
        )
    return made


def subjects(unit: Belongings) -> list[tuple[str, int]]:
    return [(kind, unit[NAMED.get(kind, kind)]) for kind in KINDS]


def bureau(*districts: str) -> Actor:
    """Somebody of the bureau who answers for the districts; for the city without any."""
    roles = frozenset({Role.BUREAU})
    return Actor(ActorKind.PERSON, "人", 1, 4712, roles, frozenset(districts))


def found(actor: Actor) -> set[tuple[str, int]]:
    """The subjects of the acts of the fixture that the actor may see."""
    rows = select(AuditEntry).where(visible_to(actor, AuditEntry), AuditEntry.person_id == 77)
    return {(one.subject_kind, one.subject_id) for one in db.session.scalars(rows)}


def test_of_each_kind_staff_see_what_lies_in_their_districts_and_no_others_do(
    unit: Belongings,
) -> None:
    assert found(bureau(DISTRICT)) == set(subjects(unit))
    assert found(bureau(DISTRICT, OTHER_DISTRICT)) == set(subjects(unit))
    assert found(bureau()) == set(subjects(unit))
    assert found(bureau(OTHER_DISTRICT)) == set()


def test_the_page_and_the_export_show_another_district_nothing(
    app: Flask, unit: Belongings
) -> None:
    here = add_staff(app, Role.BUREAU, DISTRICT)
    page = seen(here.get(PAGE))
    exported = here.post(f"{PAGE}/export", format="csv").text
    for told in ("理由result", "理由obligation", "方鹤鸣"):
        assert told in page
        assert told in exported
    assert "你负责的区划里" in page


def test_whatever_staff_of_another_district_look_for_nothing_is_found(
    app: Flask, unit: Belongings
) -> None:
    elsewhere = add_staff(app, Role.BUREAU, OTHER_DISTRICT)
    for query in (
        "",
        "who=77",
        "who=方鹤鸣",
        "organisation=4711",
        f"kind=result&id={unit['result']}",
    ):
        page = seen(elsewhere.get(f"{PAGE}?{query}"))
        assert "没有符合这些条件的记录" in page, query
        assert "理由" not in page.partition("<main")[2], query
    exported = elsewhere.post(f"{PAGE}/export", format="csv").text
    assert "理由" not in exported.partition("\n")[2]


def test_a_record_lies_with_its_first_holder_and_moves_with_it(unit: Belongings) -> None:
    with writing() as session:
        other = Organisation(
            name=Bilingual("郊区大学"),
            name_key="郊区大学",
            division=OTHER_DISTRICT,
            state="published",
        )
        session.add(other)
        session.flush()
        session.add(ResultOwner(result_id=unit["result"], organisation_id=other.id, rank=2))
    result = ("result", unit["result"])
    assert result in found(bureau(DISTRICT))
    assert result not in found(bureau(OTHER_DISTRICT))
    with writing() as session:
        first = (ResultOwner.result_id == unit["result"], ResultOwner.rank == 1)
        session.execute(delete(ResultOwner).where(*first))
    assert result not in found(bureau(DISTRICT))
    assert result in found(bureau(OTHER_DISTRICT))


def test_what_lies_nowhere_is_for_those_who_answer_for_the_whole_city(unit: Belongings) -> None:
    with writing() as session:
        session.get_one(Organisation, unit["organisation"]).division = None
    assert ("organisation", unit["organisation"]) not in found(bureau(DISTRICT))
    assert ("organisation", unit["organisation"]) in found(bureau())


@pytest.mark.parametrize("districts", [(), (DISTRICT,)])
@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("account.act_for", "organisation"),
        ("letter.write", "result"),
        ("refused", "result"),
        ("account.password_changed", "person"),
        ("membership.grant", "person"),
        ("access.request", "access_request"),
        ("part.open", "disclosure_part"),
        ("attachment.open", "attachment"),
        ("audit.export", "audit"),
        ("second_step_reset.request", "second_step_reset"),
    ],
)
def test_accounts_and_what_units_settle_between_themselves_are_not_shown(
    unit: Belongings, districts: tuple[str, ...], action: str, kind: str
) -> None:
    with writing() as session:
        actor = Actor(ActorKind.PERSON, "李雯", 78, unit["organisation"])
        values = audit_values(actor, action, kind, unit.get(kind, 1))
        session.add(AuditEntry(**values))
    row = db.session.scalars(select(AuditEntry).where(AuditEntry.person_id == 78)).one()
    shown = select(AuditEntry.id).where(visible_to(bureau(*districts), AuditEntry))
    assert row.id not in set(db.session.scalars(shown))
    assert visibility.visible_fields(bureau(*districts), row) == frozenset()


def test_whoever_sees_a_row_sees_all_of_it(unit: Belongings) -> None:
    row = db.session.scalars(select(AuditEntry).where(AuditEntry.person_id == 77)).first()
    assert row
    assert "detail" in visibility.visible_fields(bureau(DISTRICT), row)
    assert visibility.visible_fields(bureau(OTHER_DISTRICT), row) == frozenset()


@pytest.mark.parametrize("condition", ["", "action", "person_id", "actor_name"])
def test_a_page_of_a_district_is_read_newest_first_without_sorting(
    app: Flask, condition: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("plans of PostgreSQL depend on its statistics")
    rows = select(AuditEntry).where(visible_to(bureau(DISTRICT), AuditEntry))
    if condition:
        rows = rows.where(getattr(AuditEntry, condition) == 1)
    newest = rows.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(51)
    statement = newest.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))
    told = " ".join(str(row[-1]) for row in plan)
    assert "audit_entry USING INDEX ix_audit_entry_" in told
    assert "TEMP B-TREE" not in told
