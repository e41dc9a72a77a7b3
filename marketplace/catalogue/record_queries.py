"""Reading one record with what belongs to it. Rows for lists stand in ``queries``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.catalogue.models import (
    RECORD_MODELS,
    Contributor,
    Demand,
    PatentInventor,
    PatentProject,
    ResultContributor,
    ResultPatent,
    ResultProject,
)
from marketplace.catalogue.models.demand import PUBLIC
from marketplace.catalogue.queries import (
    SHOWN_OWNER_LINKS,
    Holder,
    Listing,
    holders_by_id,
    read_listings,
)
from marketplace.catalogue.states import OVER_STATES, WITHHELD, opening_step
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Level, visibility, visible_to
from marketplace.core.states import StateChange

MOST_LINKED = 50


class Shown:
    """A record as one actor may see it: a field above the actor's level reads as nothing.

    :raises AttributeError: for a name that no level of the record knows.
    """

    def __init__(self, record: Any, actor: Actor) -> None:
        self._record = record
        self._fields = visibility.visible_fields(actor, record)
        self._known = visibility.fields_at(type(record), Level.OWNER)

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            return getattr(self._record, name)
        if name in self._known:
            return None
        raise AttributeError(name)

    def may_read(self, name: str) -> bool:
        """Whether the field is open to the actor, whatever it holds."""
        return name in self._fields


def knows_whose(actor: Actor, demand: Demand) -> bool:
    """Whether the actor may know whose a demand is: what its page and its files ask."""
    return not demand.is_masked or "owner_links" in visibility.visible_fields(actor, demand)


@dataclass(frozen=True)
class Person:
    """A contributor or inventor in a list; ``role`` is the part taken."""

    name: Bilingual
    orcid: str | None
    organisation: Holder | None
    role: Bilingual | None = None


def find_record(actor: Actor, kind: str, record_id: int) -> Shown | None:
    """The record as the actor may see it; nothing when it isn't there or not visible."""
    model = RECORD_MODELS[kind]
    record = db.session.scalar(select(model).where(model.id == record_id, visible_to(actor, model)))
    return Shown(record, actor) if record is not None else None


def taken_away_at(kind: str, record_id: int) -> tuple[str, datetime] | None:
    """The state and the moment, in UTC, in which a record came to its end on the pages.

    Says nothing else of it, and nothing of records in any other state.
    """
    model = RECORD_MODELS[kind]
    taken_away = (
        select(model.state, func.max(StateChange.at))
        .join(StateChange, model.id == StateChange.subject_id)
        .where(
            StateChange.subject_kind == kind,
            model.id == record_id,
            model.state.in_(OVER_STATES),
            StateChange.target == model.state,
        )
        .group_by(model.state)
    )
    if model is Demand:
        # That there was one is nobody's business where not everybody could see it.
        taken_away = taken_away.where(Demand.visibility == PUBLIC)
    found = db.session.execute(taken_away).one_or_none()
    return (found[0], found[1]) if found else None


def withheld_for(kind: str, record: Shown) -> str:
    """The reason for which a record is withheld; empty for one in any other state.

    It is for its holders and for the staff, who alone can read the record itself.
    """
    if record.state != WITHHELD:
        return ""
    reason = db.session.scalar(
        select(StateChange.reason)
        .where(
            StateChange.subject_kind == kind,
            StateChange.subject_id == record.id,
            StateChange.target == WITHHELD,
        )
        .order_by(StateChange.id.desc())
        .limit(1)
    )
    return reason or ""


def public_versions(kind: str, records: Sequence[Any]) -> dict[int, int]:
    """By id of a record the number of its version that is public, or was the last to be.

    A step such as a suspension makes a version of the record as well, but one that says nothing
    new: the number goes on with what is changed in the content.
    """
    steps: dict[int, set[int]] = defaultdict(set)
    if changed := [one.id for one in records if one.version > 1]:
        taken = select(StateChange.subject_id, StateChange.version).where(
            StateChange.subject_kind == kind,
            StateChange.subject_id.in_(changed),
            StateChange.action != opening_step(kind).action,
        )
        for record_id, version in db.session.execute(taken):
            steps[record_id].add(version)
    return {one.id: _last_but(steps[one.id], one.version) for one in records}


def _last_but(steps: set[int], version: int) -> int:
    while version in steps:
        version -= 1
    return version


def holders_of(kind: str, record_id: int) -> list[Holder]:
    """The published holders of a record in their order."""
    link, owned_id = SHOWN_OWNER_LINKS[kind]
    ids = db.session.scalars(
        select(link.organisation_id).where(owned_id == record_id).order_by(link.rank)
    ).all()
    found = holders_by_id(ids)
    return [found[one] for one in ids if one in found]


def contributors_of(result_id: int) -> list[Person]:
    """The people who completed a result, in their order."""
    rows = db.session.execute(
        select(
            Contributor.name, Contributor.orcid, Contributor.organisation_id, ResultContributor.role
        )
        .join(ResultContributor, ResultContributor.contributor_id == Contributor.id)
        .where(ResultContributor.result_id == result_id)
        .order_by(ResultContributor.rank)
    ).all()
    return _people(rows)


def inventors_of(patent_id: int) -> list[Person]:
    """The inventors of a patent in their order."""
    rows = db.session.execute(
        select(Contributor.name, Contributor.orcid, Contributor.organisation_id)
        .join(PatentInventor, PatentInventor.contributor_id == Contributor.id)
        .where(PatentInventor.patent_id == patent_id)
        .order_by(PatentInventor.rank)
    ).all()
    return _people(rows)


def _people(rows: Sequence[Any]) -> list[Person]:
    holders = holders_by_id(row.organisation_id for row in rows if row.organisation_id)
    return [
        Person(
            row.name,
            row.orcid,
            holders.get(row.organisation_id),
            row._mapping.get("role"),
        )
        for row in rows
    ]


def patents_of_result(actor: Actor, result_id: int) -> list[Listing]:
    """The visible patents that protect a result, in its order."""
    return _linked(actor, "patent", ResultPatent.patent_id, ResultPatent.result_id == result_id)


def results_of_patent(actor: Actor, patent_id: int) -> list[Listing]:
    """The visible results that a patent protects."""
    return _linked(actor, "result", ResultPatent.result_id, ResultPatent.patent_id == patent_id)


def projects_of_result(actor: Actor, result_id: int) -> list[Listing]:
    """The visible projects from which a result came, in its order."""
    return _linked(actor, "project", ResultProject.project_id, ResultProject.result_id == result_id)


def projects_of_patent(actor: Actor, patent_id: int) -> list[Listing]:
    """The visible projects from which a patent came, in its order."""
    return _linked(actor, "project", PatentProject.project_id, PatentProject.patent_id == patent_id)


def results_of_project(actor: Actor, project_id: int) -> list[Listing]:
    """The visible results that came of a project."""
    return _linked(actor, "result", ResultProject.result_id, ResultProject.project_id == project_id)


def patents_of_project(actor: Actor, project_id: int) -> list[Listing]:
    """The visible patents that came of a project."""
    return _linked(actor, "patent", PatentProject.patent_id, PatentProject.project_id == project_id)


def _linked(actor: Actor, kind: str, linked_id: Any, condition: Any) -> list[Listing]:
    rank = linked_id.class_.rank
    ids = db.session.scalars(select(linked_id).where(condition).order_by(rank).limit(MOST_LINKED))
    return read_listings(actor, [(kind, one) for one in ids])


@dataclass(frozen=True)
class Holding:
    """What an organisation holds of one kind: how many, and the newest of them."""

    kind: str
    total: int
    newest: list[Listing]


def holding_of(actor: Actor, organisation_id: int, kind: str, limit: int) -> Holding:
    """The visible records of one kind that an organisation holds, newest first."""
    model: Any = RECORD_MODELS[kind]
    link, owned_id = SHOWN_OWNER_LINKS[kind]
    held = (
        select(model.id)
        .join(link, owned_id == model.id)
        .where(link.organisation_id == organisation_id, visible_to(actor, model))
    )
    total = db.session.scalar(select(func.count()).select_from(held.subquery())) or 0
    ids = db.session.scalars(
        held.order_by(model.published_at.desc(), model.id.desc()).limit(limit)
    ).all()
    return Holding(kind, total, read_listings(actor, [(kind, one) for one in ids]))
