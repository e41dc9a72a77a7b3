"""What accounts tell those who look after the members of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from marketplace.core.notifications import NoticeKind, declare_notices
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
    )


def _members(_params: Mapping[str, Any]) -> str | None:
    """The members of the organisation acted for, in whose inbox the notice lies."""
    organisation_id = current_actor().organisation_id
    if organisation_id is None:
        return None
    return url_for("accounts.members_page", organisation_id=organisation_id)
