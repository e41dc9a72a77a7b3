"""What demands tell the organisation whose they are."""

from __future__ import annotations

from datetime import date

from flask import url_for

from marketplace.core.i18n import Bilingual, format_day
from marketplace.core.notifications import NoticeKind, Params, declare_notices
from marketplace.core.web.wording import gettext as _

EXPIRED_NOTICE = "demand_expired"
DUE_SOON = "demand_due"


def declare_demand_notices() -> None:
    """Let the notices of demands be shown."""
    declare_notices(
        NoticeKind(
            EXPIRED_NOTICE,
            lambda params: _(
                "《%(title)s》到了截止日期，停止征集；还要找可以重新征集",
                title=Bilingual.of(params["title"]),
            ),
            _deadline_page,
        ),
        NoticeKind(
            DUE_SOON,
            lambda params: _(
                "《%(title)s》%(day)s 截止，还要找请延长",
                title=Bilingual.of(params["title"]),
                day=format_day(date.fromisoformat(params["deadline"])),
            ),
            _deadline_page,
        ),
    )


def _deadline_page(params: Params) -> str:
    return url_for("demands.deadline", demand_id=params["record_id"])
