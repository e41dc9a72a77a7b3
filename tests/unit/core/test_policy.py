"""Who may do what, and who may see what."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from marketplace.catalogue.models import RECORD_MODELS, Organisation, Result, ResultOwner
from marketplace.catalogue.policies import declare_policies
from marketplace.catalogue.states import found_state
from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import (
    Forbidden,
    Level,
    Permission,
    PolicyTable,
    VisibilityTable,
    any_of,
    anyone,
    bureau,
    holder_of_record,
    only_system,
    policy,
    visible_levels,
    visible_to,
)
from marketplace.core.progress import Job
from marketplace.demands import policies as demand_policies

SYSTEM = system("test")


def person(*roles: Role, organisation_id: int | None = 1) -> Actor:
    return Actor(
        ActorKind.PERSON,
        "李四",
        person_id=7,
        organisation_id=organisation_id,
        roles=frozenset(roles),
    )


@dataclass
class Note:
    """A record of no domain."""

    owner_ids: tuple[int, ...] = (1,)
    text: str = ""
    terms: str = ""
    memo: str = ""
    forgotten: str = ""
    state: str = field(default="draft")


@pytest.fixture
def table() -> PolicyTable:
    table = PolicyTable()
    table.add([Permission("note.read", anyone, _l("谁都可以读。"))])
    table.add([Permission("note.import", only_system, _l("导入由系统进行。"))])
    return table


def test_what_the_table_allows_may_be_done(table: PolicyTable) -> None:
    assert table.can(ANONYMOUS, "note.read")
    table.require(ANONYMOUS, "note.read")
    assert table.can(SYSTEM, "note.import")


def test_a_refusal_says_what_is_needed(table: PolicyTable) -> None:
    assert not table.can(ANONYMOUS, "note.import")
    with pytest.raises(Forbidden) as refusal:
        table.require(ANONYMOUS, "note.import")
    assert refusal.value.action == "note.import"
    assert str(refusal.value.needed) == "导入由系统进行。"


@pytest.mark.parametrize("actor", [ANONYMOUS, person(*Role), SYSTEM])
def test_an_action_without_a_row_is_allowed_to_nobody(table: PolicyTable, actor: Actor) -> None:
    assert not table.can(actor, "note.burn")
    with pytest.raises(Forbidden, match=r"note\.burn"):
        table.require(actor, "note.burn")


def test_two_rows_for_one_action_are_refused(table: PolicyTable) -> None:
    with pytest.raises(ValueError, match=r"note\.read"):
        table.add([Permission("note.read", only_system, _l("谁都不可以读。"))])
    assert table.can(ANONYMOUS, "note.read")


def test_the_same_rows_may_be_put_in_again(table: PolicyTable) -> None:
    table.add(list(table.rows.values()))
    assert len(table.rows) == 2


@pytest.mark.parametrize(
    ("actor", "is_met"),
    [
        (person(Role.HOLDER), True),
        (person(Role.HOLDER_MGR), True),
        (person(Role.HOLDER, organisation_id=2), False),
        (person(Role.HOLDER, organisation_id=None), False),
        (person(Role.DEMANDER), False),
        (person(Role.ADMIN), False),
        (SYSTEM, False),
        (ANONYMOUS, False),
    ],
)
def test_a_holder_acts_for_an_organisation_that_owns_the_record(actor: Actor, is_met: bool) -> None:
    assert holder_of_record(actor, Note()) is is_met


def test_nobody_is_the_holder_of_no_record() -> None:
    assert not holder_of_record(person(Role.HOLDER), None)


def test_a_holder_among_several_owners_is_a_holder() -> None:
    assert holder_of_record(person(Role.HOLDER), Note(owner_ids=(3, 1)))
    assert not holder_of_record(person(Role.HOLDER), Note(owner_ids=()))


def test_the_bureau_is_its_staff_alone() -> None:
    staff = [role for role in Role if bureau(person(role), None)]
    assert staff == [Role.BUREAU, Role.ADMIN]
    assert not bureau(SYSTEM, None)
    assert not bureau(ANONYMOUS, None)


def test_one_of_several_conditions_is_enough() -> None:
    either = any_of(only_system, bureau)
    assert either(SYSTEM, None)
    assert either(person(Role.BUREAU), None)
    assert not either(person(Role.HOLDER), None)
    assert not any_of()(SYSTEM, None)


@pytest.fixture
def sights() -> VisibilityTable:
    def level(actor: Actor, _record: object) -> Level:
        if actor.is_system:
            return Level.OWNER
        return Level.TERMS if actor.is_person else Level.PUBLIC

    table = VisibilityTable()
    table.declare(
        Note,
        records=lambda _actor: Result.id > 0,
        fields={"text": Level.PUBLIC, "terms": Level.TERMS, "memo": Level.OWNER},
        level=level,
    )
    return table


def test_a_field_is_shown_from_its_level_on(sights: VisibilityTable) -> None:
    assert sights.visible_fields(ANONYMOUS, Note()) == {"text"}
    assert sights.visible_fields(person(), Note()) == {"text", "terms"}
    assert sights.visible_fields(SYSTEM, Note()) == {"text", "terms", "memo"}


def test_a_field_that_is_missing_from_the_table_is_shown_to_nobody(
    sights: VisibilityTable,
) -> None:
    assert "forgotten" not in sights.visible_fields(SYSTEM, Note())
    assert "forgotten" not in sights.fields_at(Note, Level.OWNER)


@pytest.mark.parametrize(
    ("level", "count"),
    [
        (Level.PUBLIC, 1),
        (Level.VERIFIED, 1),
        (Level.TERMS, 2),
        (Level.NAMED, 2),
        (Level.OWNER, 3),
    ],
)
def test_an_index_holds_the_fields_up_to_its_level(
    sights: VisibilityTable, level: Level, count: int
) -> None:
    assert len(sights.fields_at(Note, level)) == count


@pytest.mark.parametrize("actor", [ANONYMOUS, person(Role.ADMIN), SYSTEM])
def test_a_model_without_a_row_shows_nothing_to_anybody(core_app: Flask, actor: Actor) -> None:
    with writing() as session:
        session.add(Job(kind="test", key="a", label="a"))
    empty = VisibilityTable()
    assert db.session.scalars(select(Job).where(empty.visible_to(actor, Job))).all() == []
    assert empty.visible_fields(actor, Job()) == frozenset()
    assert empty.fields_at(Job, Level.OWNER) == frozenset()


def test_the_index_holds_levels_that_only_the_system_may_search() -> None:
    assert visible_levels(ANONYMOUS) == ("public",)
    assert visible_levels(person(Role.HOLDER)) == ("public", "signed_in")
    assert set(visible_levels(SYSTEM)) > {"public"}


@pytest.fixture
def listings(core_app: Flask) -> dict[str, int]:
    """Results of two holders in three states; names of holders and their ids."""
    declare_policies()
    demand_policies.declare_policies()
    with writing() as session:
        holders = {
            name: Organisation(name=Bilingual(name), name_key=name, state="published")
            for name in ("甲", "乙")
        }
        session.add_all(holders.values())
        session.flush()
        for name, holder in holders.items():
            for state in ("draft", "published", "suspended"):
                title = Bilingual(f"{name} {state}")
                link = ResultOwner(organisation_id=holder.id, rank=1)
                session.add(Result(title=title, state=state, owner_links=[link]))
        return {name: holder.id for name, holder in holders.items()}


def seen_by(actor: Actor) -> set[str]:
    query = select(Result).where(visible_to(actor, Result))
    return {str(result.title) for result in db.session.scalars(query)}


ALL = {f"{name} {state}" for name in "甲乙" for state in ("draft", "published", "suspended")}
PUBLIC = {"甲 published", "乙 published"}


def test_a_visitor_sees_published_listings_alone(listings: dict[str, int]) -> None:
    assert seen_by(ANONYMOUS) == PUBLIC


def test_a_holder_sees_own_listings_in_every_state_and_of_others_the_published(
    listings: dict[str, int],
) -> None:
    actor = person(Role.HOLDER, organisation_id=listings["甲"])
    assert seen_by(actor) == PUBLIC | {"甲 draft", "甲 suspended"}


def test_a_person_who_acts_for_nobody_sees_what_a_visitor_sees(listings: dict[str, int]) -> None:
    assert seen_by(person(Role.HOLDER, organisation_id=None)) == PUBLIC


@pytest.mark.parametrize("actor", [person(Role.BUREAU), person(Role.ADMIN), SYSTEM])
def test_staff_and_the_system_see_every_listing(listings: dict[str, int], actor: Actor) -> None:
    assert seen_by(actor) == ALL


@pytest.mark.parametrize(("kind", "model"), RECORD_MODELS.items())
def test_every_kind_of_listing_shows_a_visitor_nothing_but_the_published(
    listings: dict[str, int], kind: str, model: type
) -> None:
    found = found_state(kind)
    with writing() as session:
        for state in ("draft", "dept_ok", found, "suspended", "expired", "withdrawn"):
            names = {"name": Bilingual("名"), "name_key": "名"} if model is Organisation else {}
            title = {} if names else {"title": Bilingual("题")}
            session.add(model(state=state, **names, **title))
    shown = db.session.scalars(select(model).where(visible_to(ANONYMOUS, model)))
    assert {record.state for record in shown} == {found}


def test_an_organisation_sees_its_own_entry_before_it_is_published(
    listings: dict[str, int],
) -> None:
    with writing() as session:
        newcomer = Organisation(name=Bilingual("丙"), name_key="丙", state="draft")
        session.add(newcomer)
        session.flush()
        own_id = newcomer.id
    query = select(Organisation.id).where(
        visible_to(person(Role.HOLDER, organisation_id=own_id), Organisation)
    )
    assert set(db.session.scalars(query)) == {own_id, *listings.values()}


def test_the_catalogue_may_be_declared_again() -> None:
    declare_policies()
    before = dict(policy.rows)
    declare_policies()
    assert policy.rows == before
