"""Reading what was compared: where each month stands, what differs in one, whether it agrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.files.receiving import JOB
from marketplace.contracts.ledger.sums import NOTHING, Sum, counts_demo, sums_by_month
from marketplace.contracts.models import LedgerEntry, ReconciliationDifference, ReconciliationRun
from marketplace.contracts.models.reconciliation import COMPARED, DROPPED, FAILED, READING
from marketplace.contracts.reconciling.states import CLOSED, OPEN
from marketplace.contracts.reconciling.wording import GROUPS
from marketplace.core.actor import Actor, system
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.progress import FAILED as STOPPED
from marketplace.core.progress import Job
from marketplace.core.web.paging import Paging, page_at
from marketplace.posting.uploads.jobs import Shown, progress_of

MONTHS_A_PAGE = 24


@dataclass(frozen=True)
class MonthState:
    """Where a month stands; ``status`` is a key of ``wording.STATUS_NAMES``.

    ``counted`` is what counts here now, ``compared`` the last run that was compared, ``last``
    the last of all. ``open`` and ``closed`` are numbers of differences by kind,
    ``posted_since`` how many postings the month has got since it was compared.
    """

    month: int
    counted: Sum
    last: ReconciliationRun | None
    compared: ReconciliationRun | None
    open: dict[str, int]
    closed: dict[str, int]
    posted_since: int
    is_stopped: bool = False

    @property
    def open_count(self) -> int:
        """How many differences nobody has closed."""
        return sum(self.open.values())

    @property
    def status(self) -> str:
        """The word for it.

        ``done``: both sides agree, or somebody has said why not, for all that counts now.
        """
        last, run = self.last, self.compared
        if last is not None and last.state == READING:
            return "stopped" if self.is_stopped else "reading"
        if run is None:
            return "failed" if last is not None and last.state == FAILED else "none"
        if self.open_count:
            return "open"
        if run.file.bad:
            return "bad"
        return "changed" if self.posted_since else "done"


def is_reconciled(month: int) -> bool:
    """Whether a month agrees with the national system's export, difference by difference.

    ``month`` is year × 100 + month. It doesn't while a difference is open, while rows of the
    export couldn't be read, or once something was posted to it after it had been compared.
    """
    return month_state(system("reconciliation"), month).status == "done"


def close_reconciled_months() -> None:
    """Let nothing be posted later into a month that agrees."""
    closed_months.add("reconciliation", lambda _session, month, _is_demo: is_reconciled(month))


def month_state(actor: Actor, month: int) -> MonthState:
    """Where one month stands."""
    return _states(actor, [month])[0]


def months(actor: Actor, page: int) -> tuple[list[MonthState], Paging]:
    """A page of all months in which anything counts or was compared, newest first."""
    counted = {month for month, _code in sums_by_month(db.session)}
    runs = db.session.scalars(
        select(ReconciliationRun.month).where(visible_to(actor, ReconciliationRun)).distinct()
    )
    everything = sorted({*counted, *runs}, reverse=True)
    paging = page_at(page, len(everything), MONTHS_A_PAGE)
    return _states(actor, everything[paging.offset : paging.last]), paging


def unreconciled(actor: Actor) -> list[MonthState]:
    """The months that have open differences, oldest first."""
    found = db.session.scalars(
        select(ReconciliationDifference.month)
        .where(ReconciliationDifference.state == OPEN, visible_to(actor, ReconciliationDifference))
        .distinct()
        .order_by(ReconciliationDifference.month)
    ).all()
    return _states(actor, found)


def progress_of_reading(state: MonthState) -> Shown | None:
    """How far the export is that is being read."""
    last = state.last
    return progress_of(db.session, JOB, str(last.file_id)) if last else None


def differences(
    actor: Actor, month: int, group: str, page: int
) -> tuple[Sequence[ReconciliationDifference], Paging]:
    """A page of what differs in one way: open ones first, then those that were closed."""
    chosen = (
        ReconciliationDifference.month == month,
        ReconciliationDifference.kind.in_(GROUPS[group]),
        ReconciliationDifference.state.in_((OPEN, CLOSED)),
        visible_to(actor, ReconciliationDifference),
    )
    count = db.session.scalar(
        select(func.count()).select_from(ReconciliationDifference).where(*chosen)
    )
    paging = page_at(page, count or 0)
    asked = (
        select(ReconciliationDifference)
        .where(*chosen)
        .order_by(ReconciliationDifference.state.desc(), ReconciliationDifference.id)
        .limit(paging.size)
        .offset(paging.offset)
    )
    return db.session.scalars(asked).all(), paging


def all_differences(actor: Actor, month: int) -> Iterator[ReconciliationDifference]:
    """Everything that differs in a month or was closed, for an export."""
    return iter(
        db.session.scalars(
            select(ReconciliationDifference)
            .where(
                ReconciliationDifference.month == month,
                ReconciliationDifference.state.in_((OPEN, CLOSED)),
                visible_to(actor, ReconciliationDifference),
            )
            .order_by(ReconciliationDifference.kind, ReconciliationDifference.id)
            .execution_options(yield_per=1000)
        )
    )


def _states(actor: Actor, chosen: Sequence[int]) -> list[MonthState]:
    if not chosen:
        return []
    last = _newest(actor, chosen, ReconciliationRun.state != DROPPED)
    compared = _newest(actor, chosen, ReconciliationRun.state == COMPARED)
    numbers = _numbers(actor, chosen)
    since = _posted_since(compared)
    counted = sums_by_month(db.session)
    stopped = _stopped(last)
    return [
        MonthState(
            month=month,
            counted=counted.get((month, ""), NOTHING),
            last=last.get(month),
            compared=compared.get(month),
            open=_of(numbers, month, OPEN),
            closed=_of(numbers, month, CLOSED),
            posted_since=since.get(month, 0),
            is_stopped=month in stopped,
        )
        for month in chosen
    ]


def _newest(
    actor: Actor, chosen: Sequence[int], condition: ColumnElement[bool]
) -> dict[int, ReconciliationRun]:
    newest = (
        select(func.max(ReconciliationRun.id))
        .where(ReconciliationRun.month.in_(chosen), condition, visible_to(actor, ReconciliationRun))
        .group_by(ReconciliationRun.month)
    )
    runs = db.session.scalars(
        select(ReconciliationRun)
        .where(ReconciliationRun.id.in_(newest))
        .options(selectinload(ReconciliationRun.file))
    )
    return {run.month: run for run in runs}


def _numbers(actor: Actor, chosen: Sequence[int]) -> dict[tuple[int, str, str], int]:
    columns = (
        ReconciliationDifference.month,
        ReconciliationDifference.kind,
        ReconciliationDifference.state,
    )
    rows = db.session.execute(
        select(*columns, func.count())
        .where(
            ReconciliationDifference.month.in_(chosen), visible_to(actor, ReconciliationDifference)
        )
        .group_by(*columns)
    )
    return {(month, kind, state): count for month, kind, state, count in rows}


def _of(numbers: dict[tuple[int, str, str], int], month: int, state: str) -> dict[str, int]:
    """How many there are of each kind, in one month and one state."""
    return {kind: n for (of, kind, at), n in numbers.items() if of == month and at == state}


def _posted_since(compared: dict[int, ReconciliationRun]) -> dict[int, int]:
    if not compared:
        return {}
    later = or_(
        *(
            and_(LedgerEntry.month == month, LedgerEntry.id > run.position)
            for month, run in compared.items()
        )
    )
    rows = db.session.execute(
        select(LedgerEntry.month, func.count())
        .where(later, LedgerEntry.is_demo == counts_demo(db.session))
        .group_by(LedgerEntry.month)
    )
    return {row[0]: row[1] for row in rows}


def _stopped(last: dict[int, ReconciliationRun]) -> set[int]:
    reading = {str(run.file_id): month for month, run in last.items() if run.state == READING}
    if not reading:
        return set()
    keys = db.session.scalars(
        select(Job.key).where(Job.kind == JOB, Job.state == STOPPED, Job.key.in_(reading))
    )
    return {reading[key] for key in keys}
