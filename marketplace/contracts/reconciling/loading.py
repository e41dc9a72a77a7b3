"""An export of a month: received, read into rows of its run, compared when all are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import IO

from flask_babel import lazy_gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.importing import Target
from marketplace.catalogue.importing.target import Origin
from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.saving import Outcome, Saved
from marketplace.catalogue.saving.outcome import Identity
from marketplace.contracts.batches.wording import month_name
from marketplace.contracts.files import receiving
from marketplace.contracts.files.reading import Purpose, declare_purpose
from marketplace.contracts.ledger.sums import NOTHING
from marketplace.contracts.models import ReconciliationRow, ReconciliationRun, SentFile
from marketplace.contracts.models.reconciliation import COMPARED, READING
from marketplace.contracts.reconciling.comparing import WORKER, compare_run
from marketplace.contracts.reconciling.inputs import AMOUNTS, EXPORT_INPUT, PARTIES
from marketplace.contracts.reconciling.policies import LOAD, RESUME
from marketplace.contracts.reconciling.states import FAIL, RUN, RUN_STATES
from marketplace.contracts.saving.recognising import repeated
from marketplace.contracts.saving.rows import Change
from marketplace.contracts.saving.totals import Held, counted_in
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy
from marketplace.core.progress import FAILED, RUNNING, find_job
from marketplace.core.states import StateError
from marketplace.posting.uploads.jobs import in_both_languages
from marketplace.posting.uploads.receiving import printable_name, received

PURPOSE = "reconciliation"
FIRST_MONTH = 200001


def is_month(month: int) -> bool:
    """Whether a number is a month that has begun: year × 100 + month."""
    day = today()
    return FIRST_MONTH <= month <= day.year * 100 + day.month and 1 <= month % 100 <= 12


def load_export(actor: Actor, month: int, name: str, content: IO[bytes]) -> int:
    """Have the export of a month read and compared; returns the run's id.

    :raises TableError: when it can't be used as a whole; nothing is kept.
    :raises Forbidden: when the actor may not.
    """
    policy.require(actor, LOAD)
    name = printable_name(name)
    with received(name, content) as path:
        notes = receiving.look_at(export_target(), path)
        _require_columns(notes["fields"], notes["columns"])
        with writing() as session:
            file = receiving.keep_file(session, actor, PURPOSE, name, path, notes)
            return _begin(session, actor, month, file)


def compare_again(actor: Actor, month: int) -> None:
    """Compare a month again with the export that was loaded last.

    :raises StateError: when there is none, or it is being read.
    :raises Forbidden: when the actor may not.
    """
    with writing() as session:
        policy.require(actor, LOAD)
        runs = session.scalars(
            select(ReconciliationRun)
            .where(
                ReconciliationRun.month == month,
                ReconciliationRun.state.in_((READING, COMPARED)),
            )
            .order_by(ReconciliationRun.id.desc())
            .with_for_update(of=ReconciliationRun)
        ).all()
        last = next((run for run in runs if run.state == COMPARED), None)
        if last is None or any(run.state == READING for run in runs):
            raise StateError(_("这个月没有可以再核对的导出。请上传一份，或等正在读的读完。"))
        old = last.file
        file = SentFile(
            purpose=PURPOSE,
            by_name=actor.name,
            by_id=actor.person_id,
            for_id=actor.organisation_id,
            sha256=old.sha256,
            size=old.size,
            name=old.name,
            notes=old.notes,
        )
        receiving.read_again(session, file)
        _begin(session, actor, month, file)


def resume_reading(actor: Actor, month: int) -> None:
    """Have reading go on that has stopped; for what goes on nothing changes."""
    with writing() as session:
        policy.require(actor, RESUME)
        run = session.scalar(
            select(ReconciliationRun)
            .where(ReconciliationRun.month == month, ReconciliationRun.state == READING)
            .order_by(ReconciliationRun.id.desc())
            .limit(1)
        )
        job = find_job(session, receiving.JOB, str(run.file_id)) if run else None
        if run is None or job is None or job.state != FAILED:
            return
        job.state, job.finished_at = RUNNING, None
        record_audit(session, actor, RESUME, RUN, run.id, run.version)
        record_event(session, receiving.GOES_ON, receiving.KIND, run.file_id)


def declare_loading() -> None:
    """Let files be read for comparison."""
    declare_purpose(
        PURPOSE,
        Purpose(
            target_of=lambda _file: export_target(),
            key_of=lambda session, file: str(_run_of(session, file).id),
            finish=_finish,
            fail=_fail,
        ),
    )


def export_target() -> Target:
    """The export as something that files hold; the key of its origin is the number of a run."""
    return Target(
        name=EXPORT_INPUT.kind,
        declared=EXPORT_INPUT,
        permission=LOAD,
        identify=_identify,
        repeated=repeated,
        save=_save,
    )


def _begin(session: Session, actor: Actor, month: int, file: SentFile) -> int:
    run = ReconciliationRun(month=month, file_id=file.id)
    session.add(run)
    session.flush()
    record_audit(session, actor, LOAD, RUN, run.id, run.version, source=file.name[:200])
    return run.id


def _require_columns(fields: Sequence[str], unknown: Sequence[str]) -> None:
    found = set(fields)
    labels = {field.key: field.label for field in EXPORT_INPUT.fields}
    missing = [labels[key] for key in AMOUNTS if key not in found]
    if "number" not in found and not found.issuperset(PARTIES):
        missing.append(labels["number"])
    if missing:
        known = [str(labels[key]) for key in fields]
        raise receiving.missing_columns(missing, [*known, *unknown])


def _identify(row: CleanRow) -> tuple[Identity, ...]:
    number = row.values.get("number")
    return (("number", number),) if number else ()


def _save(_actor: Actor, rows: Sequence[CleanRow], origin: Origin) -> Sequence[Outcome]:
    run = db.session.get_one(ReconciliationRun, int(origin.key))
    values = [_values(run, row) for row in rows]
    if values:
        db.session.execute(insert(ReconciliationRow), values)
    return [Outcome(Saved.CREATED, None, None, tuple(row.warnings)) for row in rows]


def _values(run: ReconciliationRun, row: CleanRow) -> dict[str, object]:
    given = row.values
    day: date = given["registered_on"]
    counted = counted_in(Held(day, given["turnover"], given["tech_amount"], _change(given)))
    in_month = [one for (month, _line), one in counted.items() if month == run.month]
    total = sum(in_month, NOTHING)
    return {
        "run_id": run.id,
        "row": row.number,
        "number": given.get("number") or "",
        "title": given.get("title") or "",
        "seller_name": given.get("seller_name") or "",
        "buyer_name": given.get("buyer_name") or "",
        "signed_on": given.get("signed_on"),
        "registered_on": day,
        "first_turnover": given["turnover"],
        "is_in_month": bool(in_month),
        "count": total.count,
        "turnover": total.turnover,
        "tech_amount": total.tech_amount,
    }


def _change(given: dict[str, object]) -> Change | None:
    state, on = given.get("state"), given.get("changed_on")
    if state not in ("amended", "deregistered", "revoked") or not isinstance(on, date):
        return None
    amounts = [given.get("changed_turnover"), given.get("changed_tech_amount")]
    turnover, tech_amount = (one if isinstance(one, int) else None for one in amounts)
    return Change(str(state), on, turnover, tech_amount)


def _run_of(session: Session, file: SentFile) -> ReconciliationRun:
    found = select(ReconciliationRun).where(ReconciliationRun.file_id == file.id)
    return session.scalars(found).one()


def _finish(session: Session, file: SentFile) -> None:
    run = _run_of(session, file)
    is_of_month = (ReconciliationRow.run_id == run.id, ReconciliationRow.is_in_month)
    if session.scalar(select(ReconciliationRow.id).where(*is_of_month).limit(1)) is None:
        sentence = _(
            "这份导出里没有一行计在 %(month)s。请核对月份，再传一次。",
            month=month_name(run.month),
        )
        file.problem = dict(in_both_languages(sentence))
        _fail(session, file)
        return
    compare_run(session, run)


def _fail(session: Session, file: SentFile) -> None:
    file.is_over = True
    RUN_STATES.take_step(session, WORKER, _run_of(session, file), FAIL)
