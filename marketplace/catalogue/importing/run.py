"""One import from beginning to end: job, batches, counts, errors."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.catalogue.importing.errors_file import ErrorsFile
from marketplace.catalogue.importing.reading import ReadBatch, RowReader, as_row_error
from marketplace.catalogue.importing.report import ImportReport, Progress
from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.catalogue.importing.target import Origin, Target, catalogue_target
from marketplace.catalogue.inputs.texts import one_line
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.policy import policy
from marketplace.core.progress import FINISHED, RUNNING, Job, find_job, pace
from marketplace.core.tables import RowError, Table, TableError, open_table

JOB_KIND = "import"
SHOWN_ERRORS = 20
COUNTS = ("read", "created", "updated", "unchanged", "failed", "warnings")

OnProgress = Callable[[Progress], None]


def import_file(actor: Actor, kind: str, path: Path, **options: Any) -> ImportReport:
    """Read a file of one kind of record into the catalogue; as :func:`import_into`."""
    return import_into(actor, catalogue_target(kind), path, **options)


def import_into(
    actor: Actor,
    target: Target,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    errors_path: Path | None = None,
    source: str | None = None,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Read a CSV, JSONL or XLSX file into the market.

    Rows are saved in batches of one transaction each, together with the place reached, so that
    the same call after a kill goes on exactly there. Good rows go in; what is wrong with the
    others goes to ``errors_path`` (beside the file when not given, and only if there is any).

    :param mapping: column name by key of field, for columns that aren't recognised.
    :param source: what the records say they came from; the file's name when not given.
    :param on_progress: called after each batch; what it raises stops the import, which can be
        resumed.
    :raises TableError: when the file as a whole can't be used.
    :raises Forbidden: when the actor may not import.
    """
    policy.require(actor, target.permission)
    source = one_line(source or "")[:120] or _printable(path.name)[:120]
    errors_path = errors_path or path.with_name(f"{path.stem}.errors.csv")
    with open_table(path) as table, _alone(path), SeenIdentities() as seen:
        if errors_path.resolve() == path.resolve():
            raise TableError(
                "errors_over_input", _("错误清单不能写到正在导入的文件里。请另指定一个位置。")
            )
        reader = RowReader(target, table, mapping, seen)
        run = _Run(
            actor, target, path, source, _key(target.name, path, source, mapping), errors_path
        )
        run.start()
        if run.position:
            reader.pass_over(run.position)
        table.start_at(run.position)
        for batch in reader.batches():
            run.save(batch)
            if on_progress is not None:
                on_progress(run.progress(table))
        run.finish()
        return run.report(reader.unknown)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the file's lock, which the kernel frees when a process dies."""
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _already_running() from None
        yield


def _already_running() -> TableError:
    return TableError("import_running", _("另一个进程正在导入同一个文件。请等它结束，再导入一次。"))


class _Run:
    """An import under way; its counts are those of the job, which survive a kill."""

    def __init__(
        self, actor: Actor, target: Target, path: Path, source: str, key: str, errors_path: Path
    ) -> None:
        self._actor = actor
        self._target = target
        self._path = path
        self._source = source
        self._origin = Origin(source, key[:64])
        self._key = key
        self._errors = ErrorsFile(errors_path)
        self._began = monotonic()
        self._counts = dict.fromkeys(COUNTS, 0)
        self._resumed_from = 0
        self._first_errors: list[RowError] = []
        self._first_warnings: list[RowError] = []
        self.position = 0

    def start(self) -> None:
        """Take up the job of this file where it stopped, or begin it."""
        with writing() as session:
            job = find_job(session, JOB_KIND, self._key)
            if job is None:
                job = Job(kind=JOB_KIND, key=self._key, label=_printable(self._path.name)[:300])
                session.add(job)
            elif job.state == RUNNING and job.position:
                self.position = job.position
                self._counts.update(job.counts)
                self._resumed_from = self._counts["read"]
                if job.detail.get("errors_path") == _printable(str(self._errors.path)):
                    self._errors.size = job.detail["errors_size"]
                return
            job.state, job.finished_at = RUNNING, None
            job.total = self._path.stat().st_size
            self._store(job)

    def save(self, batch: ReadBatch) -> None:
        """Save one batch and the place reached, in one transaction."""
        errors, warnings = list(batch.errors), []
        counts = dict(self._counts)
        with writing() as session:
            job = self._own_job(session)
            outcomes = self._target.save(self._actor, batch.rows, self._origin)
            for row, outcome in zip(batch.rows, outcomes, strict=True):
                if outcome.issue is not None:
                    errors.append(as_row_error(row.number, outcome.issue))
                    counts["failed"] += 1
                    continue
                counts[outcome.saved.value] += 1
                warnings += [as_row_error(row.number, issue) for issue in outcome.warnings]
            errors.sort(key=lambda error: error.row)
            counts["read"] += batch.read
            counts["failed"] += batch.failed
            counts["warnings"] += len(warnings)
            self._errors.append(errors)
            self._counts, self.position = counts, batch.offset
            self._store(job)
        self._first_errors += errors[: SHOWN_ERRORS - len(self._first_errors)]
        self._first_warnings += warnings[: SHOWN_ERRORS - len(self._first_warnings)]

    def finish(self) -> None:
        """The whole file has been read."""
        with writing() as session:
            self._target.finish(self._actor, self._origin)
            job = self._own_job(session)
            job.state, job.finished_at = FINISHED, now()

    def progress(self, table: Table) -> Progress:
        """How far and how fast this run is."""
        rows = self._counts["read"] - self._resumed_from
        share = min(table.bytes_read / table.total_bytes, 1.0) if table.total_bytes else 1.0
        speed = pace(rows, timedelta(seconds=self._elapsed), share)
        return Progress(rows, self._counts["failed"], share, speed.rows_per_second, speed.left)

    def report(self, unknown_columns: tuple[str, ...]) -> ImportReport:
        """What became of the file."""
        seconds = self._elapsed
        rows = self._counts["read"] - self._resumed_from
        return ImportReport(
            **self._counts,
            seconds=seconds,
            rows_per_second=pace(rows, timedelta(seconds=seconds), 1.0).rows_per_second,
            resumed_from=self._resumed_from,
            source=self._source,
            unknown_columns=unknown_columns,
            errors_path=self._errors.path if self._errors.size else None,
            first_errors=tuple(self._first_errors),
            first_warnings=tuple(self._first_warnings),
        )

    @property
    def _elapsed(self) -> float:
        return monotonic() - self._began

    def _own_job(self, session: Session) -> Job:
        """The job, unless another process went on with it, from a copy of the file."""
        job = find_job(session, JOB_KIND, self._key)
        if job is None or job.position != self.position:
            raise _already_running()
        return job

    def _store(self, job: Job) -> None:
        job.position = self.position
        job.done = self._counts["read"]
        job.counts = dict(self._counts)
        job.detail = {
            "source": self._source,
            "errors_path": _printable(str(self._errors.path)),
            "errors_size": self._errors.size,
        }


def _printable(name: str) -> str:
    """A file's name as the database can hold it: names need not be valid UTF-8."""
    return name.encode("utf-8", "replace").decode()


def _key(kind: str, path: Path, source: str, mapping: Mapping[str, str] | None) -> str:
    """What makes two imports the same work: kind, content, source and mapping."""
    with path.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").hexdigest()
    parts = [kind, path.stat().st_size, content, source, sorted((mapping or {}).items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
