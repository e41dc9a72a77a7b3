"""Looking for matches, in the background: of each demand that is new or changed, and of those that
a new or changed record might serve.

A demand is always looked for as a whole, so that its list has one order. What people said stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.documents import document_id, parse_document_id
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.models import Demand
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.catalogue.saving.identity import in_chunks
from marketplace.core.actor import Actor, system
from marketplace.core.db import db, now, writing
from marketplace.core.notifications import notify
from marketplace.core.outbox import (
    Consumer,
    NotNow,
    OutboxEvent,
    end_events,
    record_events,
    subscribe,
    waiting_events,
)
from marketplace.core.policy import policy
from marketplace.matching.encoders import market_encoders
from marketplace.matching.ending import lapse, lapse_all
from marketplace.matching.facts import factor_of
from marketplace.matching.holding import hold_matches
from marketplace.matching.models import DEMANDER, DemandRound, Match
from marketplace.matching.notices import FOUND
from marketplace.matching.policies import SUGGEST
from marketplace.matching.refusals import LOWERED_TO, lowered_by
from marketplace.matching.searching import find_demands, find_offers
from marketplace.matching.states import (
    BEFORE_CONTACTS,
    DECLINED,
    FIND_AGAIN,
    LAPSED,
    MATCH_STATES,
    PROPOSED,
    SUGGESTED,
)
from marketplace.matching.subjects import DEMAND, OFFERS, Subject, SubjectsOnce, read_subjects
from marketplace.matching.tables import compare, facts_between
from marketplace.matching.vectors.encoding import LISTING_ENCODED, is_encoding_behind
from search.engines.base import EngineUnavailable

KEPT = 20
"""Matches of a demand that are kept as suggestions; more than people look through."""
COMPARED = 60
"""Candidates that are compared requirement by requirement to find those."""
READ = 200
"""Candidates that are read with their fields, which move nobody from further down among those."""
NEAREST = 10
OF_WHICH_ONE_IS_NEAR = 100
"""The nearest are kept also without meeting anything, so many, and at most one of a hundred records
that there are: in a small market the nearest are not near."""
DEMANDS_TOLD = 20
"""Demands that a record is tried on; each then looks for itself among all records."""
OF_DEMANDS = "matching-demands"
DUE = "demand_round_due"
RULES = "2026-11"
"""Part of the name of the algorithm: changes with weights, factors and rules."""


def subscribe_suggesting() -> None:
    """Have the outbox tell what can be matched now. Demands come before records."""
    subscribe(
        Consumer(
            OF_DEMANDS,
            frozenset({LISTING_ENCODED, DUE}),
            _demand_events,
            batch=4,
            subject_kinds=frozenset({DEMAND}),
            takes_long=True,
        )
    )
    subscribe(
        Consumer(
            "matching-records",
            frozenset({LISTING_ENCODED}),
            _record_events,
            batch=16,
            subject_kinds=frozenset(OFFERS),
            takes_long=True,
        )
    )


def algorithm() -> str:
    """The name of what finds at present: rules and encoders."""
    return "+".join([RULES, *(encoder.name for encoder in market_encoders().used)])[:80]


def _demand_events(events: Sequence[OutboxEvent]) -> None:
    for demand_id in sorted({event.subject_id for event in events}):
        # What waits before a round begins to read has been seen by it; what is told later has not.
        seen = waiting_events(db.session, OF_DEMANDS, DEMAND, demand_id)
        _without_engine_not_now(suggest, system("matching"), demand_id)
        with writing() as session:
            end_events(session, seen)


def _record_events(events: Sequence[OutboxEvent]) -> None:
    if is_encoding_behind():
        raise NotNow("the encoding catches up first")
    ids: dict[str, set[int]] = defaultdict(set)
    for event in events:
        ids[event.subject_kind].add(event.subject_id)
    due: set[int] = set()
    for kind, record_ids in ids.items():
        found = read_subjects(kind, sorted(record_ids))
        for subject in found.values():
            due |= set(_without_engine_not_now(demands_for, subject))
        # What is found no longer leaves the lists in which it stands.
        due |= _demands_matched(kind, sorted(record_ids))
    with writing() as session:
        record_events(session, DUE, DEMAND, sorted(due))


def _without_engine_not_now(work: Any, *given: Any) -> Any:
    try:
        return work(*given)
    except EngineUnavailable as reason:
        raise NotNow(reason.code) from reason


def demands_for(record: Subject) -> list[int]:
    """The ids of open demands that a record might serve, the likeliest first.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    return [parse_document_id(one.id)[1] for one in find_demands(record, DEMANDS_TOLD)]


@dataclass(frozen=True)
class Candidate:
    """A record with its score for a demand and what made it."""

    subject: Subject
    score: float
    features: dict[str, Any]


def candidates_for(
    demand: Subject, refused: Sequence[tuple[str, Subject]], left_out: frozenset[tuple[str, int]]
) -> list[Candidate]:
    """What fits a demand, best first: texts, then facts, then what was said of others.

    `refused`: records that were found unfit, with the reason; records like them stand further
    down. `left_out`: records that don't come into question.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    known = SubjectsOnce()
    found = find_offers(demand, known)[:READ]
    keys = (parse_document_id(one.id) for one in found)
    subjects = known.get(key for key in keys if key not in left_out)
    candidates = []
    for one in found:
        subject = subjects.get(parse_document_id(one.id))
        if subject is None:
            continue
        facts = facts_between(demand, subject)
        lowered = lowered_by(refused, subject)
        base = one.score * factor_of(facts)
        score = base * LOWERED_TO ** len(lowered)
        features = {
            "score": round(score, 4),
            "base": round(base, 4),
            "shares": {name: round(share, 4) for name, share in one.shares.items()},
            "facts": {fact.code: fact.verdict for fact in facts},
            "lowered": lowered,
        }
        candidates.append(Candidate(subject, score, features))
    return sorted(candidates, key=lambda one: (-one.score, one.subject.document_id))


def suggest(actor: Actor, demand_id: int) -> int:
    """Look for matches of a demand anew; how many suggestions its list has now.

    One that is open no longer loses its suggestions, and matches that are under way lapse. May be
    repeated at any time.

    :raises Forbidden: for anybody but the system.
    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    policy.require(actor, SUGGEST)
    db.session.rollback()
    begun = now()
    demand = read_subjects(DEMAND, [demand_id]).get(demand_id)
    if demand is None:
        with writing() as session:
            lapse_all(session, actor, Match.demand_id == demand_id)
        return 0
    candidates = candidates_for(demand, refused_of(demand_id), _declined(demand_id))
    own = _own_records(demand_id, [one.subject for one in candidates])
    candidates = [one for one in candidates if one.subject.document_id not in own]
    found = list(islice(_worth_a_look(demand, candidates), KEPT))
    with writing() as session:
        hold_matches(session, demand_id)
        fresh = _keep(session, actor, demand_id, found)
        session.merge(DemandRound(demand_id=demand_id, at=begun, algorithm=algorithm()))
        if fresh:
            _tell(session, demand_id, demand, fresh)
    return len(found)


def _worth_a_look(demand: Subject, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Those of the best that meet something, and the very first whatever they meet.

    An excellent record often says in no one sentence what workshop words ask for. Of 120 demands
    written so, the right one of 4,097 records is among the first ten for 88, and meets enough to
    be kept by that alone for 38. Nothing keeps one that meets nothing and fails something.
    """
    documents = search_service().engine.health().documents
    nearest = min(NEAREST, documents // OF_WHICH_ONE_IS_NEAR)
    for place, one in enumerate(candidates[:COMPARED]):
        compared = compare(demand, one.subject, keeps=True)
        verdicts = {name: compared.count(name) for name in ("met", "unmet", "unknown")}
        met = verdicts["met"]
        is_enough = met >= 2 or 2 * met >= len(compared.requirements) or compared.meets_a_figure
        meets = bool(met and is_enough)
        if meets or (place < nearest and (met or not verdicts["unmet"])):
            features = {**one.features, "verdicts": verdicts, "meets": meets}
            yield Candidate(one.subject, one.score, features)


def reorder(session: Session, demand_id: int) -> None:
    """Put the list of a demand into the order that what was just said of one of it makes."""
    refused = refused_of(demand_id)
    in_list = and_(Match.place.is_not(None), Match.state != DECLINED)
    listed = session.scalars(
        select(Match).where(Match.demand_id == demand_id, or_(in_list, Match.state == PROPOSED))
    ).all()
    subjects = SubjectsOnce().get((match.kind, match.record_id) for match in listed)
    for match in listed:
        subject = subjects.get((match.kind, match.record_id))
        lowered = lowered_by(refused, subject) if subject else []
        score = match.features.get("base", 0.0) * LOWERED_TO ** len(lowered)
        match.features = {**match.features, "lowered": lowered, "score": round(score, 4)}
    by_score = sorted(listed, key=lambda match: (-match.features["score"], match.place or 0))
    for place, match in enumerate([one for one in by_score if one.place is not None], 1):
        match.place = place


def _keep(
    session: Session, actor: Actor, demand_id: int, found: Sequence[Candidate]
) -> list[Match]:
    """Bring the list of a demand to what was found; those that are new in it."""
    held = {
        (match.kind, match.record_id): match
        for match in session.scalars(
            select(Match).where(Match.demand_id == demand_id).with_for_update()
        )
    }
    for match in held.values():
        match.place = None
    fresh = []
    for place, one in enumerate(found, 1):
        key = (one.subject.kind, one.subject.id)
        if key not in held:
            match = Match(
                demand_id=demand_id,
                kind=one.subject.kind,
                record_id=one.subject.id,
                state=SUGGESTED,
                wants=[],
                consents=[],
            )
            session.add(match)
            fresh.append(match)
        else:
            match = held.pop(key)
        if match.state == LAPSED:
            MATCH_STATES.take_step(session, actor, match, FIND_AGAIN)
            fresh.append(match)
        match.place, match.features, match.algorithm = place, one.features, algorithm()
        match.found_at = now()
    gone = _gone(list(held))
    lapse(
        session,
        actor,
        [
            match
            for key, match in held.items()
            if match.state == SUGGESTED or (match.state in BEFORE_CONTACTS and key in gone)
        ],
    )
    session.flush()
    return fresh


def _tell(session: Session, demand_id: int, demand: Subject, fresh: Sequence[Match]) -> None:
    """Tell whose demand it is of what is new and meets something."""
    telling = sum(match.features["meets"] for match in fresh)
    owners = session.get_one(Demand, demand_id).owner_ids if telling else ()
    for organisation_id in owners:
        notify(
            session,
            organisation_id,
            FOUND,
            demand_id=demand_id,
            title=demand.title.as_dict(),
            matches=telling,
        )


def refused_of(demand_id: int) -> list[tuple[str, Subject]]:
    """The records that the demand's side found unfit, with the reason."""
    rows = db.session.execute(
        select(Match.kind, Match.record_id, Match.decline_code).where(
            Match.demand_id == demand_id,
            Match.state == DECLINED,
            Match.declined_by == DEMANDER,
            Match.decline_code.is_not(None),
        )
    ).all()
    subjects = SubjectsOnce().get((row.kind, row.record_id) for row in rows)
    return [
        (row.decline_code, subject)
        for row in rows
        if (subject := subjects.get((row.kind, row.record_id))) is not None
    ]


def _declined(demand_id: int) -> frozenset[tuple[str, int]]:
    """The records that either side found unfit for the demand."""
    rows = db.session.execute(
        select(Match.kind, Match.record_id).where(
            Match.demand_id == demand_id, Match.state == DECLINED
        )
    )
    return frozenset((row.kind, row.record_id) for row in rows)


def _own_records(demand_id: int, found: Sequence[Subject]) -> set[str]:
    """Of these records those that the looking organisation holds itself, by document id."""
    link, owned_id = OWNER_LINKS[DEMAND]
    owners = select(link.organisation_id).where(owned_id == demand_id)
    own: set[str] = set()
    for kind in OFFERS:
        held, record_id = OWNER_LINKS[kind]
        for chunk in in_chunks([one.id for one in found if one.kind == kind]):
            ids = db.session.scalars(
                select(record_id).where(record_id.in_(chunk), held.organisation_id.in_(owners))
            )
            own |= {document_id(kind, one) for one in ids}
    return own


def _demands_matched(kind: str, record_ids: Sequence[int]) -> set[int]:
    """The demands in whose lists the records stand."""
    return set(
        db.session.scalars(
            select(Match.demand_id).where(
                Match.kind == kind,
                Match.record_id.in_(record_ids),
                Match.state.in_((*BEFORE_CONTACTS,)),
            )
        )
    )


def _gone(keys: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    return set(keys) - set(SubjectsOnce().get(keys))
