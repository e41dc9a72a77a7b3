"""What the unit fills in and hands in, and what staff decide about it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Result, ResultProject
from marketplace.core.actor import Actor
from marketplace.core.attachments import attachments_of, find_same, receive
from marketplace.core.attachments.services import Upload
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.locks import lock_until_commit
from marketplace.core.notifications import notify
from marketplace.core.policy import policy, visible_to
from marketplace.obligations.clocks import note_conversions
from marketplace.obligations.inputs import Draft, as_draft, check_draft, read_deposit, read_report
from marketplace.obligations.kinds import CLOSED, DEFERRED, EVIDENCE, FULL_TEXT, SUBJECT
from marketplace.obligations.models import DepositedResult, Obligation, ScienceReport
from marketplace.obligations.notices import ACCEPTED, RETURNED, WAIVED, about
from marketplace.obligations.policies import SAVE
from marketplace.obligations.problems import FormProblems
from marketplace.obligations.states import ACCEPT, OBLIGATION_STATES, RETURN, SUBMIT, WAIVE

NOTICES = {RETURN: RETURNED, ACCEPT: ACCEPTED, WAIVE: WAIVED}
# The scope stands at the end of a report's number; what is open bears no mark.
SCOPE_MARKS = {DEFERRED: "D", CLOSED: "C"}


def save_draft(actor: Actor, obligation_id: int, form: Draft, files: Iterable[Upload]) -> list[str]:
    """Keep what the unit has filled in so far, and its files.

    A file with the content and name of one that is attached already isn't attached again; the
    answer names these.

    :raises Forbidden: when the actor isn't of the unit.
    :raises UploadRefused: for a file; nothing is kept then.
    :raises FormProblems: when it was handed in meanwhile, or a field is too long to be kept whole.
    """
    with writing() as session:
        known = _keep(session, actor, obligation_id, form, files)[1]
        check_draft(form)
        return known


def submit(actor: Actor, obligation_id: int, form: Draft, files: Iterable[Upload]) -> list[str]:
    """Hand it in; the names of files that were attached before, as for a draft.

    :raises FormProblems: with a sentence a field; nothing is kept then.
    :raises Forbidden, UploadRefused: as for a draft.
    """
    with writing() as session:
        obligation, known = _keep(session, actor, obligation_id, form, files)
        if obligation.is_deposit:
            _write_deposit(session, actor, obligation, form)
        else:
            _write_report(session, actor, obligation, form)
        obligation.submitted_on = today()
        obligation.submitted_by_id = actor.person_id
        obligation.since, obligation.comment, obligation.draft = now(), None, None
        OBLIGATION_STATES.take_step(session, actor, obligation, SUBMIT)
        return known


def decide(actor: Actor, obligation_id: int, action: str, reason: str) -> None:
    """Accept, return or waive it, as staff.

    :raises Forbidden: for who isn't staff, or has handed it in.
    :raises StateError: when the step isn't due, or has no reason and needs one.
    """
    with writing() as session:
        obligation = _locked(session, obligation_id)
        OBLIGATION_STATES.take_step(session, actor, obligation, action, reason or None)
        obligation.since, obligation.comment = now(), reason or None
        if action == ACCEPT:
            obligation.accepted_on = today()
            note_conversions(session, actor, obligation)
        notify(session, obligation.organisation_id, NOTICES[action], **about(obligation))


def choosable_results(session: Session, actor: Actor, obligation: Obligation) -> list[int]:
    """The results of the project that the unit can see in the catalogue."""
    return list(
        session.scalars(
            select(ResultProject.result_id)
            .join(Result, Result.id == ResultProject.result_id)
            .where(ResultProject.project_id == obligation.project_id, visible_to(actor, Result))
            .order_by(ResultProject.result_id)
        )
    )


def _locked(session: Session, obligation_id: int) -> Obligation:
    return session.get_one(Obligation, obligation_id, with_for_update=True)


def _keep(
    session: Session, actor: Actor, obligation_id: int, form: Draft, files: Iterable[Upload]
) -> tuple[Obligation, list[str]]:
    obligation = _locked(session, obligation_id)
    policy.require(actor, SAVE, obligation)
    if not obligation.is_open:
        raise FormProblems({"": _l("它已经交了，现在不能改。请刷新页面看看它到了哪里。")})
    purpose = EVIDENCE if obligation.is_deposit else FULL_TEXT
    known = []
    for one in files:
        if same := find_same(session, one, SUBJECT, obligation.id, purpose):
            known.append(same.name)
        else:
            receive(session, actor, one, SUBJECT, obligation.id, purpose)
    obligation.draft = as_draft(form)
    record_audit(session, actor, SAVE, SUBJECT, obligation.id, obligation.version)
    session.flush()
    return obligation, known


def _write_deposit(session: Session, actor: Actor, obligation: Obligation, form: Draft) -> None:
    rows = read_deposit(form, choosable_results(session, actor, obligation))
    obligation.deposited = []
    session.flush()
    obligation.deposited = [
        DepositedResult(
            result_id=row.result_id,
            conversion=row.conversion,
            mode=row.mode,
            converted_on=row.converted_on,
        )
        for row in rows
    ]


def _write_report(session: Session, actor: Actor, obligation: Obligation, form: Draft) -> None:
    given = read_report(form)
    if not attachments_of(session, actor, SUBJECT, obligation.id):
        raise FormProblems({"file": _l("请附上报告全文。")})
    report = session.scalar(
        select(ScienceReport).where(ScienceReport.obligation_id == obligation.id)
    )
    if report is None:
        report = ScienceReport(obligation_id=obligation.id, project_id=obligation.project_id)
        session.add(report)
    for name, value in vars(given).items():
        setattr(report, name, value)
    _number(session, obligation, report)


def _number(session: Session, obligation: Obligation, report: ScienceReport) -> None:
    """Number the report: organisation code, project number, sequence, mark of the scope.

    The organisation code is characters 9 to 17 of the 统一社会信用代码 (GB 11714).
    """
    code, number = obligation.organisation.uscc, obligation.project.number
    if not code or not number:
        raise FormProblems(
            {"": _l("报告编号要用单位的统一社会信用代码和项目编号，现在缺一样。请联系科技局补上。")}
        )
    if report.sequence is None:
        lock_until_commit(session, f"reports-of-{obligation.project_id}")
        last = select(func.max(ScienceReport.sequence)).where(
            ScienceReport.project_id == obligation.project_id
        )
        with session.no_autoflush:
            report.sequence = (session.scalar(last) or 0) + 1
    mark = SCOPE_MARKS.get(report.scope, "")
    report.number = f"{code[8:17]}--{number}/{report.sequence:02}{mark}"
