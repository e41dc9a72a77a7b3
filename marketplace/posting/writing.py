"""What holders do with a posting: begin, save, submit, discard, and small changes at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.states import ENDED_DEMAND_STATES, changeable_states
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.calendar.terms import years_after
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.posting.attaching import has_open_files
from marketplace.posting.cells import (
    Cells,
    cells_from_record,
    changed_keys,
    read_cells,
    title_of,
)
from marketplace.posting.checking import PostingProblem, problems_of, unpublished_applications
from marketplace.posting.models import Posting
from marketplace.posting.numbering import own_ids
from marketplace.posting.policies import WRITE
from marketplace.posting.queries import held_posting, lacks_other_reviewer, open_change_of
from marketplace.posting.releasing import release
from marketplace.posting.states import (
    DEMAND,
    HAND_IN_RENEWAL,
    RETURNED,
    WRITABLE_STATES,
    course_of,
)
from marketplace.posting.steps import FREE_KEYS, STARTING_CELLS, keys_of

LONGEST_YEARS = 2
"""How far from today a demand's deadline can be moved by itself."""


class Conflict(Exception):
    """Somebody else saved the posting meanwhile; ``posting`` is as it stands now."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(posting.id)
        self.posting = posting


def begin_posting(actor: Actor, kind: str, cells: Cells | None = None) -> int:
    """Begin a new record with its own organisation filled in; returns the posting's id.

    ``cells`` are what is known already.

    :raises Forbidden: when the actor doesn't write for an organisation.
    """
    policy.require(actor, WRITE)
    with writing() as session:
        organisation = session.get_one(Organisation, actor.organisation_id)
        owner = {"name": organisation.name.as_dict(), "uscc": organisation.uscc or ""}
        posting = Posting(
            kind=kind,
            organisation_id=organisation.id,
            cells={"owners": [owner], **STARTING_CELLS.get(kind, {}), **(cells or {})},
        )
        policy.require(actor, WRITE, posting)
        return _add(session, actor, posting)


def begin_change(actor: Actor, kind: str, record_id: int) -> int:
    """Begin to change a public record, or go on where a change is open; returns its id.

    A demand that has ended can be changed, too: that is how it is taken up again.

    :raises StateError: when there is no such record, or it isn't public.
    :raises Forbidden: when the actor's organisation doesn't hold it.
    """
    with writing() as session:
        model = RECORD_MODELS[kind]
        record: Any = session.scalar(
            select(model).where(model.id == record_id, visible_to(actor, model)).with_for_update()
        )
        if record is None:
            raise StateError(_("找不到这条记录，可能已经删除。请回到列表再看看。"))
        policy.require(actor, WRITE, record)
        if record.state not in changeable_states(kind):
            raise StateError(_("只有公开着的记录可以修改。请先恢复展示。"))
        if found := open_change_of(session, kind, record_id):
            policy.require(actor, WRITE, found)
            return found.id
        posting = Posting(
            kind=kind,
            record_id=record_id,
            base_version=record.version,
            cells=cells_from_record(kind, record),
        )
        return _add(session, actor, posting)


def save_cells(actor: Actor, posting_id: int, version: int, cells: Cells) -> Posting:
    """Keep what was typed, right or wrong; a returned posting becomes a draft again.

    :raises Conflict: when ``version`` isn't the present one any more; nothing is changed.
    :raises StateError: when it is being reviewed or is done.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        policy.require(actor, WRITE, posting)
        if posting.state not in WRITABLE_STATES:
            raise StateError(_("它已经提交，现在不能改。退回之后可以改，或者发布之后再改。"))
        if posting.version != version:
            raise Conflict(posting)
        if posting.state == RETURNED:
            course_of(posting.kind).table.take_step(session, actor, posting, "posting.reopen")
        if posting.is_change:
            # Whoever saves has the differences to the present version before them.
            posting.base_version = _record_of(session, posting).version
        posting.cells = dict(cells)
        posting.title = title_of(cells)
        posting.version += 1
        return posting


def submit(
    actor: Actor, posting_id: int, *, novelty: str = "", confirms_secrecy: bool = False
) -> Posting:
    """Hand a posting in, to one's own reviewer, or where there is none to the bureau.

    ``novelty`` answers the warning about unpublished applications. ``confirms_secrecy`` counts
    only where nobody else of the unit reviews: of a demand, or where there is nobody who could.
    A demand that has ended and gets a new deadline alone goes to the second review at once.

    :raises PostingProblem: when something is wrong or lacking.
    :raises StateError: when it isn't a draft.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        policy.require(actor, "posting.submit", posting)
        if posting.state == RETURNED:
            course_of(posting.kind).table.take_step(session, actor, posting, "posting.reopen")
        problems = problems_of(session, posting)
        posting.novelty = " ".join(novelty.split())[:1000]
        risky = unpublished_applications(session, posting, actor)
        if risky and not posting.novelty:
            problems["novelty"] = str(
                _(
                    "%(numbers)s 可能还没有公开。请写明为什么现在可以公开，或者先改成概括的写法。",
                    numbers=_("、").join(risky[:3]),
                )
            )
        if posting.is_change and _is_outdated(session, posting):
            problems[""] = str(
                _("这条记录在修改期间有了新的一版。请打开一步看一遍，存好，再提交。")
            )
        is_alone = lacks_other_reviewer(session, posting, actor.person_id)
        answers_for_secrecy = is_alone or posting.kind == DEMAND
        if answers_for_secrecy and not confirms_secrecy:
            problems["secrecy"] = str(_("请确认内容已经过保密审查，可以公开。"))
        if (
            posting.is_change
            and not _changes(session, posting)
            and not has_open_files(session, posting)
        ):
            problems[""] = str(_("和公开着的版本一样，没有要提交的修改。"))
        if problems:
            raise PostingProblem(problems)
        posting.submitted_by_id, posting.submitted_at = actor.person_id, now()
        posting.approved_by_id = None
        posting.secrecy_confirmed_by_id = actor.person_id if answers_for_secrecy else None
        action = "posting.submit_alone" if is_alone else "posting.submit"
        if only_renews(session, posting):
            action = HAND_IN_RENEWAL
        course_of(posting.kind).table.take_step(session, actor, posting, action)
        return posting


def apply_change(actor: Actor, posting_id: int) -> Posting:
    """Make a change public at once that touches nothing which needs a review.

    :raises PostingProblem: when something is wrong.
    :raises StateError: when it touches more than that, or isn't a draft of a change.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        policy.require(actor, "posting.apply", posting)
        if problems := problems_of(session, posting):
            raise PostingProblem(problems)
        if not is_small_change(session, posting):
            raise StateError(_("这次修改涉及要审核的内容，请提交审核。"))
        posting.submitted_by_id, posting.submitted_at = actor.person_id, now()
        course_of(posting.kind).table.take_step(session, actor, posting, "posting.apply")
        release(session, actor, posting)
        return posting


def discard(actor: Actor, posting_id: int) -> None:
    """Give a draft up; what is public stays as it is.

    :raises StateError: when it isn't a draft.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        posting = _held(session, actor, posting_id)
        policy.require(actor, "posting.discard", posting)
        if posting.state == RETURNED:
            course_of(posting.kind).table.take_step(session, actor, posting, "posting.reopen")
        course_of(posting.kind).table.take_step(session, actor, posting, "posting.discard")


def is_small_change(session: Session, posting: Posting) -> bool:
    """Whether a change touches only fields that need no review, and at least one of them.

    As long as a demand is open, its deadline is one of them.
    """
    return _changes_little(session, posting) and not renews(session, posting)


def renews(session: Session, posting: Posting) -> bool:
    """Whether a change takes a demand up again that has ended."""
    return posting.is_change and _record_of(session, posting).state in ENDED_DEMAND_STATES


def only_renews(session: Session, posting: Posting) -> bool:
    """Whether a change takes a demand up again that has ended, and says nothing else anew."""
    return _changes_little(session, posting) and renews(session, posting)


def latest_deadline() -> date:
    """The last day, in Asia/Shanghai, to which a deadline can be moved by itself."""
    return years_after(today(), LONGEST_YEARS)


def present_cells(session: Session, posting: Posting) -> Cells:
    """What the record that a posting changes says now, as cells; nothing for a new one."""
    if posting.record_id is None:
        return {}
    return cells_from_record(posting.kind, _record_of(session, posting))


def _record_of(session: Session, posting: Posting) -> Any:
    return session.get_one(RECORD_MODELS[posting.kind], posting.record_id)


def _is_outdated(session: Session, posting: Posting) -> bool:
    return bool(_record_of(session, posting).version != posting.base_version)


def _changes(session: Session, posting: Posting) -> list[str]:
    return changed_keys(present_cells(session, posting), posting.cells, keys_of(posting.kind))


def _changes_little(session: Session, posting: Posting) -> bool:
    if not posting.is_change or has_open_files(session, posting):
        return False
    changed = set(_changes(session, posting))
    free = FREE_KEYS | {"deadline"} if _moves_deadline(posting) else FREE_KEYS
    return bool(changed) and changed <= free


def _moves_deadline(posting: Posting) -> bool:
    row = read_cells(posting.kind, posting.cells)
    deadline = row.values.get("deadline") if isinstance(row, CleanRow) else None
    return deadline is not None and today() < deadline <= latest_deadline()


def _add(session: Session, actor: Actor, posting: Posting) -> int:
    posting.organisation_id = actor.organisation_id or 0
    posting.created_by_id = actor.person_id
    posting.title = title_of(posting.cells)
    for own_id in own_ids(session, 1):
        posting.id = own_id
    session.add(posting)
    session.flush()
    record_audit(session, actor, "posting.begin", "posting", posting.id, 1)
    return posting.id


def _held(session: Session, actor: Actor, posting_id: int) -> Posting:
    posting = held_posting(session, actor, posting_id)
    if posting is None:
        raise StateError(_("找不到这条记录，可能已经删除。请回到列表再看看。"))
    return posting
