"""What the demonstration's people have said to matches of their demands and records; invented.

The worker looks for matches later and leaves what people said as it is. These few are there before
it, without a search and without encoders, so that loading stays quick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.db import now
from marketplace.demo.people import person_at_work
from marketplace.demo.readers import demo_record_id
from marketplace.matching.answering import answer
from marketplace.matching.facts import factor_of
from marketplace.matching.models import Match
from marketplace.matching.proposing import propose
from marketplace.matching.refusals import TOO_EARLY
from marketplace.matching.states import SUGGESTED
from marketplace.matching.subjects import DEMAND, read_subjects
from marketplace.matching.suggesting import RULES
from marketplace.matching.tables import facts_between

DEMANDER, CLERK, BROKER = "zhaoyiming", "liwen", "hejiashu"

_Step = tuple[str, str, Mapping[str, str]]
DEMANDER_WANTS: _Step = (DEMANDER, "want", {})
CLERK_WANTS: _Step = (CLERK, "want", {})
DEMANDER_CONSENTS: _Step = (
    DEMANDER,
    "consent",
    {"name": "赵一鸣", "phone": "0199-5550126", "email": "zhaoyiming@yunxiu.example"},
)
CLERK_CONSENTS: _Step = (
    CLERK,
    "consent",
    {"name": "李雯", "phone": "0199-5550168", "email": "liwen@yunxiu.example"},
)


@dataclass(frozen=True)
class _Course:
    """A demand and a record by their keys, what was said in turn, and how long ago."""

    demand: str
    kind: str
    record: str
    days_ago: int
    steps: tuple[_Step, ...] = ()


COURSES: tuple[_Course, ...] = (
    _Course(
        *("d02", "patent", "pt43", 9),
        (DEMANDER_WANTS, CLERK_WANTS, CLERK_CONSENTS, DEMANDER_CONSENTS),
    ),
    _Course("d02", "result", "r63", 2, (DEMANDER_WANTS,)),
    _Course("d02", "result", "r64", 6, ((DEMANDER, "decline", {"code": TOO_EARLY}),)),
    # No riper than the one before, so it stands further down.
    _Course("d02", "result", "r65", 6),
    _Course(
        *("d10", "patent", "pt41", 4),
        (CLERK_WANTS, DEMANDER_WANTS, CLERK_CONSENTS),
    ),
    _Course("d10", "patent", "pt42", 4),
)
PROPOSED = ("d01", "result", "r61")
WHY = (
    "这套改造包在两条量产线上跑过，走带 90 m/min 时毛刺不到 5.2 μm，一个周末能装完，"
    "还可以先试切两周。我去现场看过，吸渣口要按你们的条宽重做一块。"
)


def load_matches(session: Session) -> None:
    """Write them through the services, in the present transaction; once only.

    A market in which matches were looked for already keeps what it has.
    """
    if session.scalar(select(Match.id).limit(1)) is not None:
        return
    places: Counter[str] = Counter()
    matches = []
    for course in COURSES:
        places[course.demand] += 1
        matches.append(_suggested(session, course, places[course.demand]))
    session.add_all(matches)
    session.flush()
    for course, match in zip(COURSES, matches, strict=True):
        for mailbox, step, given in course.steps:
            answer(person_at_work(session, mailbox), match.id, step, given)
        match.found_at = match.stepped_at = now() - timedelta(days=course.days_ago)
    demand, kind, record = PROPOSED
    propose(
        person_at_work(session, BROKER),
        demo_record_id(session, DEMAND, demand),
        kind,
        demo_record_id(session, kind, record),
        WHY,
    )


def _suggested(session: Session, course: _Course, place: int) -> Match:
    """A match as the worker would write it, its order from the facts of both sides alone."""
    demand_id = demo_record_id(session, DEMAND, course.demand)
    record_id = demo_record_id(session, course.kind, course.record)
    facts = facts_between(
        read_subjects(DEMAND, [demand_id])[demand_id],
        read_subjects(course.kind, [record_id])[record_id],
    )
    score = round(factor_of(facts), 4)
    return Match(
        demand_id=demand_id,
        kind=course.kind,
        record_id=record_id,
        state=SUGGESTED,
        wants=[],
        consents=[],
        place=place,
        algorithm=RULES,
        features={
            "score": score,
            "base": score,
            "facts": {fact.code: fact.verdict for fact in facts},
            "lowered": [],
        },
    )
