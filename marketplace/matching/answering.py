"""What people say to a match: interest, no and why, consent; each kept with what was known then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.emails import checked_email
from marketplace.accounts.problems import AccountProblem
from marketplace.catalogue.models import Demand
from marketplace.catalogue.states import LISTING_STATES, OPEN
from marketplace.core.actor import Actor, system
from marketplace.core.db import now, writing
from marketplace.core.identifiers.telephone import is_telephone
from marketplace.core.outbox import record_event
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.matching.ending import take_back_all
from marketplace.matching.holding import held_match
from marketplace.matching.models import DEMANDER, Match, MatchContact, MatchDecision
from marketplace.matching.notices import tell_step
from marketplace.matching.policies import BY_HOLDER, side_of
from marketplace.matching.refusals import REFUSALS
from marketplace.matching.states import (
    CONSENT,
    DECLINE,
    INTRODUCED,
    MATCH_STATES,
    REOPEN,
    RETRACT,
    WANT,
)
from marketplace.matching.subjects import DEMAND
from marketplace.matching.suggesting import DUE, reorder

STEPS: Mapping[str, Mapping[str, str]] = {
    "want": WANT,
    "decline": DECLINE,
    "reopen": REOPEN,
    "consent": CONSENT,
    "retract": RETRACT,
}
"""What the buttons say, to the action of either side."""
LONGEST_NAME, LONGEST_PHONE, LONGEST_PROPOSAL = 80, 40, 500


class MatchProblem(Exception):
    """What was typed can't be taken: a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Contact:
    """Whom a side lets be called: a name, and at least one way."""

    name: str
    phone: str
    email: str


def checked_contact(given: Mapping[str, str]) -> Contact:
    """The contact that was typed.

    :raises MatchProblem: when the name is missing, there is no way to reach it, or one is wrong.
    """
    contact = Contact(*(given.get(part, "").strip() for part in ("name", "phone", "email")))
    problems: dict[str, str] = {}
    if not 0 < len(contact.name) <= LONGEST_NAME:
        problems["name"] = _("请写联系人的姓名，最多 %(n)s 个字。", n=LONGEST_NAME)
    if contact.phone and (len(contact.phone) > LONGEST_PHONE or not is_telephone(contact.phone)):
        problems["phone"] = _(
            "请写一个电话号码：7 到 15 位数字，可以带 +、空格、横线、括号和分机，"
            "例如 13800000000、+86 371 6000 0000 或 0371-60000000 转 801。"
        )
    if contact.email:
        try:
            checked_email(contact.email)
        except AccountProblem:
            problems["email"] = _("这不像邮箱地址，例如 name@example.com。")
    if not contact.phone and not contact.email:
        problems["phone"] = _("电话和邮箱至少写一个，对方才联系得上。")
    if problems:
        raise MatchProblem(problems)
    return contact


def answer(actor: Actor, match_id: int, step: str, given: Mapping[str, str]) -> Match | None:
    """Take the step of the actor's side; the match, or nothing where the actor sees no such one.

    `given`: for "decline" the `code` of :data:`REFUSALS`, for "consent" the contact.

    :raises MatchProblem: when something typed is missing or wrong.
    :raises StateError: when the step isn't due.
    :raises Forbidden: when the actor stands on neither side.
    """
    contact = checked_contact(given) if step == "consent" else None
    code = _checked_code(given.get("code", "")) if step == "decline" else None
    with writing() as session:
        match = held_match(session, actor, match_id)
        if match is None:
            return None
        side = side_of(actor, match)
        if side is None:
            raise Forbidden(STEPS[step][DEMANDER], BY_HOLDER, ("match", match_id))
        MATCH_STATES.take_step(session, actor, match, STEPS[step][side])
        _note(session, actor, match, step, side, code, contact)
        note_decision(session, actor, match, step, side, code)
        session.flush()
        if match.state == INTRODUCED:
            _note_introduction(session, match.demand_id)
        if side == DEMANDER and step in ("decline", "reopen"):
            reorder(session, match.demand_id)
            record_event(session, DUE, DEMAND, match.demand_id)
        tell_step(session, match, step, side)
        session.flush()
        return match


def _note_introduction(session: Session, demand_id: int) -> None:
    """The first introduction makes an open demand a matched one; it is looked for all the same."""
    demand = session.get_one(Demand, demand_id, with_for_update=True, populate_existing=True)
    if demand.state == OPEN:
        LISTING_STATES[DEMAND].take_step(session, system("matching"), demand, "demand.match")


def _checked_code(code: str) -> str:
    if code not in REFUSALS:
        raise MatchProblem({"code": _("请选一个原因：不相关、太早、太贵、已经解决或者看不明白。")})
    return code


def _note(
    session: Session,
    actor: Actor,
    match: Match,
    step: str,
    side: str,
    code: str | None,
    contact: Contact | None,
) -> None:
    match.stepped_at = now()
    if step == "want":
        match.wants = [*match.wants, side]
    elif step == "decline":
        match.declined_by, match.decline_code, match.place = side, code, None
        take_back_all(session, [match])
    elif step == "reopen":
        match.declined_by = match.decline_code = None
    elif step == "retract":
        match.consents = [one for one in match.consents if one != side]
        own = (MatchContact.match_id == match.id, MatchContact.side == side)
        session.execute(delete(MatchContact).where(*own))
    elif contact is not None:
        if actor.person_id is None or actor.organisation_id is None:
            raise StateError(_l("请先登录，并选择替哪个单位办事。"))
        match.consents = [*match.consents, side]
        session.add(
            MatchContact(
                match_id=match.id,
                side=side,
                organisation_id=actor.organisation_id,
                person_id=actor.person_id,
                name=contact.name,
                phone=contact.phone,
                email=contact.email,
            )
        )


def note_decision(
    session: Session,
    actor: Actor,
    match: Match,
    action: str,
    side: str | None,
    code: str | None = None,
) -> None:
    """Keep what was said to a match with what was known of it then, in the present transaction."""
    session.add(
        MatchDecision(
            match_id=match.id,
            action=action,
            side=side,
            code=code,
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
            place=match.place,
            algorithm=match.algorithm,
            features=match.features,
        )
    )
