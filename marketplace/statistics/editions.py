"""Publishing editions: one person proposes the figures, another confirms; then nothing changes."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.ledger.posting import hold_ledger
from marketplace.contracts.models import LedgerEntry
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import today
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.statistics.edition_content import content_of, hash_of
from marketplace.statistics.figures import Figures
from marketplace.statistics.inputs import LONGEST_REASON, FormReader
from marketplace.statistics.models import Edition, EditionDraft
from marketplace.statistics.models.edition import KINDS
from marketplace.statistics.policies import PUBLISH_EDITION
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.states import CONFIRM_EDITION, EDITION_STATES
from marketplace.statistics.tables.exposure import LEAST_CONTRACTS

SUBJECT = "edition_draft"
MONTHS = tuple(str(month) for month in range(1, 13))


def propose_edition(actor: Actor, form: Mapping[str, str]) -> int:
    """Freeze the figures of a period for another to confirm; the number of the draft.

    :raises FormProblems: with a sentence for each field that isn't right.
    :raises Forbidden: when the actor doesn't publish.
    """
    policy.require(actor, PUBLISH_EDITION)
    reader = FormReader(form)
    kind = reader.choice("kind", KINDS, _l("请选发布目标看板还是统计表。"))
    year = reader.year("year")
    month = reader.choice("last_month", MONTHS, _l("请选截至哪个月。"))
    note = reader.text("note", LONGEST_REASON)
    reader.finish()
    if (year, int(month)) >= (today().year, today().month):
        reader.problems["last_month"] = _l("这个月还没有过完，数还会变。请等月底以后再发布。")
    db.session.rollback()
    is_correction = _latest_number(db.session, kind, year, int(month)) > 0
    if is_correction and not note:
        reader.problems["note"] = _l("这一期已经发布过，再发布就是更正。请写明更正了什么、为什么。")
    reader.finish()
    # Read before the transaction: no one has to wait while a year is added up.
    content = content_of(db.session, kind, year, int(month), is_correction=is_correction)
    if Figures.of_content(content["figures"]).is_total_withheld:
        raise FormProblems(
            {
                "last_month": _l(
                    "这一期的合同，或者比已发布的那一期多出来的合同，不到 %(least)s 项，"
                    "发布了就能算出单份合同的金额。请等后面的月份一起发布。",
                    least=LEAST_CONTRACTS,
                )
            }
        )
    with writing() as session:
        draft = EditionDraft(
            kind=kind,
            year=year,
            last_month=int(month),
            note=note,
            content=content,
            position=content["position"],
            submitted_by=actor.name,
            submitted_by_id=actor.person_id,
        )
        session.add(draft)
        session.flush()
        record_audit(session, actor, PUBLISH_EDITION, SUBJECT, draft.id, draft.version)
        return draft.id


def decide_edition(actor: Actor, draft_id: int, action: str, reason: str) -> int | None:
    """Confirm a draft, refuse it, or take the own back; the edition that it has become, if any.

    :raises StateError: when it can't be done now, or the reason is missing or too long.
    :raises Forbidden: when the actor may not, as whoever proposed it may not confirm.
    """
    if len(reason) > LONGEST_REASON:
        raise StateError(_l("原因最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON))
    with writing() as session:
        lock_until_commit(session, "editions")
        draft = session.get_one(EditionDraft, draft_id, with_for_update=True)
        EDITION_STATES.take_step(session, actor, draft, action, reason or None)
        draft.decided_by, draft.decided_by_id = actor.name, actor.person_id
        if action == CONFIRM_EDITION:
            draft.edition_id = _publish(session, actor, draft)
        return draft.edition_id


def _publish(session: Session, actor: Actor, draft: EditionDraft) -> int:
    latest = _latest_number(session, draft.kind, draft.year, draft.last_month)
    if latest and not draft.note:
        raise StateError(
            _l("这一期刚刚已经发布过，再发布就是更正，要写明更正了什么。请退回，重新提出。")
        )
    neighbours = select(Edition.id).where(
        Edition.year.between(draft.year - 1, draft.year + 1),
        Edition.published_at > draft.computed_at,
    )
    if session.scalar(neighbours.limit(1)) is not None:
        raise StateError(
            _l(
                "提出以后又发布了别的版本，两版相减可能算出单份合同的金额。"
                "请退回，重新提出，会按已发布的再核对一遍。"
            )
        )
    # Until this is committed nothing is posted, and afterwards the months are closed.
    hold_ledger(session)
    posted_since = select(LedgerEntry.id).where(
        LedgerEntry.month <= draft.year * 100 + draft.last_month,
        LedgerEntry.id > draft.position,
        LedgerEntry.is_demo == draft.content["is_demo"],
    )
    if session.scalar(posted_since.limit(1)) is not None:
        raise StateError(
            _l("提出以后又有合同记进了这些月份，数已经变了。请退回，重新提出，按现在的数发布。")
        )
    edition = Edition(
        kind=draft.kind,
        year=draft.year,
        last_month=draft.last_month,
        number=latest + 1,
        note=draft.note if latest else "",
        content=draft.content,
        content_hash=hash_of(draft.content),
        position=draft.position,
        computed_at=draft.computed_at,
        published_at=now(),
        published_by=draft.submitted_by,
        published_by_id=draft.submitted_by_id,
        confirmed_by=actor.name,
        confirmed_by_id=actor.person_id,
    )
    session.add(edition)
    session.flush()
    return edition.id


def close_published_months() -> None:
    """Let nothing be posted later into months of which an edition tells, or before them."""
    closed_months.add("editions", _is_published)


def _is_published(session: Session, month: int, is_demo: bool) -> bool:
    told = select(Edition.id).where(
        Edition.year * 100 + Edition.last_month >= month,
        Edition.content["is_demo"].as_boolean() == is_demo,
    )
    return session.scalar(told.limit(1)) is not None


def _latest_number(session: Session, kind: str, year: int, last_month: int) -> int:
    """The number of the last edition of a kind and period; 0 where there is none."""
    found = select(func.max(Edition.number)).where(
        Edition.kind == kind, Edition.year == year, Edition.last_month == last_month
    )
    return session.scalar(found) or 0
