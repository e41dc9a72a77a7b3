"""Long jobs: how far, how fast, how long still, and where to go on after a break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.db import Base, Timestamps, UtcDateTime
from marketplace.core.locks import lock_until_commit

RUNNING, FINISHED, FAILED = "running", "finished", "failed"
SMALLEST_SHARE = 1e-6


class Job(Timestamps, Base):
    """One long job; ``key`` names the same work again, so that it can be resumed."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(128))
    label: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16), default=RUNNING)
    done: Mapped[int] = mapped_column(default=0)
    # A file may have more bytes than 32 bits count.
    total: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def find_job(session: Session, kind: str, key: str) -> Job | None:
    """The job of this kind and key, running or ended, held until the transaction has ended.

    Who begins or goes on with it does so alone.
    """
    lock_until_commit(session, f"job {kind} {key}")
    return session.scalar(select(Job).where(Job.kind == kind, Job.key == key))


@dataclass(frozen=True)
class Pace:
    """Rows a second, and the time left at that rate (unknown before a millionth is done)."""

    rows_per_second: float
    left: timedelta | None


def pace(rows: int, elapsed: timedelta, share_done: float) -> Pace:
    """How fast it goes: ``rows`` done in ``elapsed``, ``share_done`` of the whole (0–1)."""
    seconds = max(elapsed.total_seconds(), 1e-6)
    left = elapsed * ((1 - share_done) / share_done) if SMALLEST_SHARE <= share_done <= 1 else None
    return Pace(rows / seconds, left)
