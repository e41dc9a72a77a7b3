"""The year within which a result is to be converted: deciding that it runs, and that it doesn't."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Project, Result, ResultProject
from marketplace.catalogue.states import CONVERTED as LISTED_AS_CONVERTED
from marketplace.catalogue.states import WITHHELD
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.locks import lock_until_commit
from marketplace.core.notifications import notify
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy
from marketplace.obligations.days import transfer_due_on
from marketplace.obligations.kinds import APPLIED, CONVERTED
from marketplace.obligations.models import DepositedResult, Obligation, TransferClock
from marketplace.obligations.notices import CANCELLED, DECIDED, DECIDED_LATE, about_clock
from marketplace.obligations.policies import CANCEL_CLOCK, DECIDE_CLOCK
from marketplace.obligations.problems import FormProblems
from marketplace.obligations.states import ACCEPTED

LONGEST_REASON = 1000
CLOCK = "transfer_clock"


def decide_clock(actor: Actor, project_id: int, result_id: int, reason: str) -> TransferClock:
    """Decide that a result is suitable, so that the year after acceptance runs for it.

    The last day follows from the acceptance alone; where it is over already, the result counts as
    overdue from the decision on (河南省促进科技成果转化条例 art. 19).

    :raises FormProblems: when a condition of that article isn't met, the result is withheld or
        converted, it runs already, or the reason is missing.
    :raises Forbidden: for who isn't staff of the unit's district.
    """
    with writing() as session:
        # Others may be deciding about it by another project, or accepting that it is converted.
        _lock_clock(session, result_id)
        # Whoever withholds it meanwhile waits; records are held before what they link to.
        result = session.get(
            Result, result_id, with_for_update={"key_share": True}, populate_existing=True
        )
        project = _held_project(session, project_id)
        policy.require(actor, DECIDE_CLOCK, project)
        refusal = _refusal_of_clock(session, project, result)
        if refusal is not None:
            raise FormProblems({"result": refusal})
        _check_reason(reason)
        accepted_on = project.accepted_on
        if accepted_on is None or result is None:
            raise AssertionError("refused above")
        clock = TransferClock(
            result_id=result.id,
            project_id=project.id,
            starts_on=accepted_on,
            due_on=transfer_due_on(accepted_on),
            reason=reason.strip(),
            decided_by_id=actor.person_id,
        )
        session.add(clock)
        session.flush()
        record_audit(session, actor, DECIDE_CLOCK, CLOCK, clock.id, reason=clock.reason)
        _tell(session, clock, DECIDED_LATE if clock.is_overdue else DECIDED)
        _refresh(session, project)
        return clock


def cancel_clock(actor: Actor, clock_id: int, reason: str) -> int:
    """Take the decision back, with a reason; the id of the project. Both stay on record.

    :raises FormProblems: without a reason, or when it runs no more.
    :raises Forbidden: as for deciding.
    """
    with writing() as session:
        clock = session.get_one(TransferClock, clock_id)
        project = _held_project(session, clock.project_id)
        session.refresh(clock, with_for_update=True)
        policy.require(actor, CANCEL_CLOCK, project)
        if not clock.is_running:
            raise FormProblems({"": _l("这个转化期已经不在计。请刷新页面看看。")})
        _check_reason(reason)
        clock.cancelled_at, clock.cancelled_by_id = now(), actor.person_id
        clock.cancel_reason = reason.strip()
        record_audit(session, actor, CANCEL_CLOCK, CLOCK, clock.id, reason=clock.cancel_reason)
        _tell(session, clock, CANCELLED)
        _refresh(session, project)
        return project.id


def note_conversions(session: Session, actor: Actor, obligation: Obligation) -> None:
    """Stop the clocks of the results that an accepted deposit tells as converted.

    Whoever decides about one of them meanwhile waits, or is waited for. As in
    :func:`decide_clock`, the clocks of results are locked before projects, by number.
    """
    days = {
        row.result_id: row.converted_on
        for row in obligation.deposited
        if row.conversion == CONVERTED
    }
    for result_id in sorted(days):
        _lock_clock(session, result_id)
    running = (
        TransferClock.result_id.in_(days),
        TransferClock.cancelled_at.is_(None),
        TransferClock.met_on.is_(None),
    )
    concerned = session.scalars(select(TransferClock.project_id).where(*running).distinct()).all()
    projects = [_held_project(session, project_id) for project_id in sorted(concerned)]
    for clock in session.scalars(select(TransferClock).where(*running).with_for_update()).all():
        clock.met_on = days[clock.result_id]
        record_audit(session, actor, "transfer_clock.meet", CLOCK, clock.id)
    for project in projects:
        _refresh(session, project)


def _lock_clock(session: Session, result_id: int) -> None:
    lock_until_commit(session, f"clock of {result_id}")


def _converted(session: Session, results: Iterable[Result]) -> frozenset[int]:
    """Those that are converted, as the listing or a deposit that staff accepted says."""
    states = {one.id: one.state for one in results}
    told = (
        select(DepositedResult.result_id)
        .join(Obligation, Obligation.id == DepositedResult.obligation_id)
        .where(
            DepositedResult.result_id.in_(states),
            DepositedResult.conversion == CONVERTED,
            Obligation.state == ACCEPTED,
        )
    )
    listed = {id_ for id_, state in states.items() if state == LISTED_AS_CONVERTED}
    return frozenset(session.scalars(told)) | listed


def _timed(session: Session, results: Iterable[Result]) -> frozenset[int]:
    """Those for which the year runs, or ran until they were converted."""
    decided = select(TransferClock.result_id).where(
        TransferClock.result_id.in_([one.id for one in results]),
        TransferClock.cancelled_at.is_(None),
    )
    return frozenset(session.scalars(decided))


def _held_project(session: Session, project_id: int) -> Project:
    """The project as it is now, held: whoever changes a clock of it says when the first ends."""
    return session.get_one(Project, project_id, with_for_update=True, populate_existing=True)


def suitable_results(session: Session, project: Project, results: Sequence[Result]) -> list[Result]:
    """Those of a project's ``results`` for which the year can run; two statements for all."""
    if _refusal_of_project(project) is not None:
        return []
    converted, timed = _converted(session, results), _timed(session, results)
    return [one for one in results if _refusal_of_result(one, converted, timed) is None]


def _refusal_of_clock(
    session: Session, project: Project, result: Result | None
) -> LazyString | None:
    """Why the year can't run for a result of a project; nothing where it can."""
    linked = select(ResultProject.result_id).where(
        ResultProject.project_id == project.id,
        ResultProject.result_id == (result.id if result else None),
    )
    if result is None or session.scalar(linked) is None:
        return _l("这项成果不是这个项目产生的。请从列出的成果里选。")
    refusal = _refusal_of_project(project)
    if refusal is not None:
        return refusal
    return _refusal_of_result(result, _converted(session, [result]), _timed(session, [result]))


def _refusal_of_project(project: Project) -> LazyString | None:
    if not project.is_fiscal:
        return _l("这个项目不是财政资助的，一年转化期只用于财政资助的项目。")
    if project.accepted_on is None or project.accepted_on > today():
        return _l("这个项目还没有验收，一年转化期从验收算起。")
    return None


def _refusal_of_result(
    result: Result, converted: frozenset[int], timed: frozenset[int]
) -> LazyString | None:
    if result.result_class != APPLIED:
        return _l("这项成果不是应用技术类，一年转化期只用于应用类成果。")
    if result.state == WITHHELD:
        return _l("这项成果已经不予公开，不能定转化期。请选别的成果。")
    if result.id in converted:
        return _l("这项成果已经转化，不用再定转化期。")
    if result.id in timed:
        return _l("这项成果已经有转化期，不能再定一个。")
    return None


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise FormProblems({"reason": _l("请写明理由，它会记在案上。")})
    if len(reason) > LONGEST_REASON:
        raise FormProblems(
            {"reason": _l("理由最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON)}
        )


def _tell(session: Session, clock: TransferClock, kind: str) -> None:
    for organisation_id in clock.result.owner_ids:
        notify(session, organisation_id, kind, **about_clock(clock.result, clock.due_on))


def _refresh(session: Session, project: Project) -> None:
    """Let the project say until when its results are to be converted: the earliest day."""
    session.flush()
    days = session.scalars(
        select(TransferClock.due_on).where(
            TransferClock.project_id == project.id,
            TransferClock.cancelled_at.is_(None),
            TransferClock.met_on.is_(None),
        )
    ).all()
    project.transfer_due_on = min(days, default=None)
    project.has_transfer_obligation = bool(days)
    project.version += 1
    record_event(session, "listing_changed", "project", project.id)
