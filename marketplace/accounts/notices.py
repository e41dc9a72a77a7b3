"""What accounts tell people of themselves, and those who look after an organisation's members."""

from __future__ import annotations

from typing import Any

from flask import url_for

from marketplace.core.notifications import NoticeKind, Params, declare_notices
from marketplace.core.web.access import current_actor
from marketplace.core.web.wording import gettext as _


def declare_account_notices() -> None:
    """Let the notices of accounts be shown."""
    declare_notices(
        NoticeKind(
            "join_request.asked",
            lambda params: _("%(name)s 想加入你们单位", name=params["name"]),
            _members,
        ),
        NoticeKind(
            "invitation.accepted",
            lambda params: _("%(name)s 接受了邀请，加入了你们单位", name=params["name"]),
            _members,
        ),
        NoticeKind(
            "application.verified",
            lambda params: _("%(organisation)s 核验通过了，现在可以替它办事", **_of(params)),
            _application,
        ),
        NoticeKind(
            "application.returned",
            lambda params: _("%(organisation)s 的申请退回来了，请改好再交", **_of(params)),
            _application,
            _reason,
        ),
        NoticeKind(
            "application.refused",
            lambda params: _("%(organisation)s 的申请没有通过", **_of(params)),
            _application,
            _reason,
        ),
        NoticeKind(
            "join_request.accepted",
            lambda params: _("%(organisation)s 同意你加入了", **_of(params)),
            _overview,
        ),
        NoticeKind(
            "join_request.refused",
            lambda params: _("%(organisation)s 没有同意你加入", **_of(params)),
            _overview,
            _reason,
        ),
        NoticeKind(
            "membership.changed",
            lambda params: _("你在 %(organisation)s 的角色改了", **_of(params)),
            _overview,
        ),
        NoticeKind(
            "membership.ended",
            lambda params: _("你不再是 %(organisation)s 的成员", **_of(params)),
            _overview,
        ),
        NoticeKind(
            "deputy.appointed",
            lambda params: _(
                "你在 %(organisation)s 替 %(name)s 代理，从 %(begin)s 到 %(end)s",
                **_of(params),
                name=params["name"],
                begin=params["from_on"],
                end=params["until_on"],
            ),
            _overview,
        ),
    )


def _of(params: Params) -> dict[str, Any]:
    return {"organisation": params["organisation"]}


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
