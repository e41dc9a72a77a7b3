"""Loading the demonstration through the same services as an import.

The texts stand in ``data``; which columns there are and what they mean belongs to the
catalogue's inputs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import func, select

from marketplace.catalogue.inputs import INPUTS, CleanRow
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.saving import save_records
from marketplace.core.actor import Actor
from marketplace.core.codelists import add_items
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import local_date
from marketplace.core.locks import lock_until_commit
from marketplace.core.tables import match_columns
from marketplace.demo.city import DIVISIONS
from marketplace.demo.contracts import load_contracts
from marketplace.demo.demands import load_demands
from marketplace.demo.matches import load_matches
from marketplace.demo.obligations import load_obligations
from marketplace.demo.people import load_people
from marketplace.demo.postings import load_postings
from marketplace.demo.readers import load_readers
from marketplace.demo.registrations import load_registrations
from marketplace.demo.searches import load_searches
from marketplace.statistics.stored_forecasts import compute_forecast

SOURCE = "demo"
# The day on which the texts were written as of. The days of the listing move along with today,
# so that what was confirmed last month stays confirmed last month.
WRITTEN_AS_OF = date(2026, 11, 23)
MOVING_DAYS = {
    "organisation": {"verified_on"},
    "project": {"accepted_on", "transfer_due_on"},
    "patent": {"listed_on", "confirmed_on", "status_checked_on"},
    "result": {"published_on", "confirmed_on"},
    "demand": {"published_on", "deadline"},
}
FILES = {
    "organisation": "organisations",
    "project": "projects",
    "patent": "patents",
    "result": "results",
    "demand": "demands",
}

Record = dict[str, Any]


class DemoDataError(Exception):
    """A record of the demonstration that its own rules refuse; says which and why."""


@dataclass(frozen=True)
class DemoStatus:
    """How many records of one kind the demonstration has, and how many there are in all."""

    demo: int
    all: int


def load_demo(actor: Actor) -> dict[str, dict[str, int]]:
    """Load everything, or bring it up to date; may be repeated at any time.

    On another day the dates move along, so records count as updated then.

    :returns: for each kind how many were created, updated and unchanged.
    :raises DemoDataError: when a record breaks the rules of the catalogue.
    """
    shift = local_date(now()) - WRITTEN_AS_OF
    organisations = {record["key"]: record for record in _records("organisation")}
    counts: dict[str, dict[str, int]] = {}
    with writing() as session:
        lock_until_commit(session, "demo")
        add_items(session, "division", DIVISIONS)
        for kind in FILES:
            kept = _kept_by_hand(kind)
            rows = [
                _clean(kind, number, _with_parties(_moved(kind, record, shift), organisations))
                for number, record in enumerate(_records(kind), start=1)
                if record["key"] not in kept
            ]
            outcomes = save_records(actor, kind, rows, source=SOURCE, is_demo=True)
            for row, outcome in zip(rows, outcomes, strict=True):
                if outcome.issue is not None:
                    raise DemoDataError(f"{kind} {row.source_id}: {outcome.issue.reason}")
            counts[kind] = dict(Counter(outcome.saved.value for outcome in outcomes))
        load_people(session, actor)
        load_obligations(session)
        load_readers(session)
        load_contracts(actor)
        load_registrations(session)
        load_matches(session)
        # Last, so that saved searches find what changes here.
        load_postings(session)
        load_demands(session)
        load_searches(session)
    # The board of a fresh market shouldn't wait for the night.
    compute_forecast()
    return counts


def demo_status() -> dict[str, DemoStatus]:
    """How many records of each kind there are, those of the demonstration apart."""
    status = {}
    for kind in FILES:
        model = RECORD_MODELS[kind]
        demo, all_ = db.session.execute(
            select(func.count().filter(model.is_demo), func.count(model.id))
        ).one()
        status[kind] = DemoStatus(demo, all_)
    return status


def _kept_by_hand(kind: str) -> set[str]:
    """The keys of records that somebody has changed on the pages; they stay as they are."""
    model = RECORD_MODELS[kind]
    return set(
        db.session.scalars(
            select(model.source_id).where(
                model.source == SOURCE, model.kept_by_hand_since.is_not(None)
            )
        )
    ) - {None}  # type: ignore[return-value]


def _records(kind: str) -> Iterator[Record]:
    folder = files("marketplace.demo").joinpath("data")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith(FILES[kind]) and entry.name.endswith(".jsonl"):
            for line in entry.read_text("utf-8").splitlines():
                if line.strip():
                    yield json.loads(line)


def _moved(kind: str, record: Record, shift: timedelta) -> Record:
    """The record with the days of its listing moved; what happened once stays where it was."""
    return {
        key: (date.fromisoformat(value) + shift).isoformat()
        if key in MOVING_DAYS[kind] and value
        else value
        for key, value in record.items()
    }


def _with_parties(record: Record, organisations: dict[str, Record]) -> Record:
    """The record with the organisations' keys replaced by their names and codes."""

    def party(key: str) -> Record:
        if key not in organisations:
            raise DemoDataError(f"{record['key']}: no organisation {key!r}")
        return {part: organisations[key][part] for part in ("name", "uscc")}

    found = dict(record)
    keys = found.pop("owners", None) or [
        key for key in (found.pop("lead", None), *found.pop("partners", ())) if key
    ]
    if keys:
        found["owners"] = [party(key) for key in keys]
    for link in ("contributors", "inventors"):
        if link in found:
            found[link] = [
                {**person, "organisation": party(person["organisation"])} for person in found[link]
            ]
    return found


def _clean(kind: str, number: int, record: Record) -> CleanRow:
    declared = INPUTS[kind]
    match = match_columns(tuple(record), declared.accepted_names())
    if match.unknown:
        raise DemoDataError(f"{kind} {record['key']}: unknown fields {match.unknown}")
    cleaned = declared.clean(number, record, match.found)
    if isinstance(cleaned, CleanRow):
        return cleaned
    reasons = "; ".join(f"{issue.field} {issue.value}: {issue.reason}" for issue in cleaned)
    raise DemoDataError(f"{kind} {record['key']}: {reasons}")
