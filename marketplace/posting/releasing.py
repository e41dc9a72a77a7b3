"""Making what a posting says public: the record, its version, and the word to its holder."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.saving import Saved
from marketplace.catalogue.saving.by_hand import save_by_hand
from marketplace.catalogue.states import ENDED_DEMAND_STATES, LISTING_STATES, RENEW
from marketplace.core.actor import Actor
from marketplace.core.i18n import today
from marketplace.core.notifications import notify
from marketplace.core.states import StateError
from marketplace.posting.attaching import hand_over_files, has_open_files
from marketplace.posting.checking import PostingProblem, problems_of, read_posting
from marketplace.posting.models import Posting
from marketplace.posting.versions import keep_first_version, keep_version


def release(session: Session, actor: Actor, posting: Posting) -> None:
    """Store the posting's content as a record or as the new version of one.

    That its unit handed it in says that it stands: the record counts as confirmed today. A demand
    that had ended is open again.

    :raises PostingProblem: when it can't be stored as it is.
    :raises StateError: when the record has been changed since the posting began.
    """
    row, _issues = read_posting(session, posting)
    if row is None:
        raise PostingProblem(problems_of(session, posting))
    model: Any = RECORD_MODELS[posting.kind]
    if posting.record_id is not None:
        before = session.get_one(model, posting.record_id, with_for_update=True)
        if before.version != posting.base_version:
            raise StateError(
                _(
                    "这条记录在修改期间又有了第 %(version)s 版。请退回，让持有单位照新的一版再改。",
                    version=before.version,
                )
            )
        keep_first_version(session, actor, posting.kind, before)
    row.values["confirmed_on"] = today()
    outcome = save_by_hand(
        session,
        actor,
        posting.kind,
        row,
        posting.record_id,
        is_demo=posting.organisation.is_demo,
    )
    if outcome.saved is Saved.REFUSED or outcome.id is None:
        issue = outcome.issue
        raise PostingProblem({issue.field: str(issue.reason)} if issue else {})
    if outcome.saved is Saved.UNCHANGED and not has_open_files(session, posting):
        raise StateError(_("和公开着的版本一样，没有要提交的修改。"))
    posting.record_id = outcome.id
    hand_over_files(session, posting)
    session.flush()
    session.expire_all()
    record = session.get_one(model, outcome.id)
    if outcome.saved is not Saved.UNCHANGED:
        keep_version(
            session, actor, posting.kind, record.id, record.version, posting.cells, posting.id
        )
    if record.state in ENDED_DEMAND_STATES:
        LISTING_STATES[posting.kind].take_step(session, actor, record, RENEW)
    notify(
        session,
        posting.organisation_id,
        "posting_published",
        record_kind=posting.kind,
        record_id=record.id,
        title=posting.title,
    )
