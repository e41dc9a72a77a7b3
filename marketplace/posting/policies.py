"""Who may do what to a posting, who may see which, and the routes of posting."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, or_, true

from marketplace.catalogue.districts import held_in_districts
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.actor import HOLDER_ROLES, Actor, Role
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    acts_with,
    any_of,
    bureau,
    holder_of_record,
    keeper_roles_of,
    policy,
    signed_in,
    visibility,
)
from marketplace.posting.models import Posting, Upload
from marketplace.posting.states import DEMAND, DISCARDED, DRAFT, HAND_IN_RENEWAL
from marketplace.posting.steps import KINDS

WRITE = "posting.write"
USE = "posting.use"
REVIEWS = "posting.list_waiting"


WRITERS: dict[str, Role] = dict.fromkeys(KINDS, Role.HOLDER) | {DEMAND: Role.DEMANDER}
"""Who writes the records of a kind for an organisation."""


def kinds_written_by(actor: Actor) -> tuple[str, ...]:
    """The kinds of records that the actor may write for the organisation acted for."""
    return tuple(kind for kind in KINDS if acts_with(actor, WRITERS[kind]))


def kinds_kept_by(actor: Actor) -> tuple[str, ...]:
    """The kinds of records that the actor looks after for the organisation acted for."""
    return tuple(kind for kind in KINDS if acts_with(actor, *keeper_roles_of(RECORD_MODELS[kind])))


def _kind_of(record: Any) -> str:
    is_about = isinstance(record, (Posting, Upload))
    return record.kind if is_about else getattr(record, "__tablename__", "")


def _is_clerk(actor: Actor, record: Any) -> bool:
    if record is None:
        return bool(kinds_written_by(actor))
    writer = WRITERS.get(_kind_of(record), Role.HOLDER)
    return acts_with(actor, writer) and actor.organisation_id in record.owner_ids


def _is_unit_reviewer(actor: Actor, posting: Any) -> bool:
    return (
        actor.is_person
        and actor.has_role(Role.HOLDER_MGR)
        and posting is not None
        and actor.organisation_id in posting.owner_ids
        and actor.person_id != posting.submitted_by_id
    )


def _is_neutral_bureau(actor: Actor, posting: Any) -> bool:
    return (
        posting is not None
        and bureau(actor, posting)
        and actor.person_id not in (posting.submitted_by_id, posting.approved_by_id)
    )


def _reviews(actor: Actor, _record: Any) -> bool:
    is_of_unit = actor.has_role(Role.HOLDER_MGR) and actor.organisation_id is not None
    return actor.is_person and (is_of_unit or actor.has_role(Role.BUREAU, Role.ADMIN))


clerk = Condition(_l("持有单位的经办；需求由需求方"), _is_clerk)
unit_reviewer = Condition(_l("持有单位的审核人，不能是提交的人"), _is_unit_reviewer)
neutral_bureau = Condition(_l("科技局，不能是提交或审核过的人"), _is_neutral_bureau)
reviewers = Condition(_l("持有单位的审核人，或科技局"), _reviews)

PERMISSIONS = (
    Permission(USE, signed_in, _l("请先登录。")),
    Permission(REVIEWS, reviewers, _l("审核由持有单位的审核人和科技局进行，要替它们办事。")),
    Permission(
        WRITE, clerk, _l("填写和提交由持有单位的经办进行，需求由需求方进行，要替单位办事。")
    ),
    Permission("posting.submit", clerk, _l("提交由持有单位的经办进行，需求由需求方进行。")),
    Permission("posting.submit_alone", clerk, _l("提交由持有单位的经办进行。")),
    Permission(HAND_IN_RENEWAL, clerk, _l("重新征集由需求方提交。")),
    Permission("posting.apply", clerk, _l("修改由持有单位的经办进行，需求由需求方进行。")),
    Permission("posting.discard", clerk, _l("丢弃草稿由持有单位的经办进行，需求由需求方进行。")),
    Permission("posting.reopen", clerk, _l("重新填写由持有单位的经办进行，需求由需求方进行。")),
    Permission(
        "posting.approve",
        unit_reviewer,
        _l("单位审核由本单位的审核人进行，不能审核自己提交的内容。"),
    ),
    Permission(
        "posting.return",
        unit_reviewer,
        _l("单位审核由本单位的审核人进行，不能审核自己提交的内容。"),
    ),
    Permission(
        "posting.publish",
        neutral_bureau,
        _l("发布由科技局进行，不能发布自己提交或审核过的内容。"),
    ),
    Permission(
        "posting.return_by_bureau",
        neutral_bureau,
        _l("退回由科技局进行，不能退回自己提交或审核过的内容。"),
    ),
    *(
        Permission(action, neutral_bureau, needed)
        for needed, actions in (
            (
                _l("形式审查由科技局进行，不能审查自己提交的需求。"),
                ("demand.pass_form", "demand.return_form"),
            ),
            (
                _l("部门审核由科技局进行，不能审核自己提交或审查过的需求。"),
                ("demand.pass_department", "demand.return_department"),
            ),
        )
        for action in actions
    ),
    Permission(
        "version.read",
        any_of(holder_of_record, bureau),
        _l("历次版本由持有单位和科技局查看。"),
    ),
)

FIELDS = (
    "id kind organisation_id record_id base_version state version title cells novelty remarks "
    "secrecy_confirmed_by_id submitted_at submitted_by_id approved_by_id created_at updated_at"
)


def _visible(actor: Actor) -> ColumnElement[bool]:
    """A unit sees its own; the bureau what its districts' units have submitted, never a draft."""
    if actor.is_system:
        return true()
    seen = []
    is_own = Posting.organisation_id == actor.organisation_id
    if acts_with(actor, *HOLDER_ROLES):
        seen.append(and_(is_own, Posting.kind != DEMAND))
    if acts_with(actor, Role.DEMANDER):
        seen.append(and_(is_own, Posting.kind == DEMAND))
    if actor.is_person and actor.has_role(Role.BUREAU, Role.ADMIN):
        is_sent = and_(Posting.state.not_in((DRAFT, DISCARDED)), Posting.submitted_at.is_not(None))
        seen.append(and_(is_sent, held_in_districts(actor, Posting.organisation_id)))
    return or_(*seen) if seen else false()


def _level(actor: Actor, posting: Any) -> Level:
    is_seen = actor.is_system or holder_of_record(actor, posting) or bureau(actor, posting)
    return Level.OWNER if is_seen else Level.PUBLIC


ROUTES = {
    "posting.mine": USE,
    "posting.new": WRITE,
    "posting.create": WRITE,
    "posting.change": WRITE,
    "posting.step": USE,
    "posting.save": WRITE,
    "posting.shown": USE,
    "posting.hand_in": WRITE,
    "posting.attach": WRITE,
    "posting.reviews": REVIEWS,
    "posting.review_many": REVIEWS,
    "posting.decide": USE,
    "posting.versions": USE,
    "posting.listing_step": USE,
}


def declare_policies() -> None:
    """Put the rows of posting into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    visibility.declare(
        Posting,
        records=_visible,
        fields=dict.fromkeys(FIELDS.split(), Level.OWNER),
        level=_level,
    )
