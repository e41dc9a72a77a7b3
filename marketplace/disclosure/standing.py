"""What a reader still lacks before a part may be opened: the ladder itself.

Each step includes those below: terms are accepted by members of verified organisations, and the
holder admits those who accepted its terms, where it has any.
"""

from __future__ import annotations

from enum import Enum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.core.actor import STAFF_ROLES, Actor
from marketplace.core.policy import Level, policy
from marketplace.disclosure.models import FurtherPart
from marketplace.disclosure.policies import WRITE
from marketplace.disclosure.queries import (
    has_accepted,
    is_admitted,
    newest_request,
    newest_terms,
)
from marketplace.disclosure.states import REQUESTED


class Lack(Enum):
    """The first thing that is lacking, in the order of the ladder."""

    SIGN_IN = "sign_in"
    STAFF = "staff"
    VERIFIED = "verified"
    TERMS = "terms"
    ASK = "ask"
    WAIT = "wait"


NEEDED: dict[Lack, LazyString] = {
    Lack.SIGN_IN: _l("要打开这一部分，请先登录。"),
    Lack.STAFF: _l(
        "工作人员用现在的身份看不到这一部分。要打开这一部分，要换成替一家已核验的单位办事的身份。"
    ),
    Lack.VERIFIED: _l("要打开这一部分，要替一家已核验的单位办事。"),
    Lack.TERMS: _l("要打开这一部分，要先接受持有单位现在的条款。"),
    Lack.ASK: _l("要打开这一部分，要先写明用途，向持有单位申请。"),
    Lack.WAIT: _l("申请已经交给持有单位，同意之后才能打开这一部分。"),
}


def is_of_holder(actor: Actor, part: FurtherPart) -> bool:
    """Whether the actor reads its own organisation's part, which nobody needs to open."""
    return policy.can(actor, WRITE, part)


def lack_of(session: Session, actor: Actor, part: FurtherPart) -> Lack | None:
    """What the actor lacks; nothing where the part may be opened now."""
    if is_of_holder(actor, part):
        return None
    first = lack_of_membership(actor)
    if first is not None:
        return first
    if part.level >= Level.TERMS and _lacks_terms(session, actor, part):
        return Lack.TERMS
    if part.level >= Level.NAMED and not is_admitted(session, actor, part):
        asked = newest_request(session, actor, part)
        return Lack.WAIT if asked is not None and asked.state == REQUESTED else Lack.ASK
    return None


def lack_of_membership(actor: Actor) -> Lack | None:
    """What the actor lacks for the lowest step; nothing for a member of a verified organisation.

    Staff have no way past the steps, so they are not told to have their office verified.
    """
    if not actor.is_person:
        return Lack.SIGN_IN
    if actor.is_verified:
        return None
    return Lack.STAFF if actor.has_role(*STAFF_ROLES) else Lack.VERIFIED


def _lacks_terms(session: Session, actor: Actor, part: FurtherPart) -> bool:
    terms = newest_terms(session, part.kind, part.record_id)
    if terms is None:
        return part.level == Level.TERMS
    return not has_accepted(session, actor, terms)
