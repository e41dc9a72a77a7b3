"""What demands tell the organisation whose they are."""

from __future__ import annotations

from flask import url_for

from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.wording import gettext as _
from marketplace.demands.expiring import EXPIRED_NOTICE, KIND


def declare_demand_notices() -> None:
    """Let the notices of demands be shown."""
    declare_notices(
        NoticeKind(
            EXPIRED_NOTICE,
            lambda params: _(
                "《%(title)s》到了截止日期，停止征集", title=Bilingual.of(params["title"])
            ),
            lambda params: url_for("posting.versions", kind=KIND, record_id=params["record_id"]),
        )
    )
