"""A demand that no record meets whole is looked for in parts, each with its own matches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from marketplace.catalogue.models import Demand
from marketplace.core.actor import Actor
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual, language
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.wording import gettext as _
from marketplace.demands.policies import WRITE
from marketplace.matching.models import DemandPart, Match
from marketplace.matching.policies import SEE_OF_DEMAND
from marketplace.matching.questions import language_of
from marketplace.matching.reasons import texts_asked
from marketplace.matching.states import LIVE_STATES
from marketplace.matching.subjects import DEMAND, Subject, read_subjects
from marketplace.posting.cells import cells_from_record
from marketplace.posting.models import Posting
from marketplace.posting.states import DISCARDED
from marketplace.posting.writing import begin_posting

LONGEST_TITLE = 100
SENTENCE_ENDS = "。；;.，, "
NOT_IN_PARTS = tuple(
    f"{name}_{code}"
    for name in ("title", "problem", "key_technology", "goal")
    for code in ("zh", "en")
)


@dataclass(frozen=True)
class Part:
    """A part of a demand: its title, where it is written, and once it is open its matches."""

    title: Bilingual
    posting_id: int
    demand_id: int | None
    state: str
    matches: int


def requirement_texts(demand: Subject) -> list[str]:
    """The requirements of a demand as its table on a page of the present language numbers them."""
    code = language()
    return texts_asked(demand.question_in(code), demand.indicators(code))


def begin_part(actor: Actor, demand_id: int, numbers: Collection[int]) -> int:
    """Begin a demand of its own for some requirements, by their numbers; the id of its draft.

    Numbers are those of the table on a page of the present language, in which its texts are, too.
    It takes over field, budget, deadline, who may see it and under what name.

    :raises StateError: when nothing was chosen, everything was, or the demand is open no longer.
    :raises Forbidden: when the demand isn't the actor's organisation's.
    """
    with writing() as session:
        demand = session.scalar(
            select(Demand).where(Demand.id == demand_id, visible_to(actor, Demand))
        )
        policy.require(actor, WRITE)
        policy.require(actor, SEE_OF_DEMAND, demand)
        subject = read_subjects(DEMAND, [demand_id]).get(demand_id)
        if demand is None or subject is None:
            raise StateError(_l("这条需求已经不在征集，不能再拆。"))
        texts = requirement_texts(subject)
        chosen = sorted({number for number in numbers if 0 < number <= len(texts)})
        if not chosen or len(chosen) == len(texts):
            raise StateError(_l("请选出要单独征集的几条要求，不是全部。"))
        rows = list(demand.indicators or ())
        cells = dict(cells_from_record(DEMAND, demand))
        asked = [texts[number - 1] for number in chosen]
        sentences = [texts[number - 1] for number in chosen if number > len(rows)]
        title, problem = _title(subject, asked), "\n".join(sentences or asked)
        cells |= {
            **dict.fromkeys(NOT_IN_PARTS, ""),
            f"title_{language_of(title)}": title,
            f"problem_{language_of(problem)}": problem,
            "requirements": [
                row
                for number, row in enumerate(cells.get("requirements") or (), 1)
                if number in chosen
            ],
        }
        posting_id = begin_posting(actor, DEMAND, cells)
        session.add(DemandPart(demand_id=demand_id, posting_id=posting_id))
        return posting_id


def parts_of(demand_id: int) -> Sequence[Part]:
    """The parts of a demand in the order in which they were begun, but for those given up."""
    rows = db.session.execute(
        select(Posting, Demand)
        .join(DemandPart, DemandPart.posting_id == Posting.id)
        .outerjoin(Demand, Demand.id == Posting.record_id)
        .where(DemandPart.demand_id == demand_id, Posting.state != DISCARDED)
        .order_by(DemandPart.id)
    ).all()
    ids = [demand.id for _posting, demand in rows if demand is not None]
    counted = select(Match.demand_id, func.count()).where(
        Match.demand_id.in_(ids), Match.state.in_(LIVE_STATES)
    )
    counts = {row[0]: row[1] for row in db.session.execute(counted.group_by(Match.demand_id))}
    return [
        Part(
            demand.title if demand is not None else _written(posting.title),
            posting.id,
            demand.id if demand is not None else None,
            demand.state if demand is not None else posting.state,
            counts.get(demand.id, 0) if demand is not None else 0,
        )
        for posting, demand in rows
    ]


def _written(title: str) -> Bilingual:
    return Bilingual(**{language_of(title): title})


def _title(demand: Subject, texts: Sequence[str]) -> str:
    title = demand.title.in_language(language()).rstrip(SENTENCE_ENDS)
    part = _("；").join(text.rstrip(SENTENCE_ENDS) for text in texts)
    whole = _("%(title)s：%(part)s", title=title, part=part)
    return whole if len(whole) <= LONGEST_TITLE else f"{whole[: LONGEST_TITLE - 1]}…"
