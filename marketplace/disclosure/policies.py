"""Who may do what with further parts, who may know of which, and their routes.

Whether a reader has reached a part's step, ``standing`` finds out: that depends on the part, the
terms and the holder's answer, not on a role. Staff have no way past the steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from marketplace.catalogue.models import Patent, PatentOwner, Result, ResultOwner
from marketplace.core.actor import Actor
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    acts_for_holder,
    policy,
    signed_in,
    visibility,
    visible_to,
)
from marketplace.core.web.access import ANYONE
from marketplace.disclosure.models import (
    AccessRequest,
    DisclosureOpening,
    FurtherPart,
    PartVersion,
    Terms,
    TermsAcceptance,
)
from marketplace.disclosure.states import END, WITHDRAW

WRITE = "part.write"
OPEN = "part.open"
ASK = "access.request"
LETTER, ANSWER = "letter.write", "letter.answer"
KINDS: dict[str, tuple[type[Result | Patent], Any, Any]] = {
    "result": (Result, ResultOwner.result_id, ResultOwner.organisation_id),
    "patent": (Patent, PatentOwner.patent_id, PatentOwner.organisation_id),
}
"""The kinds that have further parts: model, and how owners are linked to it."""


def _is_holder(actor: Actor, subject: Any) -> bool:
    return acts_for_holder(actor) and (
        subject is None or actor.organisation_id in subject.owner_ids
    )


def _asked_it(actor: Actor, request: Any) -> bool:
    return request is not None and actor.is_person and request.person_id == actor.person_id


def _writes_to_others(actor: Actor, subject: Any) -> bool:
    is_own = subject is not None and actor.organisation_id in subject.owner_ids
    return actor.is_person and not is_own


def _answers_for_holder(actor: Actor, subject: Any) -> bool:
    return acts_for_holder(actor) and (
        subject is None or actor.organisation_id == subject.organisation_id
    )


asker = Condition(_l("申请的人自己"), _asked_it)
holder = Condition(_l("持有单位的经办或审核人"), _is_holder)
outsider = Condition(_l("登录的人，不属于持有单位"), _writes_to_others)
receiver = Condition(_l("收信单位的经办或审核人"), _answers_for_holder)

PERMISSIONS = (
    Permission(WRITE, holder, _l("分级公开的内容由持有单位的经办或审核人管理。")),
    Permission(OPEN, signed_in, _l("请先登录，再打开这一部分。")),
    Permission(ASK, signed_in, _l("请先登录，再申请查看。")),
    Permission(LETTER, outsider, _l("登录以后可以给别家持有的记录写信，自己单位的不用。")),
    Permission(ANSWER, receiver, _l("来信由收信单位的经办或审核人答复。")),
    Permission("access.admit", holder, _l("申请由持有单位的经办或审核人决定。")),
    Permission("access.refuse", holder, _l("申请由持有单位的经办或审核人决定。")),
    Permission(END, holder, _l("申请随删去的部分结束，由持有单位的经办或审核人删去。")),
    Permission(WITHDRAW, asker, _l("只有申请的人自己可以。")),
    Permission("access.revoke", holder, _l("收回由持有单位的经办或审核人进行。")),
)

ROUTES = {
    "disclosure.parts": ANYONE,
    "disclosure.part": OPEN,
    "disclosure.open_one": OPEN,
    "disclosure.accept": OPEN,
    "disclosure.ask": ASK,
    "disclosure.withdraw_request": ASK,
    "disclosure.letter": LETTER,
    "disclosure.send_letter": LETTER,
    "disclosure.answer": ANSWER,
    "disclosure.send_answer": ANSWER,
    "disclosure.manage": WRITE,
    "disclosure.new": WRITE,
    "disclosure.create": WRITE,
    "disclosure.edit": WRITE,
    "disclosure.save": WRITE,
    "disclosure.arrange": WRITE,
    "disclosure.ask_remove": WRITE,
    "disclosure.remove": WRITE,
    "disclosure.terms": WRITE,
    "disclosure.save_terms": WRITE,
    "disclosure.decide": WRITE,
    "disclosure.openings": WRITE,
}

PART_FIELDS = {
    **dict.fromkeys(("id", "kind", "record_id", "rank", "level", "version"), Level.PUBLIC),
    "is_heading_public": Level.PUBLIC,
    "heading": Level.NAMED,
    "text": Level.NAMED,
}
"""A heading or text is on its part's own step; by level alone only the highest is sure to do."""

FIELDS: dict[type, dict[str, Level]] = {
    FurtherPart: PART_FIELDS,
    PartVersion: dict.fromkeys(
        ["part_id", "version", "level", "heading", "text", "by_name", "at"], Level.OWNER
    ),
    Terms: dict.fromkeys(["id", "kind", "record_id", "version", "text", "at"], Level.VERIFIED)
    | {"by_name": Level.OWNER},
    TermsAcceptance: dict.fromkeys(
        ["terms_id", "person_id", "person_name", "organisation_id", "at"], Level.OWNER
    ),
    AccessRequest: dict.fromkeys(
        [
            "id",
            "part_id",
            "person_id",
            "person_name",
            "organisation_id",
            "purpose",
            "state",
            "answer",
        ],
        Level.OWNER,
    ),
    DisclosureOpening: dict.fromkeys(
        [
            "id",
            "part_id",
            "part_version",
            "level",
            "person_id",
            "person_name",
            "organisation_id",
            "at",
        ],
        Level.OWNER,
    ),
}


def _of_visible_records(actor: Actor, model: type[FurtherPart | Terms]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                model.kind == kind,
                model.record_id.in_(select(record.id).where(visible_to(actor, record))),
            )
            for kind, (record, _owned_id, _owner_id) in KINDS.items()
        )
    )


def _of_held_records(actor: Actor, model: type[FurtherPart | Terms]) -> ColumnElement[bool]:
    if not acts_for_holder(actor):
        return false()
    return or_(
        *(
            and_(
                model.kind == kind,
                model.record_id.in_(select(owned_id).where(owner_id == actor.organisation_id)),
            )
            for kind, (_record, owned_id, owner_id) in KINDS.items()
        )
    )


def _parts(actor: Actor) -> ColumnElement[bool]:
    return and_(FurtherPart.removed_at.is_(None), _of_visible_records(actor, FurtherPart))


def _terms(actor: Actor) -> ColumnElement[bool]:
    """Terms are for those who may accept them, and for the holder."""
    if actor.is_system:
        return true()
    readable = _of_visible_records(actor, Terms) if actor.is_verified else false()
    return or_(readable, _of_held_records(actor, Terms))


def _of_held_parts(actor: Actor, model: Any) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    held = select(FurtherPart.id).where(_of_held_records(actor, FurtherPart))
    return model.part_id.in_(held)


def _own(actor: Actor, model: Any) -> ColumnElement[bool]:
    if not actor.is_person:
        return true() if actor.is_system else false()
    is_for_same = model.organisation_id == actor.organisation_id
    return and_(model.person_id == actor.person_id, is_for_same)


def _own_or_held(actor: Actor, model: Any) -> ColumnElement[bool]:
    """A person sees the own, the holder those of its parts."""
    return or_(_own(actor, model), _of_held_parts(actor, model))


def _level(actor: Actor, subject: Any) -> Level:
    return Level.OWNER if _is_holder(actor, subject) else _level_of_reader(actor, subject)


def _level_of_reader(actor: Actor, _subject: Any) -> Level:
    if actor.is_system:
        return Level.OWNER
    return Level.VERIFIED if actor.is_verified else Level.PUBLIC


def declare_policies() -> None:
    """Put the rows of further parts into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    rows: dict[type, tuple[Callable[[Actor], ColumnElement[bool]], Callable[[Actor, Any], Level]]]
    rows = {
        FurtherPart: (_parts, _level),
        PartVersion: (lambda actor: _of_held_parts(actor, PartVersion), _level_of_reader),
        Terms: (_terms, _level_of_reader),
        TermsAcceptance: (lambda actor: _own(actor, TermsAcceptance), _level_of_reader),
        AccessRequest: (lambda actor: _own_or_held(actor, AccessRequest), _level),
        DisclosureOpening: (
            lambda actor: _own_or_held(actor, DisclosureOpening),
            _level_of_reader,
        ),
    }
    for model, (records, level) in rows.items():
        visibility.declare(model, records=records, fields=FIELDS[model], level=level)
