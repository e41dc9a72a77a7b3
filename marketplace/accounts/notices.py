"""What accounts tell people of themselves, and those who look after an organisation's members."""

from __future__ import annotations

from datetime import date

from flask import url_for

from marketplace.core.i18n import Bilingual, format_day
from marketplace.core.notifications import NoticeKind, Params, declare_notices
from marketplace.core.web.access import current_actor
from marketplace.core.web.wording import gettext as _


def declare_account_notices() -> None:
    """Let the notices of accounts be shown."""
    declare_notices(
        NoticeKind(
            "join_request.asked", lambda told: _("%(name)s 想加入你们单位", **told), _members
        ),
        NoticeKind(
            "invitation.accepted",
            lambda told: _("%(name)s 接受了邀请，加入了你们单位", **told),
            _members,
        ),
        NoticeKind(
            "application.verified",
            lambda params: _("%(organisation)s 核验通过了，现在可以替它办事", **_told(params)),
            _application,
        ),
        NoticeKind(
            "application.returned",
            lambda params: _("%(organisation)s 的申请退回来了，请改好再交", **_told(params)),
            _application,
            _reason,
        ),
        NoticeKind(
            "application.refused",
            lambda params: _("%(organisation)s 的申请没有通过", **_told(params)),
            _application,
            _reason,
        ),
        NoticeKind(
            "join_request.accepted",
            lambda params: _("%(organisation)s 同意你加入了", **_told(params)),
            _overview,
        ),
        NoticeKind(
            "join_request.refused",
            lambda params: _("%(organisation)s 没有同意你加入", **_told(params)),
            _overview,
            _reason,
        ),
        NoticeKind(
            "membership.changed",
            lambda params: _("你在 %(organisation)s 的角色改了", **_told(params)),
            _overview,
        ),
        NoticeKind(
            "membership.ended",
            lambda params: _("你不再是 %(organisation)s 的成员", **_told(params)),
            _overview,
        ),
        NoticeKind(
            "deputy.appointed",
            lambda params: _(
                "你在 %(organisation)s 替 %(name)s 代理，从 %(from_on)s 到 %(until_on)s",
                **_told(params),
            ),
            _overview,
        ),
        NoticeKind(
            "deputy.named_for",
            lambda params: _(
                "%(name)s 在 %(organisation)s 替你代理，从 %(from_on)s 到 %(until_on)s",
                **_told(params),
            ),
            _overview,
        ),
        NoticeKind("second_step.turned_on", lambda _told: _("你账号的两步验证打开了"), _overview),
        NoticeKind("second_step.turned_off", lambda _told: _("你账号的两步验证关掉了"), _overview),
        NoticeKind(
            "second_step.codes_renewed",
            lambda _told: _("你账号的恢复码换了一套，旧的都不能再用"),
            _overview,
        ),
        NoticeKind(
            "second_step.code_used", lambda _told: _("有人用恢复码登录了你的账号"), _overview
        ),
        NoticeKind(
            "second_step.reset_asked",
            lambda _told: _("一位管理员请求重置你账号的两步验证"),
            _overview,
        ),
        NoticeKind(
            "second_step.reset",
            lambda _told: _("两位管理员重置了你账号的两步验证，请重新打开"),
            _overview,
        ),
    )


def _told(params: Params) -> dict[str, str]:
    """The parameters in the reader's language; notices of long ago name a unit in Chinese only."""
    told = {**params, "organisation": str(Bilingual.of(params["organisation"]))}
    for field in ("from_on", "until_on"):
        if field in params:
            told[field] = format_day(date.fromisoformat(params[field]))
    return told


def _reason(params: Params) -> str:
    return str(params["reason"])


def _application(params: Params) -> str:
    return url_for("accounts.application", application_id=params["application_id"])


def _overview(_params: Params) -> str:
    return url_for("accounts.overview")


def _members(_params: Params) -> str | None:
    """The members of the organisation acted for, in whose inbox the notice lies."""
    organisation_id = current_actor().organisation_id
    if organisation_id is None:
        return None
    return url_for("accounts.members_page", organisation_id=organisation_id)
