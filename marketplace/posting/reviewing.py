"""What reviewers do with a posting: approve, publish, return with remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.db import db, writing
from marketplace.core.notifications import notify
from marketplace.core.policy import Forbidden, policy
from marketplace.core.states import StateError
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import Posting, PostingRemark
from marketplace.posting.queries import any_waits_for_unit, held_posting
from marketplace.posting.releasing import release
from marketplace.posting.states import PUBLISHED, SUBMITTED, Course, course_of
from marketplace.posting.steps import keys_of

LONGEST_REMARK = 1000


@dataclass(frozen=True)
class Decided:
    """What became of one posting of many: its title, and why not, where not.

    One that the actor may not see has no title.
    """

    title: str
    refusal: str = ""


def approve(
    actor: Actor, posting_id: int, *, confirms_secrecy: bool = False, opinion: str = ""
) -> Posting:
    """Pass the first review: the unit's, which confirms that the content may be public.

    Of a demand it is the one of form, with an ``opinion``; whoever submitted it has confirmed that.

    :raises PostingProblem: when that isn't confirmed (保守国家秘密法; 促进科技成果转化法 art. 11),
        or the opinion is missing.
    :raises StateError: when it isn't waiting for this review.
    :raises Forbidden: when the actor doesn't review it, or submitted it.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        course = course_of(posting.kind)
        action = course.reviews[0].passing
        policy.require(actor, action, posting)
        reason = opinion_of(course, opinion)
        if posting.secrecy_confirmed_by_id is None:
            if not confirms_secrecy:
                raise PostingProblem({"secrecy": _unconfirmed()})
            posting.secrecy_confirmed_by_id = actor.person_id
        course.table.take_step(session, actor, posting, action, reason)
        posting.approved_by_id = actor.person_id
        return posting


def publish(actor: Actor, posting_id: int, *, opinion: str = "") -> Posting:
    """Pass the second review and make it public; of a demand with the department's ``opinion``.

    :raises PostingProblem: when it can't be stored, such as for a number that has been taken, or
        the opinion is missing.
    :raises StateError: when it isn't waiting for the bureau, or its record has changed.
    :raises Forbidden: when the actor isn't of the bureau, or had a part in it.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        course = course_of(posting.kind)
        action = course.reviews[1].passing
        policy.require(actor, action, posting)
        course.table.take_step(session, actor, posting, action, opinion_of(course, opinion))
        release(session, actor, posting)
        return posting


def return_posting(
    actor: Actor, posting_id: int, reason: str, remarks: Mapping[str, str] | None = None
) -> Posting:
    """Send it back with a reason, and remarks at single fields where there are any.

    :raises StateError: when it isn't waiting for a decision, or the reason is missing.
    :raises Forbidden: when the actor may not decide.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        course = course_of(posting.kind)
        review = course.review_in(posting.state) or course.reviews[1]
        reason = reason.strip()[:LONGEST_REMARK]
        at_fields = {
            key: text.strip()[:LONGEST_REMARK]
            for key, text in (remarks or {}).items()
            if text.strip() and key in keys_of(posting.kind)
        }
        if not reason and at_fields:
            reason = str(_("请看各栏的意见。"))
        course.table.take_step(session, actor, posting, review.returning, reason)
        for key, text in {"": reason, **at_fields}.items():
            session.add(
                PostingRemark(
                    posting_id=posting.id,
                    posting_version=posting.version,
                    field=key,
                    text=text,
                    by_name=actor.name,
                )
            )
        notify(
            session,
            posting.organisation_id,
            "posting_returned",
            posting_id=posting.id,
            title=posting.title,
            reason=reason,
        )
        return posting


def decide_chosen(
    actor: Actor, posting_ids: Sequence[int], *, confirms_secrecy: bool, opinion: str = ""
) -> list[Decided]:
    """Approve or publish what a reviewer has chosen from the list, see :func:`decide_many`.

    :raises PostingProblem: before anything is changed, when one of them waits for the unit and
        its secrecy review isn't confirmed.
    """
    if not confirms_secrecy and any_waits_for_unit(db.session, actor, posting_ids):
        raise PostingProblem({"secrecy": _unconfirmed()})
    return decide_many(actor, posting_ids, confirms_secrecy=confirms_secrecy, opinion=opinion)


def decide_many(
    actor: Actor, posting_ids: Sequence[int], *, confirms_secrecy: bool, opinion: str = ""
) -> list[Decided]:
    """Approve or publish one after another, each in a transaction of its own.

    Where one can't go on, the others do; the answer says which and why.
    """
    decided = []
    for posting_id in posting_ids:
        title = ""
        try:
            with writing() as session:
                found = held_posting(session, actor, posting_id)
                title = found.title if found is not None else ""
                if _undecided(found).state == SUBMITTED:
                    approve(actor, posting_id, confirms_secrecy=confirms_secrecy, opinion=opinion)
                else:
                    publish(actor, posting_id, opinion=opinion)
        except PostingProblem as problem:
            decided.append(Decided(title, "；".join(problem.problems.values())))
        except (StateError, Forbidden) as refusal:
            words = refusal.message if isinstance(refusal, StateError) else refusal.needed
            decided.append(Decided(title, str(words)))
        else:
            decided.append(Decided(title))
    return decided


def opinion_of(course: Course, text: str) -> str | None:
    """The opinion of a course that has opinions, as it is kept; nothing for the others.

    :raises PostingProblem: when it is missing.
    """
    if not course.has_opinions:
        return None
    if not text.strip():
        raise PostingProblem({"opinion": str(_("请写审核意见，提交的人会看到。"))})
    return text.strip()[:LONGEST_REMARK]


def _unconfirmed() -> str:
    return str(_("请确认内容已经过保密审查，可以公开。"))


def _held(session: Session, actor: Actor, posting_id: int) -> Posting:
    return _undecided(held_posting(session, actor, posting_id))


def _undecided(posting: Posting | None) -> Posting:
    if posting is None or posting.state == PUBLISHED:
        raise StateError(_("这一件已经办过了，或者不在你能办的范围里。请刷新列表看看。"))
    return posting
