"""Reading the catalogue: names of holders, rows for lists, figures for the home page.

Everything is read through ``visible_to``; nothing here writes. What one record's page needs
stands in ``record_queries``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, Select, String, bindparam, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.catalogue.confirmation import fresh_days
from marketplace.catalogue.models import (
    RECORD_MODELS,
    DemandOwner,
    NamedDemandOwner,
    Organisation,
    Patent,
    PatentOwner,
    Project,
    ProjectOrganisation,
    Result,
    ResultOwner,
)
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual, today
from marketplace.core.policy import Level, visibility, visible_to

CACHE_SECONDS = 30.0
CACHED_NAMES = 20_000

RecordKey = tuple[str, int]

OWNER_LINKS: dict[str, tuple[Any, InstrumentedAttribute[int]]] = {
    "result": (ResultOwner, ResultOwner.result_id),
    "patent": (PatentOwner, PatentOwner.patent_id),
    "demand": (DemandOwner, DemandOwner.demand_id),
    "project": (ProjectOrganisation, ProjectOrganisation.project_id),
}
"""Whose a record is: for rules and for the staff of districts."""
SHOWN_OWNER_LINKS = OWNER_LINKS | {"demand": (NamedDemandOwner, NamedDemandOwner.demand_id)}
"""Whose a record is said to be: everything that is shown, searched or sent reads these."""

LISTED = "id is_demo confirmed_on"
OFFERED = (
    "title abstract conversion_modes price_kind price_min_fen price_max_fen try_before_pay "
    "open_licence"
)
COLUMNS = {
    "result": f"{LISTED} {OFFERED} problem solution trl stage ended_on",
    "patent": f"{LISTED} {OFFERED} kind legal_status application_number publication_number "
    "filed_on expires_on",
    "demand": f"{LISTED} title problem demand_type budget_kind budget_min_fen budget_max_fen "
    "cooperation_modes wanted_trl deadline is_masked masked_name",
    "project": f"{LISTED} title abstract number plan_source programme funder accepted_on "
    "has_transfer_obligation transfer_due_on",
    "organisation": f"{LISTED} name kind division intro verified_on",
}


TEXT_COLUMNS = {"organisation": "intro", "demand": "problem"}


@dataclass(frozen=True, slots=True)
class Holder:
    """An organisation as lists show it: ``division`` is the code of its district."""

    id: int
    name: Bilingual
    division: str | None
    is_verified: bool


@dataclass(slots=True)
class Listing:
    """One record in a list: its public columns by name, and its holders in their order."""

    kind: str
    id: int
    columns: dict[str, Any]
    holders: list[Holder] = field(default_factory=list)

    @property
    def title(self) -> Bilingual:
        """The title, or the name of an organisation."""
        title: Bilingual = self.columns["name" if self.kind == "organisation" else "title"]
        return title

    @property
    def text(self) -> Bilingual:
        """The abstract, what an organisation says about itself, or the problem of a demand."""
        return self.columns.get(TEXT_COLUMNS.get(self.kind, "abstract")) or Bilingual()

    @property
    def first_holder(self) -> Bilingual | None:
        """The name of the first holder, or the one that a masked demand gives instead."""
        return self.holders[0].name if self.holders else self.columns.get("masked_name")


def organisation_name(organisation_id: int) -> Bilingual | None:
    """The name of a published organisation; nothing for one that isn't there."""
    # The filters of a page ask twenty times for names that were read a moment before.
    until, holder = _kept_holders().get(organisation_id, (0.0, None))
    if until < monotonic():
        holder = holders_by_id((organisation_id,)).get(organisation_id)
    return holder.name if holder else None


def holders_by_id(organisation_ids: Iterable[int]) -> dict[int, Holder]:
    """The published organisations among these ids, in one query at most.

    Kept in the process for :data:`CACHE_SECONDS`, so a new name shows that much later.
    """
    cache = _kept_holders()
    moment = monotonic()
    answer: dict[int, Holder | None] = {}
    missing: list[int] = []
    for one in set(organisation_ids):
        kept = cache.get(one)
        if kept is None or kept[0] < moment:
            missing.append(one)
        else:
            answer[one] = kept[1]
    if missing:
        found = {holder.id: holder for holder in _read_holders(missing)}
        answer |= {one: found.get(one) for one in missing}
        fresh = {one: (moment + CACHE_SECONDS, found.get(one)) for one in missing}
        if len(cache) > CACHED_NAMES:
            # Replaced, never emptied: other threads read the old one meanwhile.
            current_app.extensions["catalogue.holders"] = fresh
        else:
            cache.update(fresh)
    return {one: holder for one, holder in answer.items() if holder is not None}


def _kept_holders() -> dict[int, tuple[float, Holder | None]]:
    """Until when a holder is remembered, and the holder; nothing for one that isn't there."""
    kept: dict[int, tuple[float, Holder | None]]
    kept = current_app.extensions.setdefault("catalogue.holders", {})
    return kept


def _read_holders(organisation_ids: Sequence[int]) -> list[Holder]:
    rows = db.session.connection().execute(
        _kept("holders", _holders_statement), {"ids": organisation_ids}
    )
    return [
        Holder(found_id, name, division, verified_on is not None)
        for found_id, name, division, verified_on in rows
    ]


def _holders_statement() -> Select[Any]:
    """Holders by their ids."""
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    columns: list[Any] = [
        Organisation.id,
        Organisation.name,
        Organisation.division,
        Organisation.verified_on,
    ]
    return select(*columns).where(visible_to(ANONYMOUS, Organisation), Organisation.id.in_(ids))


def count_held(actor: Actor, organisation_id: int) -> dict[str, int]:
    """How many records of each kind the organisation holds that the actor may see."""
    counts = {}
    for kind, (links, record_id) in SHOWN_OWNER_LINKS.items():
        model: Any = RECORD_MODELS[kind]
        held = (
            select(func.count(model.id))
            .join(links, record_id == model.id)
            .where(links.organisation_id == organisation_id, visible_to(actor, model))
        )
        counts[kind] = db.session.scalar(held) or 0
    return counts


def read_listings(actor: Actor, keys: Sequence[RecordKey]) -> list[Listing]:
    """The rows of these records, in the order asked; those the actor may not see are left out.

    Two queries a kind, however many records, and one for holders not yet remembered.
    """
    ids_by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in keys:
        if kind in RECORD_MODELS:
            ids_by_kind[kind].append(record_id)
    found: dict[RecordKey, Listing] = {}
    holder_ids: dict[RecordKey, list[int]] = {}
    # Through the connection: these are plain rows, and the session's loading costs as much
    # again as the query.
    connection = db.session.connection()
    for kind, ids in ids_by_kind.items():
        rows = connection.execute(_listing_statement(actor, kind), {"ids": ids})
        names = tuple(rows.keys())
        for row in rows.all():
            columns = dict(zip(names, row, strict=True))
            key = (kind, columns["id"])
            holder_ids[key] = _in_rank_order(columns.pop(HOLDERS, None))
            found[key] = Listing(*key, columns)
    holders = holders_by_id(one for ids in holder_ids.values() for one in ids)
    for key, wanted in holder_ids.items():
        found[key].holders = [holders[one] for one in wanted if one in holders]
    return [found[key] for key in keys if key in found]


HOLDERS = "_holders"


def _in_rank_order(pairs: str | None) -> list[int]:
    """The ids in ``rank:id,rank:id``, which the database joins in any order."""
    ranked = [tuple(map(int, pair.split(":"))) for pair in pairs.split(",")] if pairs else []
    return [organisation_id for _rank, organisation_id in sorted(ranked)]


def _listing_statement(actor: Actor, kind: str) -> Select[Any]:
    """The rows of a kind by their ids, with ranks and ids of their holders."""
    if actor != ANONYMOUS:
        return _build_statement(actor, kind)
    return _kept(kind, lambda: _build_statement(actor, kind))


def _kept(name: str, build: Callable[[], Select[Any]]) -> Select[Any]:
    """A statement for visitors, who ask most; building it costs more than running it."""
    kept: dict[str, Select[Any]] = current_app.extensions.setdefault("catalogue.statements", {})
    if name not in kept:
        kept[name] = build()
    return kept[name]


def _build_statement(actor: Actor, kind: str) -> Select[Any]:
    model = RECORD_MODELS[kind]
    public = visibility.fields_at(model, Level.PUBLIC)
    columns: list[Any] = [getattr(model, name) for name in COLUMNS[kind].split() if name in public]
    if kind in SHOWN_OWNER_LINKS:
        link, owned_id = SHOWN_OWNER_LINKS[kind]
        pair = cast(link.rank, String) + ":" + cast(link.organisation_id, String)
        holders = select(func.aggregate_strings(pair, ",")).where(owned_id == model.id)
        columns.append(holders.scalar_subquery().label(HOLDERS))
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return select(*columns).where(visible_to(actor, model), model.id.in_(ids))


def newest_listings(actor: Actor, kind: str, limit: int) -> list[Listing]:
    """The records of a kind that were published last, newest first."""
    model = RECORD_MODELS[kind]
    ids = db.session.scalars(
        select(model.id)
        .where(visible_to(actor, model))
        .order_by(model.published_at.desc(), model.id.desc())
        .limit(limit)
    )
    return read_listings(actor, [(kind, record_id) for record_id in ids])


@dataclass(frozen=True)
class HomeFigures:
    """What the market holds: every figure counts records that anyone may open."""

    results: int
    fresh_results: int
    patents: int
    patents_in_force: int
    organisations: int
    verified_organisations: int
    projects: int
    projects_under_obligation: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been published yet."""
        return not (self.results or self.organisations or self.patents or self.projects)


def home_figures() -> HomeFigures:
    """The figures of the home page, at most :data:`CACHE_SECONDS` old."""
    kept: tuple[float, date, HomeFigures] | None = current_app.extensions.get("catalogue.figures")
    moment, day = monotonic(), today()
    if kept is None or kept[0] < moment or kept[1] != day:
        kept = (moment + CACHE_SECONDS, day, _count_figures(day))
        current_app.extensions["catalogue.figures"] = kept
    return kept[2]


def _count_figures(day: date) -> HomeFigures:
    def count(model: type[Any], *conditions: Any) -> int:
        statement = select(func.count()).where(visible_to(ANONYMOUS, model), *conditions)
        return db.session.scalar(statement) or 0

    return HomeFigures(
        results=count(Result),
        fresh_results=count(Result, Result.confirmed_on >= day - timedelta(days=fresh_days())),
        patents=count(Patent),
        patents_in_force=count(Patent, Patent.legal_status == "granted"),
        organisations=count(Organisation),
        verified_organisations=count(Organisation, Organisation.verified_on.is_not(None)),
        projects=count(Project),
        projects_under_obligation=count(
            Project, Project.has_transfer_obligation, Project.transfer_due_on >= day
        ),
    )
