"""The counter-query: a demand's side asks a holder whether something can be reached.

Of a masked demand who asks stays unsaid; a yes counts as the holder's interest. Contacts open as
in every match, on the consent of both.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs.declaration import PartyRef
from marketplace.catalogue.inputs.masking import names_one_of
from marketplace.catalogue.models import Demand
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.listed import name_key
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.matching.answering import MatchProblem, note_decision
from marketplace.matching.holding import held_match
from marketplace.matching.models import DEMANDER, HOLDER, MatchQuestion
from marketplace.matching.notices import tell_answer, tell_question, tell_step
from marketplace.matching.policies import ASK, REPLY
from marketplace.matching.states import MATCH_STATES, MUTUAL, ONE_WANTS, UNTOUCHED_STATES, WANT

LONGEST_QUESTION = 200
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"
    r"|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"
)
OPEN_TO_QUESTIONS = (*UNTOUCHED_STATES, ONE_WANTS)
"""The states in which one side may still not know the other."""


def ask(actor: Actor, match_id: int, text: str) -> bool:
    """Ask the holder whether this can be reached; whether the actor sees such a match.

    :raises MatchProblem: when nothing was written, or too much, or, of a masked demand, who asks or
        how they can be reached.
    :raises StateError: when the last question waits for its answer, or both are talking already.
    :raises Forbidden: for anybody but the demand's side.
    """
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_QUESTION:
        raise MatchProblem({"question": _("请写想问什么，最多 %(n)s 个字。", n=LONGEST_QUESTION)})
    with writing() as session:
        match = held_match(session, actor, match_id)
        if match is None:
            return False
        policy.require(actor, ASK, match)
        if match.state not in OPEN_TO_QUESTIONS:
            raise StateError(_l("双方已经在谈，或者已经结束，不用再匿名问。"))
        _check_anonymous(session, match.demand_id, text)
        question = session.scalar(select(MatchQuestion).where(MatchQuestion.match_id == match_id))
        if question is not None and question.can is None:
            raise StateError(_l("上一个问题还没有答复，等对方答复以后再问。"))
        if question is None:
            question = MatchQuestion(match_id=match_id, text=text)
            session.add(question)
        question.text, question.asked_at = text, now()
        question.can = question.answered_at = None
        match.stepped_at = now()
        record_audit(session, actor, ASK, "match", match_id, match.version)
        note_decision(session, actor, match, "ask", DEMANDER)
        tell_question(session, match)
        return True


def _check_anonymous(session: Session, demand_id: int, text: str) -> None:
    demand = session.get_one(Demand, demand_id)
    if not demand.is_masked:
        return
    owners = [PartyRef(one.name, one.uscc) for one in demand.owners]
    if names_one_of(owners, name_key(text)):
        raise MatchProblem(
            {"question": _("这里写到了你们单位的名称，匿名就没有用了。请改成不带名称的说法。")}
        )
    if _CONTACT.search(unicodedata.normalize("NFKC", text)):
        raise MatchProblem(
            {"question": _("这里写了电话或邮箱。联系方式要双方都同意以后才交换，请先去掉。")}
        )


def reply(actor: Actor, match_id: int, can: bool) -> bool:
    """Answer the question of a match; whether the actor sees such a match.

    A yes says that the holder would like to talk, where it hasn't said so.

    :raises StateError: when no question waits.
    :raises Forbidden: for anybody but the holder's side.
    """
    with writing() as session:
        match = held_match(session, actor, match_id)
        if match is None:
            return False
        policy.require(actor, REPLY, match)
        question = session.scalar(
            select(MatchQuestion).where(MatchQuestion.match_id == match_id).with_for_update()
        )
        if question is None or question.can is not None:
            raise StateError(_l("没有等着答复的问题。"))
        question.can, question.answered_at = can, now()
        match.stepped_at = now()
        if can and HOLDER not in match.wants and match.state in OPEN_TO_QUESTIONS:
            MATCH_STATES.take_step(session, actor, match, WANT[HOLDER])
            match.wants = [*match.wants, HOLDER]
            if match.state == MUTUAL:
                tell_step(session, match, "want", HOLDER)
        record_audit(session, actor, REPLY, "match", match_id, match.version, can=can)
        note_decision(session, actor, match, "can" if can else "can_not", HOLDER)
        tell_answer(session, match, can)
        return True


def question_of(match_id: int) -> MatchQuestion | None:
    """The question of a match that the caller has been found to see."""
    return db.session.scalar(select(MatchQuestion).where(MatchQuestion.match_id == match_id))
