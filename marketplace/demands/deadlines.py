"""A demand's deadline: moved while it is looked for, or set anew to take it up again."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import values
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.core.actor import Actor
from marketplace.core.db import writing
from marketplace.core.i18n import format_day, today
from marketplace.core.states import StateError
from marketplace.demands.queries import KIND
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import Posting
from marketplace.posting.queries import open_change_of
from marketplace.posting.writing import (
    apply_change,
    begin_change,
    is_small_change,
    latest_deadline,
    save_cells,
    submit,
)

FIELD = "deadline"


def move_deadline(actor: Actor, demand_id: int, typed: str) -> Posting:
    """Give a demand another last day, in Asia/Shanghai; what else it says stays.

    While it is looked for that counts at once. Where it has ended, the department reviews it
    first; nothing new is said, so whoever hands it in answers for no new secrets.

    :returns: the change: published, or waiting for that review.
    :raises PostingProblem: when the day can't be taken, or the demand lacks something else.
    :raises StateError: when the demand can't be changed, or is being changed already.
    :raises Forbidden: when the actor doesn't write its organisation's demands.
    """
    with writing() as session:
        other = open_change_of(session, KIND, demand_id)
        posting_id = begin_change(actor, KIND, demand_id)
        if other is not None:
            raise StateError(_("这条需求正在修改或审核。请在那份修改里一起改截止日期。"))
        posting = session.get_one(Posting, posting_id)
        deadline = read_deadline(typed, posting.cells.get(FIELD, ""))
        cells = {**posting.cells, FIELD: deadline.isoformat()}
        posting = save_cells(actor, posting_id, posting.version, cells)
        if is_small_change(session, posting):
            return apply_change(actor, posting_id)
        return submit(actor, posting_id, confirms_secrecy=True)


def read_deadline(typed: str, present: str) -> date:
    """The day that was typed, later than today and not later than :func:`latest_deadline`.

    :raises PostingProblem: with what would be right, when it is none, or the ``present`` one.
    """
    try:
        found = values.day(Cell(typed, "", FIELD, Draft({}, {})))
    except InputError as error:
        raise PostingProblem({FIELD: str(error.reason)}) from None
    if not today() < found <= latest_deadline():
        latest = format_day(latest_deadline())
        raise _refused(_("截止日期要在今天以后，最晚到 %(day)s。", day=latest))
    if found.isoformat() == present:
        raise _refused(_("新的截止日期和现在的一样。请改成别的一天。"))
    return found


def _refused(sentence: object) -> PostingProblem:
    return PostingProblem({FIELD: str(sentence)})
