"""Who may do what with accounts, and the routes of accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, true

from marketplace.accounts.models import Application, JoinRequest
from marketplace.accounts.second_step_resets import REQUEST as RESET
from marketplace.accounts.second_step_resets import resets_to_confirm
from marketplace.accounts.second_step_states import CONFIRM, REFUSE
from marketplace.accounts.states import ACCEPT_JOINING, REFUSE_JOINING
from marketplace.core.actor import Actor
from marketplace.core.my_tasks import my_tasks
from marketplace.core.policy import (
    Condition,
    Level,
    Permission,
    administrator,
    bureau,
    in_districts,
    only_system,
    policy,
    signed_in,
    visibility,
)
from marketplace.core.web.access import ANYONE

USE = "account.use"
QUEUE = "application.queue"
MANAGE = "member.manage"
VIEW = "member.view"
GRANT_STAFF = "member.grant_staff"
STAFF_BODIES = "staff_body.manage"


def _is_applicant(actor: Actor, record: Any) -> bool:
    return record is not None and actor.is_person and record.applicant_id == actor.person_id


def _decides(actor: Actor, record: Any) -> bool:
    return record is not None and bureau(actor, record) and not _is_applicant(actor, record)


def _acts_for(actor: Actor, organisation_id: int) -> bool:
    return actor.is_person and actor.organisation_id == organisation_id


def _is_member(actor: Actor, record: Any) -> bool:
    return record is not None and (_acts_for(actor, record.id) or _manages_staff(actor, record))


def _manages(actor: Actor, record: Any) -> bool:
    if record is None or record.is_staff_body:
        return _manages_staff(actor, record)
    return _acts_for(actor, record.id) and actor.manages_members


def _manages_staff(actor: Actor, record: Any) -> bool:
    return record is not None and record.is_staff_body and administrator(actor, record)


def _admits(actor: Actor, record: Any) -> bool:
    return (
        record is not None
        and actor.manages_members
        and _acts_for(actor, record.organisation_id)
        and not _is_applicant(actor, record)
    )


applicant = Condition(_l("申请人自己"), _is_applicant)
decides = Condition(_l("负责所在区划的科技局人员，申请人自己除外"), _decides)
member = Condition(_l("替这个单位办事的人；管理部门的，还有管理员"), _is_member)
in_charge = Condition(_l("这个单位管成员的人；管理部门的，由管理员"), _manages)
admits = Condition(_l("这个单位管成员的人，申请人自己除外"), _admits)
grants_staff = Condition(_l("管理员，在管理部门里"), _manages_staff)

_APPLICANT_NEEDED = _l("只有申请人自己可以。")
_DECIDES_NEEDED = _l("由负责该区划的科技局人员办理；自己的申请要由别人办。")


def _is_neither_asker_nor_subject(actor: Actor, reset: Any) -> bool:
    return (
        reset is not None
        and administrator(actor, reset)
        and actor.person_id not in (reset.requested_by_id, reset.person_id)
    )


another_administrator = Condition(
    _l("另一位管理员：不是提出的人，也不是本人"), _is_neither_asker_nor_subject
)

PERMISSIONS = (
    Permission(USE, signed_in, _l("请先登录。")),
    Permission("administrator.create", only_system, _l("第一位管理员由系统管理员在命令行设立。")),
    Permission("application.change", applicant, _APPLICANT_NEEDED),
    Permission("application.submit", applicant, _APPLICANT_NEEDED),
    Permission("application.withdraw", applicant, _APPLICANT_NEEDED),
    Permission(QUEUE, bureau, _l("单位核验由科技局人员办理。")),
    Permission("application.approve", decides, _DECIDES_NEEDED),
    Permission("application.refuse", decides, _DECIDES_NEEDED),
    Permission("application.return", decides, _DECIDES_NEEDED),
    Permission("organisation.verify", bureau, _DECIDES_NEEDED),
    Permission(ACCEPT_JOINING, admits, _l("由这个单位管成员的人决定。")),
    Permission(REFUSE_JOINING, admits, _l("由这个单位管成员的人决定。")),
    Permission("join_request.withdraw", applicant, _APPLICANT_NEEDED),
    Permission(VIEW, member, _l("成员只给替这个单位办事的人看。属于它的，先换成替它办事。")),
    Permission(MANAGE, in_charge, _l("由这个单位管成员的人办理。")),
    Permission(GRANT_STAFF, grants_staff, _l("管理部门的角色只由管理员授予，只在管理部门里。")),
    Permission(STAFF_BODIES, administrator, _l("管理部门由管理员设立。")),
    Permission(RESET, administrator, _l("重置两步验证由管理员提出。")),
    Permission(
        CONFIRM,
        another_administrator,
        _l("要由另一位管理员确认：不能是提出的人，也不能是本人。"),
    ),
    Permission(REFUSE, administrator, _l("由管理员拒绝或收回。")),
)

ROUTES = {
    "accounts.sign_in": ANYONE,
    "accounts.sign_in_post": ANYONE,
    "accounts.code": ANYONE,
    "accounts.code_post": ANYONE,
    "accounts.demo": ANYONE,
    "accounts.register": ANYONE,
    "accounts.register_post": ANYONE,
    "accounts.letter_sent": ANYONE,
    "accounts.forgotten": ANYONE,
    "accounts.forgotten_post": ANYONE,
    "accounts.welcome": ANYONE,
    "accounts.welcome_post": ANYONE,
    "accounts.reset": ANYONE,
    "accounts.reset_post": ANYONE,
    "accounts.permissions": ANYONE,
    "accounts.privacy": ANYONE,
    "accounts.sign_out": USE,
    "accounts.overview": USE,
    "accounts.act_for": USE,
    "accounts.end_sign_in": USE,
    "accounts.end_others": USE,
    "accounts.password": USE,
    "accounts.password_post": USE,
    "accounts.second_step": USE,
    "accounts.second_step_post": USE,
    "accounts.second_step_off": USE,
    "accounts.recovery_codes": USE,
    "accounts.own_data": USE,
    "accounts.close": USE,
    "accounts.close_post": USE,
    "accounts.join": USE,
    "accounts.join_post": USE,
    "accounts.application": USE,
    "accounts.application_form": USE,
    "accounts.application_form_post": USE,
    "accounts.application_evidence": USE,
    "accounts.application_submit": USE,
    "accounts.application_withdraw": USE,
    "accounts.join_request_withdraw": USE,
    "accounts.join_request_accept": USE,
    "accounts.join_request_refuse": USE,
    "accounts.members_page": USE,
    "accounts.member": USE,
    "accounts.member_change": USE,
    "accounts.member_end": USE,
    "accounts.deputy_name": USE,
    "accounts.deputy_end": USE,
    "accounts.invite": USE,
    "accounts.invitation_end": USE,
    "accounts.invitation": ANYONE,
    "accounts.invitation_post": ANYONE,
    "accounts.queue": QUEUE,
    "accounts.review": QUEUE,
    "accounts.approve": QUEUE,
    "accounts.refuse": QUEUE,
    "accounts.send_back": QUEUE,
    "accounts.staff_bodies_page": STAFF_BODIES,
    "accounts.staff_bodies_post": STAFF_BODIES,
    "accounts.second_step_resets": RESET,
    "accounts.request_second_step_reset": RESET,
    "accounts.confirm_second_step_reset": RESET,
    "accounts.refuse_second_step_reset": RESET,
}


def declare_policies() -> None:
    """Put the rows of accounts into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    my_tasks.add("second_step_reset", resets_to_confirm)
    for model, records in ((Application, _applications), (JoinRequest, _join_requests)):
        columns = [column.key for column in model.__table__.columns]
        visibility.declare(
            model, records=records, fields=dict.fromkeys(columns, Level.OWNER), level=_level
        )


def _applications(actor: Actor) -> ColumnElement[bool]:
    """Staff read what was handed in in their districts; applicants their own, sent or not."""
    if actor.is_system:
        return true()
    own = Application.applicant_id == actor.person_id
    is_sent = Application.submitted_at.is_not(None)
    is_near = in_districts(actor, Application.division)
    return or_(own, and_(is_sent, is_near)) if bureau(actor, None) else own


def _join_requests(actor: Actor) -> ColumnElement[bool]:
    own = JoinRequest.applicant_id == actor.person_id
    if not actor.manages_members:
        return own
    return or_(own, JoinRequest.organisation_id == actor.organisation_id)


def _level(actor: Actor, record: Any) -> Level:
    is_known = actor.is_system or bureau(actor, record) or _is_applicant(actor, record)
    return Level.OWNER if is_known or _admits(actor, record) else Level.PUBLIC
